/*
 * Where cells lie: all of one size, in columns that fill the width. Lengths are CSS px, in the coordinates of what is
 * scrolled.
 */

export const GAP_PX = 8;
/** Left, right, above and below the cells. */
export const MARGIN_PX = 12;

/** How much a cell tells, by its width. A small one has fewer elements, so that a window full of them has not many. */
export type Detail = "tiny" | "small" | "full";

export interface Geometry {
  readonly columns: number;
  readonly cellPx: number;
  readonly picturePx: number;
  readonly heightPx: number;
  /** From one row to the next. */
  readonly pitchPx: number;
  readonly paddingPx: number;
  readonly detail: Detail;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const PADDING_PX: Readonly<Record<Detail, number>> = { tiny: 4, small: 6, full: 8 };
const CAPTION_PX: Readonly<Record<Detail, number>> = { tiny: 0, small: 24, full: 44 };

/** @param widthPx of what the cells lie in @param wantedPx how wide a cell is to be: it is so nearly, to fill the width */
export function geometryOf(widthPx: number, wantedPx: number): Geometry {
  const room = Math.max(1, widthPx - 2 * MARGIN_PX);
  const columns = Math.max(1, Math.round((room + GAP_PX) / (wantedPx + GAP_PX)));
  const cellPx = Math.floor((room - (columns - 1) * GAP_PX) / columns);
  const detail = cellPx < 132 ? "tiny" : cellPx < 180 ? "small" : "full";
  const paddingPx = PADDING_PX[detail];
  const picturePx = Math.round(((cellPx - 2 * paddingPx) * 2) / 3);
  const heightPx = picturePx + 2 * paddingPx + CAPTION_PX[detail];
  return { columns, cellPx, picturePx, heightPx, pitchPx: heightPx + GAP_PX, paddingPx, detail };
}

/** The cells that a box touches: first and last row and column, or `undefined` for none. */
export interface CellRange {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export function cellsIn(box: Box, geometry: Geometry): CellRange | undefined {
  const { columns, cellPx, heightPx, pitchPx } = geometry;
  const left = firstAfter(box.left - MARGIN_PX, cellPx, cellPx + GAP_PX);
  const right = Math.min(columns - 1, Math.floor((box.right - MARGIN_PX) / (cellPx + GAP_PX)));
  const top = firstAfter(box.top - MARGIN_PX, heightPx, pitchPx);
  const bottom = Math.floor((box.bottom - MARGIN_PX) / pitchPx);
  return left > right || top > bottom ? undefined : { left, right, top, bottom };
}

/** The ids in a range of cells, in order. */
export function idsIn(range: CellRange | undefined, columns: number, ids: readonly number[]): readonly number[] {
  if (range === undefined) return [];
  const found: number[] = [];
  const last = Math.min(range.bottom, Math.ceil(ids.length / columns) - 1);
  for (let row = range.top; row <= last; row++)
    found.push(...ids.slice(row * columns + range.left, row * columns + range.right + 1));
  return found;
}

/** The first of evenly spaced stretches that ends after a point. */
function firstAfter(at: number, length: number, pitch: number): number {
  const index = Math.max(0, Math.floor(at / pitch));
  return at > index * pitch + length ? index + 1 : index;
}
