import type { Size } from "../geometry.ts";
import { checkSize } from "./check.ts";

/*
 * Sliced Wasserstein distance between the detail of two images (T. Karras et al., "Progressive growing of GANs",
 * ICLR 2018, section 5): patches of 7 × 7 of each level of a Laplacian pyramid are projected onto random directions,
 * and the sorted projections compared. It asks whether the texture is of the same kind and strength, not whether it is
 * in the same place, so it sees what PSNR, SSIM and HaarPSI punish: detail that is plausible but not the photo's own.
 * Here it is taken on the luminance, at the two finest levels, in units of the reference's own detail.
 */

const PATCH_PX = 7;
const PATCH_SAMPLES = PATCH_PX * PATCH_PX;
const PATCHES = 4096;
const DIRECTIONS = 128;
const LEVELS = 2;
/** Burt and Adelson's binomial filter (IEEE Trans. Communications 31(4), 1983). */
const FILTER = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16] as const;

/**
 * How far the texture of `b` is from that of `a`, the reference: 0 is the same, 1 about what a flat image would be
 * away. NaN where the image is too small for a patch.
 * @param a, b luminance, row by row, both of `size`
 */
export function textureDistance(a: Float64Array, b: Float64Array, size: Size): number {
  checkSize("the image", size);
  let planeA: Float64Array = a;
  let planeB: Float64Array = b;
  let level = size;
  let sum = 0;
  let levels = 0;
  for (; levels < LEVELS && Math.min(level.width, level.height) > PATCH_PX; levels++) {
    const blurA = blurred(planeA, level);
    const blurB = blurred(planeB, level);
    sum += slicedDistance(difference(planeA, blurA), difference(planeB, blurB), level);
    planeA = halved(blurA, level);
    planeB = halved(blurB, level);
    level = { width: Math.ceil(level.width / 2), height: Math.ceil(level.height / 2) };
  }
  return sum / levels;
}

function slicedDistance(a: Float64Array, b: Float64Array, size: Size): number {
  const strength = deviation(a);
  // A reference without any detail: what detail there is, is measured as it is.
  const unit = strength > 0 ? strength : 1;
  const random = generator(1);
  const corners = Int32Array.from({ length: PATCHES }, () => {
    const y = Math.floor(random() * (size.height - PATCH_PX + 1));
    return y * size.width + Math.floor(random() * (size.width - PATCH_PX + 1));
  });
  let sum = 0;
  for (let i = 0; i < DIRECTIONS; i++) {
    const direction = unitVector(random);
    const projectedA = projected(a, size.width, corners, direction).sort();
    const projectedB = projected(b, size.width, corners, direction).sort();
    for (let j = 0; j < PATCHES; j++) sum += Math.abs((projectedA[j] as number) - (projectedB[j] as number));
  }
  return sum / (DIRECTIONS * PATCHES * unit);
}

function projected(plane: Float64Array, width: number, corners: Int32Array, direction: Float64Array): Float64Array {
  const values = new Float64Array(corners.length);
  for (let i = 0; i < corners.length; i++) {
    let sum = 0;
    let tap = 0;
    for (let row = 0; row < PATCH_PX; row++) {
      const from = (corners[i] as number) + row * width;
      for (let column = 0; column < PATCH_PX; column++) {
        sum += (direction[tap++] as number) * (plane[from + column] as number);
      }
    }
    values[i] = sum;
  }
  return values;
}

function blurred(plane: Float64Array, { width, height }: Size): Float64Array {
  const across = new Float64Array(plane.length);
  const result = new Float64Array(plane.length);
  const inside = (at: number, count: number) => Math.max(0, Math.min(count - 1, at));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let tap = 0; tap < 5; tap++) {
        sum += (FILTER[tap] as number) * (plane[y * width + inside(x + tap - 2, width)] as number);
      }
      across[y * width + x] = sum;
    }
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let tap = 0; tap < 5; tap++) {
        sum += (FILTER[tap] as number) * (across[inside(y + tap - 2, height) * width + x] as number);
      }
      result[y * width + x] = sum;
    }
  }
  return result;
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] as number));
}

function halved(plane: Float64Array, { width, height }: Size): Float64Array {
  const across = Math.ceil(width / 2);
  return Float64Array.from({ length: across * Math.ceil(height / 2) }, (_, i) => {
    return plane[2 * Math.floor(i / across) * width + 2 * (i % across)] as number;
  });
}

function deviation(plane: Float64Array): number {
  const mean = plane.reduce((sum, value) => sum + value, 0) / plane.length;
  return Math.sqrt(plane.reduce((sum, value) => sum + (value - mean) ** 2, 0) / plane.length);
}

/** A direction without preference: normal numbers (Box and Muller 1958), scaled to length one. */
function unitVector(random: () => number): Float64Array {
  const vector = Float64Array.from({ length: PATCH_SAMPLES }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return radius * Math.cos(2 * Math.PI * random());
  });
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** The same numbers in every run: the linear congruential generator of Numerical Recipes (Press et al. 1992, 7.1). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
