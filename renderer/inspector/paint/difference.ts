import { clamp } from "../geometry.ts";

/**
 * How a difference is shown, for each channel and in levels of 255, rounded to the nearest: its amount is
 * `gain * |after - before|` on black; signed, it is `128 + gain * (after - before) / 2`, so that middle gray says that
 * both are the same, and what is lighter in the result is lighter here. Held to 0 and 255.
 */
export function differenceLevel(before: number, after: number, gain: number, signed: boolean): number {
  const less = after - before;
  return clamp(Math.round(signed ? 128 + (gain * less) / 2 : gain * Math.abs(less)), 0, 255);
}
