import type { Size } from "./geometry.ts";

/** A picture of figures, one for each square of the source's px. */
export interface CellMap {
  readonly cellPx: number;
  readonly across: number;
  readonly down: number;
  /** Row by row. */
  readonly cells: readonly number[];
}

const LEAST_CELL_PX = 8;
const MOST_CELLS = 256;

/** Side of a square in px of the source: not more than 256 of them in a row or column. */
export function cellSide({ width, height }: Size): number {
  return Math.max(LEAST_CELL_PX, Math.ceil(Math.max(width, height) / MOST_CELLS));
}

/** Means over squares, while rows come in from the top. */
export class CellMeans {
  private readonly across: number;
  private readonly down: number;
  private readonly sums: Float64Array;
  private readonly counts: Float64Array;

  /**
   * @param size of the source's part that the squares cover
   * @param scale px that come for one of the source, in each direction
   */
  constructor(
    size: Size,
    private readonly cellPx: number,
    private readonly scale = 1,
  ) {
    this.across = Math.ceil(size.width / cellPx);
    this.down = Math.ceil(size.height / cellPx);
    this.sums = new Float64Array(this.across * this.down);
    this.counts = new Float64Array(this.across * this.down);
  }

  /**
   * Takes a row: the mean absolute difference of two rows of packed samples.
   * @param y of the row, counted in its own px @param channels samples of a px @param compared of them, the first ones
   */
  add(y: number, a: ArrayLike<number>, b: ArrayLike<number>, channels: number, compared = channels): void {
    const { cellPx, scale, sums, counts, across } = this;
    const side = cellPx * scale;
    const row = Math.floor(y / side) * across;
    const width = a.length / channels;
    for (let x = 0; x < width; ) {
      const end = Math.min(width, (Math.floor(x / side) + 1) * side);
      const cell = row + Math.floor(x / side);
      let sum = 0;
      for (let px = x; px < end; px++) {
        for (let i = px * channels; i < px * channels + compared; i++) {
          sum += Math.abs((a[i] as number) - (b[i] as number));
        }
      }
      sums[cell] = (sums[cell] ?? 0) + sum;
      counts[cell] = (counts[cell] ?? 0) + (end - x) * compared;
      x = end;
    }
  }

  /** The means. */
  map(): CellMap {
    const cells = Array.from(this.sums, (sum, i) => sum / Math.max(1, this.counts[i] ?? 0));
    return { cellPx: this.cellPx, across: this.across, down: this.down, cells };
  }
}

/** How many times as large a picture is, where that is a whole number, the same in both directions. */
export function wholeRatio(large: Size, small: Size): number | undefined {
  const ratio = large.width / small.width;
  return Number.isInteger(ratio) && large.height === small.height * ratio ? ratio : undefined;
}

/**
 * The means of squares of px: `ratio` rows made one.
 * @param rows packed samples, one row after the other @param target `width / ratio` px
 */
export function boxMeans(rows: Uint8Array, ratio: number, channels: number, target: Float32Array): void {
  const rowSamples = target.length * ratio;
  target.fill(0);
  for (let y = 0; y < ratio; y++) {
    const from = y * rowSamples;
    for (let px = 0, at = from; px < target.length; px += channels) {
      for (let column = 0; column < ratio; column++) {
        for (let channel = 0; channel < channels; channel++, at++) {
          target[px + channel] = (target[px + channel] as number) + (rows[at] as number);
        }
      }
    }
  }
  const share = 1 / (ratio * ratio);
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) * share;
}
