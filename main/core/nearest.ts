import type { Rect, Size } from "./geometry.ts";
import type { Samples } from "./resample.ts";

/**
 * For a run of output samples along one axis, the source sample whose area the output sample's centre lies in; centres
 * are at half-integers on both sides, as in `axisTaps`.
 */
export function nearestStarts(from: number, to: number, first: number, count: number): Int32Array {
  // (2i + 1) / 2 · from / to, in whole numbers up to the division, so that a centre on an edge is never a hair below it.
  return Int32Array.from({ length: count }, (_, i) => Math.floor(((2 * (first + i) + 1) * from) / (2 * to)));
}

/** What of the source a part of the result is taken from. */
export function nearestSource(from: Size, to: Size, part: Rect): Rect {
  const span = (source: number, target: number, first: number, count: number) => {
    const starts = nearestStarts(source, target, first, count);
    const start = starts[0] as number;
    return { start, length: (starts[count - 1] as number) - start + 1 };
  };
  const across = span(from.width, to.width, part.x, part.width);
  const down = span(from.height, to.height, part.y, part.height);
  return { x: across.start, y: down.start, width: across.length, height: down.length };
}

/** Copies px of a row to where `starts` says. @param firstColumn the source column that `row` begins with */
export function nearestRow(
  row: Samples,
  starts: Int32Array,
  firstColumn: number,
  channels: number,
  target: Samples,
): void {
  for (let x = 0, at = 0; x < starts.length; x++) {
    const from = ((starts[x] as number) - firstColumn) * channels;
    for (let channel = 0; channel < channels; channel++) target[at++] = row[from + channel] as number;
  }
}
