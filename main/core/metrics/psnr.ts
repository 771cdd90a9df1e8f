import { expected } from "../errors.ts";

const PEAK = 255;

/**
 * Peak signal-to-noise ratio, 10 · log₁₀(255² / mean squared error), in dB.
 * Infinity for equal planes. The peak is 255 also for Y, which ends at 235: so the field does it.
 * Throws a SilvergrainError of code USAGE when the planes are empty or not equally long.
 *
 * @param a, b samples on a scale of 0..255
 */
export function psnr(a: Float64Array, b: Float64Array): number {
  if (a.length === 0) throw expected("the first plane", "at least one sample", a.length);
  if (b.length !== a.length) throw expected("the second plane", `${a.length} samples`, b.length);
  let squares = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    squares += difference * difference;
  }
  return 10 * Math.log10((PEAK * PEAK * a.length) / squares);
}
