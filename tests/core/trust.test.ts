import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boxMeans, CellMeans, cellSide, wholeRatio } from "../../main/core/trust.ts";

const random = (seed: number) => (i: number) => (Math.imul(i + 1, 2654435761) ^ Math.imul(seed + 7, 40503)) & 255;

/** The words of the help, px by px. */
function naiveMap(a: number[][], b: number[][], cellPx: number, channels: number, compared: number) {
  const height = a.length;
  const width = (a[0] as number[]).length / channels;
  const [across, down] = [Math.ceil(width / cellPx), Math.ceil(height / cellPx)];
  const cells: number[] = [];
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const all: number[] = [];
      for (let y = row * cellPx; y < Math.min(height, (row + 1) * cellPx); y++) {
        for (let x = column * cellPx; x < Math.min(width, (column + 1) * cellPx); x++) {
          for (let i = x * channels; i < x * channels + compared; i++) {
            all.push(Math.abs((a[y]?.[i] as number) - (b[y]?.[i] as number)));
          }
        }
      }
      cells.push(all.reduce((sum, each) => sum + each, 0) / all.length);
    }
  }
  return { across, down, cells };
}

describe("means over squares", () => {
  test("are those of a look at every px, smaller squares at the edges included", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 1000 }),
        fc.constantFrom([3, 3], [4, 3]),
        (width, height, cellPx, seed, [channels, compared]) => {
          const rows = (of: number) =>
            Array.from({ length: height }, (_, y) =>
              Array.from({ length: width * (channels as number) }, (_, i) => random(of)(y * 1000 + i)),
            );
          const [a, b] = [rows(seed), rows(seed + 1)];
          const means = new CellMeans({ width, height }, cellPx);
          for (let y = 0; y < height; y++)
            means.add(y, a[y] as number[], b[y] as number[], channels as number, compared);
          const wanted = naiveMap(a, b, cellPx, channels as number, compared as number);
          const made = means.map();
          expect([made.across, made.down]).toEqual([wanted.across, wanted.down]);
          for (const [i, cell] of wanted.cells.entries()) expect(made.cells[i]).toBeCloseTo(cell, 9);
        },
      ),
    );
  });

  test("count px of a larger picture for the square of the source that they lie in", () => {
    const means = new CellMeans({ width: 10, height: 9 }, 8, 4);
    const zero = new Array(40 * 3).fill(0);
    // One px of the result in the last square, of 2 × 1 px of the source: 8 × 4 of the result.
    for (let y = 0; y < 36; y++) {
      const row = [...zero];
      if (y === 35) row[39 * 3 + 1] = 96;
      means.add(y, row, zero, 3);
    }
    expect(means.map()).toEqual({ cellPx: 8, across: 2, down: 2, cells: [0, 0, 0, 96 / (8 * 4 * 3)] });
  });
});

test("squares are 8 px at least, and 256 in a row at most", () => {
  expect(cellSide({ width: 100, height: 50 })).toBe(8);
  expect(cellSide({ width: 2048, height: 50 })).toBe(8);
  expect(cellSide({ width: 2049, height: 50 })).toBe(9);
  for (const width of [2049, 6000, 24_001])
    expect(Math.ceil(width / cellSide({ width, height: 3 }))).toBeLessThanOrEqual(256);
});

test("a ratio is whole or there is none", () => {
  expect(wholeRatio({ width: 40, height: 20 }, { width: 10, height: 5 })).toBe(4);
  expect(wholeRatio({ width: 10, height: 5 }, { width: 10, height: 5 })).toBe(1);
  expect(wholeRatio({ width: 33, height: 17 }, { width: 10, height: 5 })).toBeUndefined();
  expect(wholeRatio({ width: 40, height: 21 }, { width: 10, height: 5 })).toBeUndefined();
});

test("rows are made one by the mean of each square of px", () => {
  const target = new Float32Array(2 * 3);
  const row = (...values: number[]) => values.flatMap((value) => [value, 2 * value, 100]);
  boxMeans(Uint8Array.from([...row(1, 2, 10, 20), ...row(3, 4, 30, 41)]), 2, 3, target);
  expect([...target]).toEqual([2.5, 5, 100, 25.25, 50.5, 100]);
});
