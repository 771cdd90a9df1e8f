import type { Rect, Size } from "./geometry.ts";
import type { Samples } from "./resample.ts";

/** Bits of one sample as stored. */
export type BitDepth = 8 | 16;

/** The largest value of a sample. */
export function maxSample(bits: BitDepth): number {
  return bits === 8 ? 255 : 65_535;
}

/** Interleaved samples of the depth, all zero. */
export function allocateSamples(count: number, bits: BitDepth): Samples {
  return bits === 8 ? new Uint8Array(count) : new Uint16Array(count);
}

/** Colour channels of a photo as it is stored: gray or RGB. */
export type ColourChannels = 1 | 3;

/**
 * Interleaved gray or RGB samples as the planar float RGB (3 × height × width) that a model reads, spread over
 * `low`..`high`. Gray is put into all three planes.
 */
export function toPlanar(
  samples: Samples,
  channels: ColourChannels,
  bits: BitDepth,
  range: readonly [number, number],
  target: Float32Array,
): void {
  const plane = target.length / 3;
  const [low, high] = range;
  const step = (high - low) / maxSample(bits);
  for (let channel = 0; channel < 3; channel++) {
    const offset = channels === 3 ? channel : 0;
    const base = channel * plane;
    for (let i = 0; i < plane; i++) target[base + i] = low + step * (samples[i * channels + offset] as number);
  }
}

/** A whole picture in memory: 8 bits a sample, interleaved. */
export interface Picture {
  readonly samples: Uint8Array;
  readonly size: Size;
  readonly channels: ColourChannels;
}

/** A part of a picture. */
export function cutOut({ samples, size, channels }: Picture, rect: Rect): Uint8Array {
  const part = new Uint8Array(rect.width * rect.height * channels);
  for (let y = 0; y < rect.height; y++) {
    const from = ((rect.y + y) * size.width + rect.x) * channels;
    part.set(samples.subarray(from, from + rect.width * channels), y * rect.width * channels);
  }
  return part;
}

/** What was seen while a tile was stored. */
export interface TileStatistics {
  /** Samples that were NaN or infinite; they are stored as 0. */
  readonly nonFinite: number;
  /** Smallest and largest stored sample, as fractions of the largest possible one. */
  readonly low: number;
  readonly high: number;
}

/**
 * Cuts `crop` out of a model's planar float output and stores it rounded, clamped and interleaved.
 * @param planar 3 × size.height × size.width, spread over `range`
 * @param target interleaved samples whose rows are `targetWidth` px long; written from its first sample on
 */
export function fromPlanar(
  planar: Float32Array,
  size: Size,
  crop: Rect,
  channels: ColourChannels,
  bits: BitDepth,
  range: readonly [number, number],
  target: Samples,
  targetWidth: number,
): TileStatistics {
  const plane = size.width * size.height;
  const top = maxSample(bits);
  const [low, high] = range;
  const gain = top / (high - low);
  let nonFinite = 0;
  let least = top;
  let most = 0;
  for (let y = 0; y < crop.height; y++) {
    const from = (crop.y + y) * size.width + crop.x;
    const to = y * targetWidth * channels;
    for (let x = 0; x < crop.width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const at = from + x;
        const raw =
          channels === 3
            ? (planar[channel * plane + at] as number)
            : ((planar[at] as number) + (planar[plane + at] as number) + (planar[2 * plane + at] as number)) / 3;
        const value = (raw - low) * gain;
        // The comparison is false for NaN, which ends up as 0 and is counted.
        const stored = value >= 0 ? (value < top ? Math.floor(value + 0.5) : top) : 0;
        if (!Number.isFinite(value)) nonFinite++;
        if (stored < least) least = stored;
        if (stored > most) most = stored;
        target[to + x * channels + channel] = stored;
      }
    }
  }
  return { nonFinite, low: least / top, high: most / top };
}

/** Smallest and largest sample as fractions of the largest possible one. */
export function rangeOf(samples: Samples, bits: BitDepth): { readonly low: number; readonly high: number } {
  let least = maxSample(bits);
  let most = 0;
  for (const sample of samples) {
    if (sample < least) least = sample;
    if (sample > most) most = sample;
  }
  return { low: least / maxSample(bits), high: most / maxSample(bits) };
}

/** strength × result + (1 − strength) × baseline, rounded and clamped into `target`. */
export function blend(
  result: ArrayLike<number>,
  baseline: ArrayLike<number>,
  strength: number,
  bits: BitDepth,
  target: Samples,
): void {
  const top = maxSample(bits);
  for (let i = 0; i < target.length; i++) {
    const value = strength * (result[i] as number) + (1 - strength) * (baseline[i] as number);
    target[i] = value <= 0 ? 0 : value >= top ? top : Math.floor(value + 0.5);
  }
}

/** Rounds and clamps float samples in the source's units. */
export function quantise(values: Float32Array, bits: BitDepth, target: Samples): void {
  const top = maxSample(bits);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    target[i] = value <= 0 ? 0 : value >= top ? top : Math.floor(value + 0.5);
  }
}

/**
 * Gives every wholly transparent pixel the colour of the nearest pixel that can be seen, so that a model that reads
 * across the edge of transparency draws no halo. Breadth first from the edge; ties go to the earlier pixel in
 * reading order. An image with nothing to be seen is left alone.
 */
export function bleedColour(colour: Samples, channels: ColourChannels, alpha: Samples, size: Size): void {
  const pixels = size.width * size.height;
  const reached = new Uint8Array(pixels);
  const queue = new Uint32Array(pixels);
  let tail = 0;
  for (let i = 0; i < pixels; i++) {
    if (alpha[i] !== 0) {
      reached[i] = 1;
      queue[tail++] = i;
    }
  }
  if (tail === 0 || tail === pixels) return;
  const spread = (from: number, to: number) => {
    if (reached[to] === 1) return;
    reached[to] = 1;
    queue[tail++] = to;
    for (let channel = 0; channel < channels; channel++) {
      colour[to * channels + channel] = colour[from * channels + channel] as number;
    }
  };
  for (let head = 0; head < tail; head++) {
    const i = queue[head] as number;
    const x = i % size.width;
    if (x > 0) spread(i, i - 1);
    if (x < size.width - 1) spread(i, i + 1);
    if (i >= size.width) spread(i, i - size.width);
    if (i < pixels - size.width) spread(i, i + size.width);
  }
}
