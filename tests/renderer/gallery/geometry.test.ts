import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cellsIn, GAP_PX, geometryOf, idsIn, MARGIN_PX } from "../../../renderer/gallery/geometry.ts";

const IDS = Array.from({ length: 22 }, (_, index) => index + 1);

describe("cells", () => {
  test("fill the width with a size near the one that is wanted", () => {
    fc.assert(
      fc.property(fc.integer({ min: 520, max: 2400 }), fc.integer({ min: 96, max: 480 }), (width, wanted) => {
        const { columns, cellPx } = geometryOf(width, wanted);
        const used = columns * (cellPx + GAP_PX) - GAP_PX + 2 * MARGIN_PX;
        expect(used).toBeLessThanOrEqual(width);
        expect(width - used).toBeLessThan(columns);
        expect(cellPx / wanted).toBeGreaterThan(0.6);
      }),
    );
  });

  test("have a picture of three to two", () => {
    const { cellPx, picturePx, paddingPx } = geometryOf(1200, 200);
    expect((cellPx - 2 * paddingPx) / picturePx).toBeCloseTo(1.5, 1);
  });

  test("a narrow window has one column", () => {
    expect(geometryOf(150, 480).columns).toBe(1);
  });
});

describe("what a rubber band touches", () => {
  const geometry = geometryOf(1000, 200);
  const { columns, cellPx, heightPx, pitchPx } = geometry;
  /** The middle of a cell. */
  const at = (row: number, column: number) => ({
    x: MARGIN_PX + column * (cellPx + GAP_PX) + cellPx / 2,
    y: MARGIN_PX + row * pitchPx + heightPx / 2,
  });
  const hit = (a: { x: number; y: number }, b: { x: number; y: number }) =>
    idsIn(cellsIn({ left: a.x, top: a.y, right: b.x, bottom: b.y }, geometry), columns, IDS);

  test("is the block of cells from corner to corner", () => {
    expect(columns).toBe(5);
    expect(hit(at(1, 1), at(2, 3))).toEqual([7, 8, 9, 12, 13, 14]);
  });

  test("is nothing within a gap or a margin", () => {
    const gap = MARGIN_PX + cellPx + GAP_PX / 2;
    expect(hit({ x: gap - 1, y: 20 }, { x: gap + 1, y: 900 })).toEqual([]);
    expect(hit({ x: 0, y: 0 }, { x: MARGIN_PX - 1, y: 900 })).toEqual([]);
  });

  test("ends with the last photo", () => {
    expect(hit(at(4, 0), at(60, 4))).toEqual([21, 22]);
  });
});
