import fc from "fast-check";
import { expect, test } from "vitest";
import type { Rect } from "../../../renderer/inspector/geometry.ts";
import { isCovered, without } from "../../../renderer/inspector/live-rects.ts";

const rect: fc.Arbitrary<Rect> = fc.record({
  x: fc.integer({ min: 0, max: 12 }),
  y: fc.integer({ min: 0, max: 12 }),
  width: fc.integer({ min: 1, max: 12 }),
  height: fc.integer({ min: 1, max: 12 }),
});

/** The unit squares of rectangles, by their corners. */
function squares(rects: readonly Rect[]): readonly string[] {
  return rects.flatMap(({ x, y, width, height }) =>
    Array.from({ length: width * height }, (_, i) => `${x + (i % width)} ${y + Math.floor(i / width)}`),
  );
}

test("what is left of a rectangle are its squares but for those of the hole, each once", () => {
  fc.assert(
    fc.property(rect, rect, (whole, hole) => {
      const gone = new Set(squares([hole]));
      const left = squares(without([whole], hole));
      expect([...left].sort()).toEqual(
        squares([whole])
          .filter((square) => !gone.has(square))
          .sort(),
      );
    }),
  );
});

test("a rectangle is covered where each of its squares is", () => {
  fc.assert(
    fc.property(rect, fc.array(rect, { maxLength: 6 }), (whole, by) => {
      const covered = new Set(squares(by));
      expect(isCovered(whole, by)).toBe(squares([whole]).every((square) => covered.has(square)));
    }),
  );
});
