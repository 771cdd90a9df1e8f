import type { Size } from "../geometry.ts";
import { checkImage } from "./check.ts";

const WINDOW = 11;
const SIGMA = 1.5;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** What the window sums up: a, b, a², b² and ab. */
const MOMENTS = 5;

/**
 * Structural similarity: the mean of the SSIM map. Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, "Image quality
 * assessment: from error visibility to structural similarity", IEEE Trans. Image Processing 13(4), 2004: a Gaussian
 * window of 11 × 11 with σ = 1.5, K₁ = 0.01, K₂ = 0.03, L = 255, and only where the window lies wholly inside.
 * On a side of less than 11 pixels the window shrinks to that side (its σ and its centre stay), so that any
 * image has a value; such values are not comparable to those of larger images.
 * Throws a SilvergrainError of code USAGE when a plane is not of that size.
 *
 * @param a, b planes of `size` on a scale of 0..255
 * @returns −1..1, 1 for equal planes
 */
export function ssim(a: Float64Array, b: Float64Array, size: Size): number {
  checkImage("the first plane", a, size, 1);
  checkImage("the second plane", b, size, 1);
  const across = gaussian(Math.min(WINDOW, size.width));
  const down = gaussian(Math.min(WINDOW, size.height));
  const columns = size.width - across.length + 1;
  const rows = size.height - down.length + 1;
  const ring = Array.from(down, () => new Float64Array(columns * MOMENTS));
  const sums = new Float64Array(columns * MOMENTS);
  let total = 0;
  for (let y = 0; y < size.height; y++) {
    const begin = y * size.width;
    const end = begin + size.width;
    weighAcross(a.subarray(begin, end), b.subarray(begin, end), across, ring[y % ring.length] as Float64Array);
    const top = y - down.length + 1;
    if (top < 0) continue;
    sums.fill(0);
    for (let tap = 0; tap < down.length; tap++)
      addWeighted(sums, ring[(top + tap) % ring.length] as Float64Array, down[tap] as number);
    for (let x = 0; x < columns; x++) total += similarity(sums, x * MOMENTS);
  }
  return total / (columns * rows);
}

/** A Gaussian of `taps` samples about its middle, summing to one. */
function gaussian(taps: number): Float64Array {
  const weights = Float64Array.from({ length: taps }, (_, i) => {
    const distance = i - (taps - 1) / 2;
    return Math.exp((-distance * distance) / (2 * SIGMA * SIGMA));
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function weighAcross(a: Float64Array, b: Float64Array, weights: Float64Array, target: Float64Array): void {
  for (let x = 0, at = 0; at < target.length; x++, at += MOMENTS) {
    let sumA = 0;
    let sumB = 0;
    let sumAA = 0;
    let sumBB = 0;
    let sumAB = 0;
    for (let tap = 0; tap < weights.length; tap++) {
      const weight = weights[tap] as number;
      const valueA = a[x + tap] as number;
      const valueB = b[x + tap] as number;
      sumA += weight * valueA;
      sumB += weight * valueB;
      sumAA += weight * valueA * valueA;
      sumBB += weight * valueB * valueB;
      sumAB += weight * valueA * valueB;
    }
    target[at] = sumA;
    target[at + 1] = sumB;
    target[at + 2] = sumAA;
    target[at + 3] = sumBB;
    target[at + 4] = sumAB;
  }
}

function addWeighted(sums: Float64Array, row: Float64Array, weight: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + weight * (row[i] as number);
}

/** Formula 13 of the paper, from the moments at `at`. */
function similarity(moments: Float64Array, at: number): number {
  const meanA = moments[at] as number;
  const meanB = moments[at + 1] as number;
  const varianceA = (moments[at + 2] as number) - meanA * meanA;
  const varianceB = (moments[at + 3] as number) - meanB * meanB;
  const covariance = (moments[at + 4] as number) - meanA * meanB;
  return (
    ((2 * meanA * meanB + C1) * (2 * covariance + C2)) /
    ((meanA * meanA + meanB * meanB + C1) * (varianceA + varianceB + C2))
  );
}
