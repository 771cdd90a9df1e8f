import type { SharpenFor } from "./encoding.ts";
import { clamp } from "./geometry.ts";
import { allocateSamples, type BitDepth, maxSample } from "./pixels.ts";
import type { Samples } from "./resample.ts";

/** An unsharp mask. */
export interface Sharpening {
  /** Standard deviation of the blur in px. */
  readonly sigmaPx: number;
  /** Share of the difference to the blurred picture that is added. */
  readonly amount: number;
}

/**
 * Output sharpening, done last and at the final size. The radius follows Blatner and Fraser's rule (Real World
 * Photoshop, chapter on sharpening): px an inch divided by 200, which is 0.5 px for a screen of 100 px an inch and 1.5 px
 * for a print of 300. The amounts are ours, chosen by eye: ink spreads and takes more than a screen.
 */
export const SHARPENING: Readonly<Record<Exclude<SharpenFor, "none">, Sharpening>> = {
  screen: { sigmaPx: 0.5, amount: 0.6 },
  print: { sigmaPx: 1.5, amount: 0.8 },
};

/** Beyond it a Gaussian's weights are below a step of 8 bits. */
const REACH_SIGMAS = 3;
/** Luma of Rec. 709 on encoded values: sharpened alone, so that edges get no coloured seams. */
const LUMA = [0.2126, 0.7152, 0.0722] as const;

/**
 * Sharpens a picture that comes in strips. Strips overlap within: a row is let go when as many rows beneath it as the
 * mask reaches have come, so that the result does not depend on how the picture is cut. At the border the last row or
 * column counts for what is beyond.
 * @param channels 1 and 2 are gray, 3 and 4 RGB; the second or fourth is alpha and stays as it is
 * @returns strips of the same rows, one row or more each
 */
export async function* sharpenStrips(
  strips: AsyncIterable<Samples>,
  width: number,
  channels: number,
  bits: BitDepth,
  { sigmaPx, amount }: Sharpening,
): AsyncGenerator<Samples> {
  const weights = gaussian(sigmaPx);
  const reach = weights.length - 1;
  const rowSamples = width * channels;
  const kept: KeptRow[] = [];
  let first = 0;
  let done = 0;
  let count = 0;
  const finish = (last: number) => {
    const rows = Array.from(
      { length: 2 * reach + 1 },
      (_, i) => kept[clamp(done + i - reach, 0, last) - first] as KeptRow,
    );
    const sharp = sharpRow(rows, weights, channels, bits, amount);
    done++;
    while (first < done - reach) {
      kept.shift();
      first++;
    }
    return sharp;
  };
  for await (const strip of strips) {
    for (let at = 0; at < strip.length; at += rowSamples) {
      const samples = strip.slice(at, at + rowSamples);
      kept.push({ samples, luma: blurredAcross(samples, width, channels, weights) });
      count++;
      if (count > done + reach) yield finish(count - 1);
    }
  }
  while (done < count) yield finish(count - 1);
}

interface KeptRow {
  readonly samples: Samples;
  /** Blurred along the row. */
  readonly luma: Float32Array;
}

/** Half of a Gaussian, from its middle on; the whole sums to one. */
function gaussian(sigmaPx: number): Float64Array {
  const reach = Math.ceil(sigmaPx * REACH_SIGMAS);
  const half = Float64Array.from({ length: reach + 1 }, (_, i) => Math.exp((-i * i) / (2 * sigmaPx * sigmaPx)));
  const sum = half.reduce((total, weight, i) => total + (i === 0 ? weight : 2 * weight), 0);
  return half.map((weight) => weight / sum);
}

function lumaAt(samples: Samples, at: number, channels: number): number {
  if (channels < 3) return samples[at] as number;
  return (
    LUMA[0] * (samples[at] as number) + LUMA[1] * (samples[at + 1] as number) + LUMA[2] * (samples[at + 2] as number)
  );
}

function blurredAcross(samples: Samples, width: number, channels: number, weights: Float64Array): Float32Array {
  const reach = weights.length - 1;
  // With the border repeated on either side, no px needs to be asked whether it is inside.
  const luma = new Float32Array(width + 2 * reach);
  for (let x = 0; x < width; x++) luma[x + reach] = lumaAt(samples, x * channels, channels);
  luma.fill(luma[reach] as number, 0, reach);
  luma.fill(luma[width + reach - 1] as number, width + reach);
  const blurred = new Float32Array(width);
  for (let x = 0; x < width; x++) {
    const middle = x + reach;
    let sum = (weights[0] as number) * (luma[middle] as number);
    for (let i = 1; i <= reach; i++) {
      sum += (weights[i] as number) * ((luma[middle - i] as number) + (luma[middle + i] as number));
    }
    blurred[x] = sum;
  }
  return blurred;
}

/** The middle one of the rows that the mask reaches, sharpened. */
function sharpRow(
  rows: readonly KeptRow[],
  weights: Float64Array,
  channels: number,
  bits: BitDepth,
  amount: number,
): Samples {
  const reach = weights.length - 1;
  const { samples, luma } = rows[reach] as KeptRow;
  const blurred = luma.map((value) => value * (weights[0] as number));
  for (let i = 1; i <= reach; i++) {
    const above = (rows[reach - i] as KeptRow).luma;
    const below = (rows[reach + i] as KeptRow).luma;
    const weight = weights[i] as number;
    for (let x = 0; x < blurred.length; x++) {
      blurred[x] = (blurred[x] as number) + weight * ((above[x] as number) + (below[x] as number));
    }
  }
  const sharp = allocateSamples(samples.length, bits);
  sharp.set(samples);
  const top = maxSample(bits);
  const colours = channels < 3 ? 1 : 3;
  for (let x = 0, at = 0; x < blurred.length; x++, at += channels) {
    const change = amount * (lumaAt(samples, at, channels) - (blurred[x] as number));
    for (let channel = 0; channel < colours; channel++) {
      const value = (samples[at + channel] as number) + change;
      sharp[at + channel] = value <= 0 ? 0 : value >= top ? top : Math.floor(value + 0.5);
    }
  }
  return sharp;
}
