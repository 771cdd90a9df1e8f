import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OutlineFill, type OutlinePoint } from "../../main/core/outline.ts";

function filled(
  size: { width: number; height: number },
  ...outlines: readonly (readonly OutlinePoint[])[]
): Uint8Array {
  const fill = new OutlineFill(size);
  for (const points of outlines) {
    points.forEach((point, i) => {
      fill.line(point, points[(i + 1) % points.length] as OutlinePoint);
    });
  }
  return fill.coverage();
}

const box = (left: number, top: number, right: number, bottom: number): readonly OutlinePoint[] => [
  { x: left, y: top },
  { x: right, y: top },
  { x: right, y: bottom },
  { x: left, y: bottom },
];

describe("a filled outline", () => {
  test("covers the share of each px that lies within", () => {
    expect([...filled({ width: 4, height: 3 }, box(0.5, 0.25, 3, 2))]).toEqual(
      [
        [0.375, 0.75, 0.75, 0],
        [0.5, 1, 1, 0],
        [0, 0, 0, 0],
      ]
        .flat()
        .map((share) => Math.round(share * 255)),
    );
    expect([
      ...filled({ width: 2, height: 2 }, [
        { x: 0, y: 0 },
        { x: 2, y: 0 },
        { x: 0, y: 2 },
      ]),
    ]).toEqual([255, 128, 128, 0]);
  });

  test("covers altogether as much as its area is, whatever it looks like", () => {
    const point = fc.record({
      x: fc.double({ min: 0, max: 20, noNaN: true }),
      y: fc.double({ min: 0, max: 20, noNaN: true }),
    });
    fc.assert(
      fc.property(point, point, point, (a, b, c) => {
        const area = Math.abs((b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)) / 2;
        const sum = filled({ width: 20, height: 20 }, [a, b, c]).reduce((total, value) => total + value, 0) / 255;
        expect(Math.abs(sum - area)).toBeLessThan(0.4);
      }),
    );
  });

  test("is cut at the borders", () => {
    expect(new Set(filled({ width: 5, height: 4 }, box(-10, -10, 30, 30)))).toEqual(new Set([255]));
    expect(new Set(filled({ width: 5, height: 4 }, box(-10, -10, -1, 30)))).toEqual(new Set([0]));
    const slanted = [
      { x: -4, y: 0 },
      { x: 9, y: 0 },
      { x: 9, y: 4 },
      { x: 4, y: 4 },
    ];
    // In the first row the slanted edge still lies to the left of all px.
    expect([...filled({ width: 5, height: 4 }, slanted).subarray(0, 5)]).toEqual([255, 255, 255, 255, 255]);
  });

  test("counts once where two overlap, and is open where one runs the other way", () => {
    expect(filled({ width: 3, height: 1 }, box(0, 0, 2, 1), box(1, 0, 3, 1))).toEqual(new Uint8Array([255, 255, 255]));
    const hole = [...box(1, 0, 2, 1)].reverse();
    expect(filled({ width: 3, height: 1 }, box(0, 0, 3, 1), hole)).toEqual(new Uint8Array([255, 0, 255]));
  });

  test("follows curves", () => {
    const fill = new OutlineFill({ width: 40, height: 40 });
    const [a, b, c] = [
      { x: 0, y: 40 },
      { x: 20, y: -40 },
      { x: 40, y: 40 },
    ] as const;
    fill.quadratic(a, b, c);
    fill.line(c, a);
    const sum = fill.coverage().reduce((total, value) => total + value, 0) / 255;
    // Archimedes: two thirds of the triangle.
    expect(Math.abs(sum - (2 / 3) * ((40 * 80) / 2))).toBeLessThan(3);
  });
});
