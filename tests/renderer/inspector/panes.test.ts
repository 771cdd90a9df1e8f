import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dividerAt,
  dividerDistance,
  dividerEnds,
  dividerHandle,
  dividerLine,
  paneRects,
} from "../../../renderer/inspector/panes.ts";

const area = fc.record({
  x: fc.integer({ min: 0, max: 500 }),
  y: fc.integer({ min: 0, max: 500 }),
  width: fc.integer({ min: 10, max: 4000 }),
  height: fc.integer({ min: 10, max: 4000 }),
});
const divider = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), angle: fc.integer({ min: 0, max: 359 }) });

describe("the divider", () => {
  test("is where it was put, whatever its angle", () => {
    fc.assert(
      fc.property(divider, area, (line, rect) => {
        const handle = dividerHandle(line, rect);
        expect(dividerAt(handle, line.angle, rect)).toBeCloseTo(line.at, 9);
        expect(dividerDistance(handle, line, rect)).toBeLessThan(1e-6);
      }),
    );
  });

  test("has its ends and its handle on the surface", () => {
    fc.assert(
      fc.property(divider, area, (line, rect) => {
        for (const { x, y } of [...dividerEnds(line, rect), dividerHandle(line, rect)]) {
          expect(x).toBeGreaterThanOrEqual(rect.x - 1e-6);
          expect(x).toBeLessThanOrEqual(rect.x + rect.width + 1e-6);
          expect(y).toBeGreaterThanOrEqual(rect.y - 1e-6);
          expect(y).toBeLessThanOrEqual(rect.y + rect.height + 1e-6);
        }
      }),
    );
  });

  test("shows nothing or all of the original at its ends", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 359 }), area, (angle, rect) => {
        const corners = [rect.x, rect.x + rect.width].flatMap((x) =>
          [rect.y, rect.y + rect.height].map((y) => ({ x, y })),
        );
        const least = (at: number) => dividerLine({ at, angle }, rect);
        for (const { x, y } of corners) {
          const none = least(0);
          const all = least(1);
          expect(none.x * x + none.y * y).toBeGreaterThanOrEqual(none.least - 1e-6);
          expect(all.x * x + all.y * y).toBeLessThanOrEqual(all.least + 1e-6);
        }
      }),
    );
  });

  test("that is upright is at the same share of every height, to the last bit", () => {
    expect(dividerLine({ at: 0.25, angle: 0 }, { x: 0, y: 0, width: 801, height: 333 })).toEqual({
      x: 1,
      y: 0,
      least: 200.25,
    });
    expect(dividerLine({ at: 0.5, angle: 90 }, { x: 0, y: 0, width: 801, height: 333 })).toEqual({
      x: 0,
      y: 1,
      least: 166.5,
    });
  });
});

test("panes are of one size, apart, and on the surface", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("side", "stacked", "slots" as const),
      area,
      fc.integer({ min: 1, max: 4 }),
      (mode, rect, n) => {
        const rects = paneRects(mode as "side" | "stacked" | "slots", rect, n);
        expect(rects).toHaveLength(mode === "slots" ? n : 2);
        for (const [i, each] of rects.entries()) {
          expect(each).toMatchObject({ width: rects[0]?.width, height: rects[0]?.height });
          expect(each.x >= rect.x && each.x + each.width <= rect.x + rect.width).toBe(true);
          expect(each.y >= rect.y && each.y + each.height <= rect.y + rect.height).toBe(true);
          for (const other of rects.slice(i + 1)) {
            const isApart = each.x + each.width < other.x + 1e-9 || each.y + each.height < other.y + 1e-9;
            expect(isApart).toBe(true);
          }
        }
      },
    ),
  );
});
