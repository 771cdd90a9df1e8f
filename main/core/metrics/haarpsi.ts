import type { Size } from "../geometry.ts";
import { checkImage } from "./check.ts";

const C = 30;
const ALPHA = 4.2;

/** Rows of the matrix from RGB to YIQ, rounded as in the authors' code. */
const Y = [0.299, 0.587, 0.114] as const;
const I = [0.596, -0.274, -0.322] as const;
const Q = [0.211, -0.523, 0.312] as const;

/**
 * Haar wavelet-based perceptual similarity index. R. Reisenhofer, S. Bosse, G. Kutyniok, T. Wiegand, "A Haar
 * wavelet-based perceptual similarity index for image quality assessment", Signal Processing: Image Communication 61,
 * 2018, with the paper's C = 30 and α = 4.2: local similarities of Haar coefficients at the two finer of three scales,
 * weighed by the coarsest, and of the averaged I and Q in colour, after halving the image by means of 2 × 2 pixels.
 * Beyond the border lie zeros, and a window of even width reaches one pixel further right and down than left
 * and up, as with MATLAB's conv2(…, 'same') in the authors' code.
 * Throws a SilvergrainError of code USAGE when an image is not of that size.
 *
 * @param a, b 0..255, interleaved RGB or gray, both of `size`
 * @returns 0..1, 1 for equal images; the order of the two does not matter
 */
export function haarPsi(a: Uint8Array, b: Uint8Array, size: Size, channels: 1 | 3): number {
  checkImage("the first image", a, size, channels);
  checkImage("the second image", b, size, channels);
  const half: Size = { width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) };
  const tables = (row: readonly [number, number, number]) =>
    [a, b].map((samples) => summedArea(halved(samples, size, channels, row), half)) as [Float64Array, Float64Array];
  const [lumaA, lumaB] = tables(channels === 3 ? Y : [1, 0, 0]);
  const colours = channels === 3 ? [tables(I), tables(Q)] : [];
  let weighted = 0;
  let weights = 0;
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      let weightOfBoth = 0;
      for (const haar of [haarAcross, haarDown]) {
        const at = (table: Float64Array, scale: number) => haar(table, half, x, y, scale);
        const weight = Math.max(at(lumaA, 3), at(lumaB, 3));
        const local = (similarity(at(lumaA, 1), at(lumaB, 1)) + similarity(at(lumaA, 2), at(lumaB, 2))) / 2;
        weighted += logistic(local) * weight;
        weightOfBoth += weight;
      }
      weights += weightOfBoth;
      if (colours.length === 0) continue;
      let local = 0;
      for (const [tableA, tableB] of colours) local += similarity(mean(tableA, half, x, y), mean(tableB, half, x, y));
      weighted += (logistic(local / 2) * weightOfBoth) / 2;
      weights += weightOfBoth / 2;
    }
  }
  // Only two black images have no weight at all: whatever is not black has an edge to the zeros around it.
  if (weights === 0) return 1;
  return Math.min(1, inverseLogistic(weighted / weights) ** 2);
}

/** One channel of YIQ, halved: every pixel the mean of 2 × 2, with zeros beyond an odd border. */
function halved(samples: Uint8Array, size: Size, channels: number, row: readonly [number, number, number]) {
  const width = Math.ceil(size.width / 2);
  const plane = new Float64Array(width * Math.ceil(size.height / 2));
  for (let y = 0, from = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, from += channels) {
      let value = row[0] * (samples[from] as number);
      if (channels === 3) value += row[1] * (samples[from + 1] as number) + row[2] * (samples[from + 2] as number);
      const to = (y >> 1) * width + (x >> 1);
      plane[to] = (plane[to] as number) + value / 4;
    }
  }
  return plane;
}

/** For every corner between pixels, the sum of all that lies above and to the left of it. */
function summedArea(plane: Float64Array, { width, height }: Size): Float64Array {
  const stride = width + 1;
  const table = new Float64Array(stride * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += plane[y * width + x] as number;
      table[(y + 1) * stride + x + 1] = (table[y * stride + x + 1] as number) + row;
    }
  }
  return table;
}

/** The sum over columns `left` to `right` and rows `top` to `bottom`, the latter excluded; zeros beyond the border. */
function boxSum(table: Float64Array, size: Size, left: number, top: number, right: number, bottom: number): number {
  const x0 = Math.max(0, left);
  const x1 = Math.min(size.width, right);
  const upper = Math.max(0, top) * (size.width + 1);
  const lower = Math.min(size.height, bottom) * (size.width + 1);
  const above = (table[upper + x1] as number) - (table[upper + x0] as number);
  return (table[lower + x1] as number) - (table[lower + x0] as number) - above;
}

/** Magnitude of the Haar coefficient at a scale of 1, 2 or 3: the left half of a square against its right half. */
function haarAcross(table: Float64Array, size: Size, x: number, y: number, scale: number): number {
  const reach = 2 ** (scale - 1);
  const top = y - reach + 1;
  const bottom = y + reach + 1;
  const left = boxSum(table, size, x - reach + 1, top, x + 1, bottom);
  const right = boxSum(table, size, x + 1, top, x + reach + 1, bottom);
  return Math.abs(right - left) / 2 ** scale;
}

/** The same for the upper half against the lower. */
function haarDown(table: Float64Array, size: Size, x: number, y: number, scale: number): number {
  const reach = 2 ** (scale - 1);
  const left = x - reach + 1;
  const right = x + reach + 1;
  const upper = boxSum(table, size, left, y - reach + 1, right, y + 1);
  const lower = boxSum(table, size, left, y + 1, right, y + reach + 1);
  return Math.abs(lower - upper) / 2 ** scale;
}

/** Magnitude of the mean of 2 × 2 pixels. */
function mean(table: Float64Array, size: Size, x: number, y: number): number {
  return Math.abs(boxSum(table, size, x, y, x + 2, y + 2)) / 4;
}

function similarity(a: number, b: number): number {
  return (2 * a * b + C) / (a * a + b * b + C);
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-ALPHA * value));
}

function inverseLogistic(value: number): number {
  return Math.log(value / (1 - value)) / ALPHA;
}
