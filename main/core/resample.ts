import type { Rect, Size } from "./geometry.ts";

/** A resampling kernel: its value at a distance, and the distance beyond which it is zero. */
export interface Kernel {
  readonly support: number;
  readonly at: (distance: number) => number;
}

/** Lanczos' windowed sinc with three lobes (Duchon 1979). */
export const LANCZOS3: Kernel = {
  support: 3,
  at: (distance) => {
    const x = Math.abs(distance);
    if (x < 1e-8) return 1;
    if (x >= 3) return 0;
    const px = Math.PI * x;
    return (3 * Math.sin(px) * Math.sin(px / 3)) / (px * px);
  },
};

/** Keys' cubic convolution with a = −0.5 (Keys 1981), the kernel behind MATLAB's imresize. */
export const CUBIC: Kernel = {
  support: 2,
  at: (distance) => {
    const x = Math.abs(distance);
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
    if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
    return 0;
  },
};

/** For each output sample along one axis: where its taps begin, and their weights, which sum to one. */
export interface AxisTaps<Weights extends Float32Array | Float64Array = Float32Array> {
  readonly taps: number;
  readonly starts: Int32Array;
  /** `taps` weights for every output sample, one after the other. */
  readonly weights: Weights;
}

/**
 * Taps for resampling `from` samples to `to`, sample centres at half-integers on both sides, so nothing shifts.
 * When shrinking, the kernel is widened by the ratio (antialiasing). Beyond the border the last sample is repeated.
 * @param first and `count` choose a part of the output samples
 */
export function axisTaps(from: number, to: number, kernel: Kernel, first = 0, count = to): AxisTaps {
  return tapsIn(Float32Array, from, to, kernel, first, count);
}

/** From the first sample that an output sample or a run of them takes, to the one after the last. */
export function reachOf({ taps, starts }: AxisTaps): { readonly start: number; readonly end: number } {
  return { start: starts[0] ?? 0, end: (starts.at(-1) ?? 0) + taps };
}

/** `axisTaps` in double precision, for results that must equal another program's to the last bit. */
export function doubleAxisTaps(from: number, to: number, kernel: Kernel): AxisTaps<Float64Array> {
  return tapsIn(Float64Array, from, to, kernel, 0, to);
}

function tapsIn<Weights extends Float32Array | Float64Array>(
  Store: new (length: number) => Weights,
  from: number,
  to: number,
  kernel: Kernel,
  first: number,
  count: number,
): AxisTaps<Weights> {
  const ratio = from / to;
  const widen = Math.max(1, ratio);
  const reach = kernel.support * widen;
  const taps = Math.min(from, Math.ceil(reach * 2) + 1);
  const starts = new Int32Array(count);
  const weights = new Store(count * taps);
  const row = new Float64Array(taps);
  for (let i = 0; i < count; i++) {
    const centre = (first + i + 0.5) * ratio - 0.5;
    const nearest = Math.ceil(centre - reach);
    const start = Math.max(0, Math.min(from - taps, nearest));
    starts[i] = start;
    row.fill(0);
    let sum = 0;
    for (let tap = nearest; tap <= centre + reach; tap++) {
      const weight = kernel.at((tap - centre) / widen);
      const inside = Math.max(0, Math.min(from - 1, tap));
      row[inside - start] = (row[inside - start] ?? 0) + weight;
      sum += weight;
    }
    for (let tap = 0; tap < taps; tap++) weights[i * taps + tap] = (row[tap] ?? 0) / sum;
  }
  return { taps, starts, weights };
}

/** Samples of an image, `channels` interleaved, row by row. */
export type Samples = Uint8Array | Uint16Array;

/** Gives rows `y` to `y + count` of an image as interleaved samples; may reuse its buffer from call to call. */
export type RowReader = (y: number, count: number) => Samples | Promise<Samples>;

