/** Of marked squares: an orange that is told from skin, foliage and sky; RGB in levels of 255. */
export const TRUST_COLOUR = [255, 122, 24] as const;
/** How opaque a square is at the threshold, and at twice the threshold and above. */
export const TRUST_ALPHAS = [0.2, 0.7] as const;

/** How opaque a square is, 0 to 1: nothing up to the threshold, then rising with what is above it. */
export function trustAlpha(value: number, threshold: number): number {
  const excess = value - threshold;
  if (excess <= 0) return 0;
  const [least, most] = TRUST_ALPHAS;
  return least + (most - least) * Math.min(1, excess / Math.max(1, threshold));
}

/**
 * How opaque the lines of the px grid are; they are black and white by turns, to be seen on any photo. Where px are small
 * there are many lines, and each is fainter, or they would hide what they part. @param scale device px per source px
 */
export function gridAlpha(scale: number): number {
  return Math.min(0.22, 0.011 * scale);
}

/** Device px per source px from which the grid is painted. */
export const GRID_FROM_SCALE = 8;
