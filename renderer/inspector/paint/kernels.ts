/** How a picture is enlarged by weights: value by distance, and the distance from which it is zero. */
export interface Kernel {
  readonly support: 2 | 3;
  readonly at: (distance: number) => number;
}

/** Keys' cubic convolution with a = −0.5 (Keys 1981), as main/core/resample.ts has it: a test compares them. */
export const BICUBIC: Kernel = {
  support: 2,
  at: (distance) => {
    const x = Math.abs(distance);
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
    if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
    return 0;
  },
};

/** Lanczos' windowed sinc with three lobes (Duchon 1979), as main/core/resample.ts has it. */
export const LANCZOS: Kernel = {
  support: 3,
  at: (distance) => {
    const x = Math.abs(distance);
    if (x < 1e-8) return 1;
    if (x >= 3) return 0;
    const px = Math.PI * x;
    return (3 * Math.sin(px) * Math.sin(px / 3)) / (px * px);
  },
};

/** For each of some places along an axis: the px at which its taps begin, and their weights, which sum to one. */
export interface Taps {
  readonly taps: number;
  readonly starts: Int32Array;
  readonly weights: Float32Array;
}

/** Places along an axis. */
export interface Places {
  /** Where place 0 is, in px of the picture, px centres at half-integers. */
  readonly from: number;
  /** Px of the picture from one place to the next. */
  readonly step: number;
  /** The first place that is needed, and how many. */
  readonly begin: number;
  readonly count: number;
}

/** Taps for magnifying: the step is at most 1. */
export function tapsAlong({ from, step, begin, count }: Places, kernel: Kernel): Taps {
  const taps = kernel.support * 2;
  const starts = new Int32Array(count);
  const weights = new Float32Array(count * taps);
  for (let i = 0; i < count; i++) {
    const centre = from + (begin + i) * step - 0.5;
    const start = Math.floor(centre) - kernel.support + 1;
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) sum += kernel.at(start + tap - centre);
    for (let tap = 0; tap < taps; tap++) weights[i * taps + tap] = kernel.at(start + tap - centre) / sum;
    starts[i] = start;
  }
  return { taps, starts, weights };
}

/**
 * Taps for the mean of two places around each, each of them between two px: what `smooth` is along one axis.
 * @param spread half the distance of the two
 */
export function smoothTapsAlong({ from, step, begin, count }: Places, spread: number): Taps {
  const taps = 4;
  const starts = new Int32Array(count);
  const weights = new Float32Array(count * taps);
  for (let i = 0; i < count; i++) {
    const centre = from + (begin + i) * step - 0.5;
    const start = Math.floor(centre - spread);
    for (const place of [centre - spread, centre + spread]) {
      const px = Math.floor(place);
      const at = i * taps + px - start;
      const part = place - px;
      weights[at] = (weights[at] ?? 0) + (1 - part) / 2;
      weights[at + 1] = (weights[at + 1] ?? 0) + part / 2;
    }
    starts[i] = start;
  }
  return { taps, starts, weights };
}