/** What of the source a part of the result is resampled from. */
export function sourceOf(from: Size, to: Size, kernel: Kernel, part: Rect): Rect {
  const across = reachOf(axisTaps(from.width, to.width, kernel, part.x, part.width));
  const down = reachOf(axisTaps(from.height, to.height, kernel, part.y, part.height));
  return { x: across.start, y: down.start, width: across.end - across.start, height: down.end - down.start };
}

/**
 * Resamples an image, or a part of it, in strips, so that memory does not grow with it.
 * Yields interleaved float rows in the source's units, not clamped, `stripRows` at a time (fewer at the end).
 * @param read gives rows of the source: of those columns that `sourceOf` says, where a part is wanted
 * @param part of the result; `y` of what is yielded counts from its top
 */
export async function* resampleStrips(
  from: Size,
  to: Size,
  channels: number,
  kernel: Kernel,
  read: RowReader,
  stripRows: number,
  part: Rect = { x: 0, y: 0, ...to },
): AsyncGenerator<{ readonly y: number; readonly rows: number; readonly samples: Float32Array }> {
  const across = axisTaps(from.width, to.width, kernel, part.x, part.width);
  const down = axisTaps(from.height, to.height, kernel, part.y, part.height);
  const firstColumn = reachOf(across).start;
  for (let i = 0; i < part.width; i++) across.starts[i] = (across.starts[i] as number) - firstColumn;
  const rowSamples = part.width * channels;
  const strip = new Float32Array(rowSamples * stripRows);
  const ring = new RowRing(down.taps + 1, rowSamples);
  for (let y = 0; y < part.height; y += stripRows) {
    const rows = Math.min(stripRows, part.height - y);
    for (let row = 0; row < rows; row++) {
      const start = down.starts[y + row] as number;
      await ring.fill(start, down.taps, from.height, read, (source, target) =>
        resampleRow(source, target, across, part.width, channels),
      );
      ring.combine(start, down, y + row, strip.subarray(row * rowSamples, (row + 1) * rowSamples));
    }
    yield { y, rows, samples: strip.subarray(0, rows * rowSamples) };
  }
}

/** The last few rows that have been resampled across, by source row number. */
class RowRing {
  private readonly rows: Float32Array[];
  private next = 0;

  constructor(
    private readonly size: number,
    private readonly rowSamples: number,
  ) {
    this.rows = Array.from({ length: size }, () => new Float32Array(rowSamples));
  }

  async fill(
    start: number,
    taps: number,
    sourceRows: number,
    read: RowReader,
    resample: (source: Samples, target: Float32Array) => void,
  ): Promise<void> {
    const end = Math.min(sourceRows, start + taps);
    if (this.next < start) this.next = start;
    while (this.next < end) {
      const pending = read(this.next, 1);
      resample(pending instanceof Promise ? await pending : pending, this.row(this.next));
      this.next++;
    }
  }

  combine(start: number, down: AxisTaps, outRow: number, target: Float32Array): void {
    target.fill(0);
    for (let tap = 0; tap < down.taps; tap++) {
      const weight = down.weights[outRow * down.taps + tap] as number;
      if (weight === 0) continue;
      const row = this.row(start + tap);
      for (let i = 0; i < this.rowSamples; i++) target[i] = (target[i] as number) + weight * (row[i] as number);
    }
  }

  private row(y: number): Float32Array {
    return this.rows[y % this.size] as Float32Array;
  }
}

function resampleRow(source: Samples, target: Float32Array, taps: AxisTaps, width: number, channels: number): void {
  for (let x = 0; x < width; x++) {
    const first = (taps.starts[x] as number) * channels;
    const weightAt = x * taps.taps;
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      for (let tap = 0, at = first + channel; tap < taps.taps; tap++, at += channels) {
        sum += (taps.weights[weightAt + tap] as number) * (source[at] as number);
      }
      target[x * channels + channel] = sum;
    }
  }
}
