import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Size } from "../../main/core/geometry.ts";
import { imresizeBicubic } from "../../main/core/metrics/imresize.ts";

interface Choices {
  readonly antialias: boolean;
  readonly roundBetween: boolean;
  readonly border: "repeat" | "reflect";
  readonly first: "smaller scale" | "columns";
}

const MATLAB: Choices = { antialias: true, roundBetween: true, border: "repeat", first: "smaller scale" };

function keys(distance: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1;
  return x <= 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0;
}

const toByte = (value: number) => Math.max(0, Math.min(255, Math.floor(value + 0.5)));

/** The same by the letter: for every sample of an axis a sum over all samples there are, and those beyond the border. */
function resizeAxis(axis: readonly number[], to: number, { antialias, border }: Choices): number[] {
  const n = axis.length;
  const scale = to / n;
  const narrow = antialias ? Math.min(1, scale) : 1;
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) / scale - 0.5;
    let sum = 0;
    let weights = 0;
    for (let j = -3 * n - 3; j < 4 * n + 3; j++) {
      const weight = keys((j - centre) * narrow);
      const period = ((j % (2 * n)) + 2 * n) % (2 * n);
      const reflected = period < n ? period : 2 * n - 1 - period;
      const at = border === "reflect" ? reflected : Math.max(0, Math.min(n - 1, j));
      sum += weight * (axis[at] as number);
      weights += weight;
    }
    return sum / weights;
  });
}

function directResize(gray: Uint8Array, from: Size, to: Size, choices: Choices = MATLAB): Uint8Array {
  const transposed = (rows: readonly (readonly number[])[]) =>
    (rows[0] as readonly number[]).map((_, x) => rows.map((row) => row[x] as number));
  const across = (rows: readonly (readonly number[])[]) => rows.map((row) => resizeAxis(row, to.width, choices));
  const down = (rows: readonly (readonly number[])[]) =>
    transposed(transposed(rows).map((column) => resizeAxis(column, to.height, choices)));
  const between = (rows: readonly (readonly number[])[]) =>
    choices.roundBetween ? rows.map((row) => row.map(toByte)) : rows;
  const rows = Array.from({ length: from.height }, (_, y) => [...gray.subarray(y * from.width, (y + 1) * from.width)]);
  const rowsFirst = choices.first === "smaller scale" && to.height / from.height <= to.width / from.width;
  const result = rowsFirst ? across(between(down(rows))) : down(between(across(rows)));
  return Uint8Array.from(result.flat(), toByte);
}

function noise(length: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (75 * state + 74) % 65537;
    return state % 256;
  });
}

function furthest(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
}

describe("imresize", () => {
  test("is the double sum over all samples, when the ratio is a power of two and so nothing depends on rounding", () => {
    const side = fc.integer({ min: 1, max: 6 }).map((n) => n * 4);
    const ratio = fc.constantFrom(0.25, 0.5, 1, 2, 4);
    fc.assert(
      fc.property(side, side, ratio, ratio, fc.nat(65536), (width, height, across, down, seed) => {
        const gray = noise(width * height, seed);
        const to = { width: width * across, height: height * down };
        expect(imresizeBicubic(gray, { width, height }, to, 1)).toEqual(directResize(gray, { width, height }, to));
      }),
    );
  });

  test.each([
    [7, 5, 3, 11],
    [30, 20, 10, 60],
    [13, 17, 5, 4],
    [9, 1, 31, 2],
    [2, 3, 1, 1],
  ])("at other ratios no sample is further off than one: %i × %i to %i × %i", (width, height, toWidth, toHeight) => {
    const gray = noise(width * height, 8);
    const to = { width: toWidth, height: toHeight };
    const result = imresizeBicubic(gray, { width, height }, to, 1);
    expect(furthest(result, directResize(gray, { width, height }, to))).toBeLessThanOrEqual(1);
  });

  test.each([
    [{ ...MATLAB, antialias: false }],
    [{ ...MATLAB, roundBetween: false }],
    [{ ...MATLAB, border: "reflect" as const }],
    [{ ...MATLAB, first: "columns" as const }],
  ])("with %j it would be another result", (choices) => {
    const from = { width: 32, height: 24 };
    const to = { width: 8, height: 6 };
    const gray = noise(32 * 24, 5);
    expect(imresizeBicubic(gray, from, to, 1)).not.toEqual(directResize(gray, from, to, choices));
  });

  test("channels do not mix", () => {
    const from = { width: 12, height: 8 };
    const to = { width: 6, height: 2 };
    const planes = [1, 2, 3].map((seed) => noise(96, seed));
    const mixed = Uint8Array.from({ length: 288 }, (_, i) => planes[i % 3]?.[Math.floor(i / 3)] as number);
    const result = imresizeBicubic(mixed, from, to, 3);
    for (const [channel, plane] of planes.entries())
      expect(result.filter((_, i) => i % 3 === channel)).toEqual(imresizeBicubic(plane, from, to, 1));
  });

  test("the same size is the same image, and a flat image stays flat at every ratio", () => {
    const size = { width: 9, height: 7 };
    expect(imresizeBicubic(noise(63, 4), size, size, 1)).toEqual(noise(63, 4));
    const side = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(side, side, side, side, fc.integer({ min: 0, max: 255 }), (width, height, w, h, value) => {
        const flat = new Uint8Array(width * height).fill(value);
        const result = imresizeBicubic(flat, { width, height }, { width: w, height: h }, 1);
        expect(result).toEqual(new Uint8Array(w * h).fill(value));
      }),
    );
  });

  test("refuses an image of another size, and to make one without pixels", () => {
    const four = { width: 2, height: 2 };
    expect(() => imresizeBicubic(new Uint8Array(5), four, four, 1)).toThrow("4 samples");
    expect(() => imresizeBicubic(new Uint8Array(4), four, { width: 0, height: 2 }, 1)).toThrow("0 × 2");
    expect(() => imresizeBicubic(new Uint8Array(4), four, { width: Number.NaN, height: 2 }, 1)).toThrow("NaN × 2");
  });
});
