import type { Point, Rect } from "../../geometry.ts";
import { type Places, smoothTapsAlong, type Taps, tapsAlong } from "../kernels.ts";
import { BORDER_PX, type Sampling, spread } from "../sampling.ts";
import { type Block, blend, indexIn } from "./block.ts";

/** What is sampled: RGB, or RGBA with colours not multiplied. */
export interface Samples {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly samples: Uint8Array;
}

/** Where and how: see `Piece`. */
export interface Place {
  readonly rect: Rect;
  readonly anchor: Point;
  readonly fromX: number;
  readonly fromY: number;
  readonly stepX: number;
  readonly stepY: number;
  readonly sampling: Pick<Sampling, "kind" | "kernel">;
}

/** Paints samples over a block. */
export function paintSamples(block: Block, from: Samples, place: Place): void {
  const { rect, anchor, fromX, fromY, stepX, stepY, sampling } = place;
  const along = (places: Places): Taps => {
    if (sampling.kind === "nearest") return nearestAlong(places);
    if (sampling.kernel !== undefined && sampling.kind === "kernel") return tapsAlong(places, sampling.kernel);
    return smoothTapsAlong(places, spread(places.step));
  };
  const across = along({ from: fromX, step: stepX, begin: rect.x - anchor.x, count: rect.width });
  const down = along({ from: fromY, step: stepY, begin: rect.y - anchor.y, count: rect.height });
  const rows = new Map<number, Float32Array>();
  const row = new Float32Array(rect.width * from.channels);
  for (let y = 0; y < rect.height; y++) {
    const start = down.starts[y] as number;
    row.fill(0);
    for (let tap = 0; tap < down.taps; tap++) {
      const weight = down.weights[y * down.taps + tap] as number;
      if (weight === 0) continue;
      const source = rowOf(rows, from, start + tap, across, rect.width);
      for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) + weight * (source[i] as number);
    }
    for (const known of rows.keys()) if (known < start) rows.delete(known);
    writeRow(block, from.channels, row, rect, rect.y + y);
  }
}

/** A row of samples, resampled across. */
function rowOf(rows: Map<number, Float32Array>, from: Samples, y: number, across: Taps, width: number): Float32Array {
  const found = rows.get(y);
  if (found !== undefined) return found;
  const { channels, samples } = from;
  const begin = Math.max(0, Math.min(from.height - 1, y)) * from.width;
  const row = new Float32Array(width * channels);
  for (let x = 0; x < width; x++) {
    const start = across.starts[x] as number;
    for (let tap = 0; tap < across.taps; tap++) {
      const weight = across.weights[x * across.taps + tap] as number;
      if (weight === 0) continue;
      const at = (begin + Math.max(0, Math.min(from.width - 1, start + tap))) * channels;
      // Colours count as much as they are opaque.
      const share = channels === 4 ? (weight * (samples[at + 3] as number)) / 255 : weight;
      for (let channel = 0; channel < 3; channel++) {
        const to = x * channels + channel;
        row[to] = (row[to] as number) + share * (samples[at + channel] as number);
      }
      if (channels === 4) row[x * 4 + 3] = (row[x * 4 + 3] as number) + share;
    }
  }
  rows.set(y, row);
  return row;
}

function writeRow(block: Block, channels: 3 | 4, row: Float32Array, rect: Rect, y: number): void {
  let at = indexIn(block, rect.x, y);
  for (let x = 0; x < rect.width; x++, at += 4) {
    const from = x * channels;
    const alpha = channels === 4 ? (row[from + 3] as number) : 1;
    blend(block.samples, at, row[from] as number, row[from + 1] as number, row[from + 2] as number, alpha);
  }
}

function nearestAlong({ from, step, begin, count }: Places): Taps {
  const starts = Int32Array.from({ length: count }, (_, i) => Math.floor(from + (begin + i) * step + BORDER_PX));
  return { taps: 1, starts, weights: new Float32Array(count).fill(1) };
}
