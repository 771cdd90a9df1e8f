import { clamp, type Rect, type Size } from "./geometry.ts";
import { lineHeight, type MontageCaption, type MontageLayout, type Placement } from "./montage-spec.ts";

/** Papers in px at 300 dpi: ISO 216 A4, and US Letter. */
export const PAPERS = { a4: { width: 2480, height: 3508 }, letter: { width: 2550, height: 3300 } } as const;
export type Paper = keyof typeof PAPERS;

/** A page of a contact sheet. */
export interface SheetSpec {
  readonly paper: Paper;
  /** Pairs beside each other: 1 to 6. */
  readonly columns: number;
  /** Above the pairs. */
  readonly heading: string;
  /** Two lines beneath each pair. */
  readonly captions: readonly (readonly [string, string])[];
}

/** Height of the type in px: eight points. */
export const SHEET_TYPE_PX = 34;
const MARGIN_PX = 150;
const GAP_PX = 56;
/** Between an original and its result. */
const PAIR_GAP_PX = 10;
/** Height of a picture's room to its width. */
const SHAPE = 0.8;

/** How many pairs a page takes. */
export function pairsOnPage({ paper, columns }: Pick<SheetSpec, "paper" | "columns">): number {
  const { rows } = gridOf(paper, columns);
  return rows * columns;
}

/**
 * Lays out a page: each original with its result to the right of it, both of one size, as large as the result goes.
 * @param pictures upright sizes: original and result of the first pair, of the second, …; no more than the page takes
 */
export function layoutSheet(spec: SheetSpec, pictures: readonly Size[]): MontageLayout {
  const { paper, columns, heading, captions } = spec;
  const page = PAPERS[paper];
  const { cell, room, top, line } = gridOf(paper, columns);
  const placements: Placement[] = [];
  const panes: Rect[] = [];
  const texts: MontageCaption[] = [
    {
      text: heading,
      rect: { x: MARGIN_PX, y: MARGIN_PX, width: page.width - 2 * MARGIN_PX, height: line },
      align: "start",
    },
  ];
  for (const [picture, size] of pictures.entries()) {
    const pair = Math.floor(picture / 2);
    const x = MARGIN_PX + (pair % columns) * (cell.width + GAP_PX) + (picture % 2) * (room.width + PAIR_GAP_PX);
    const y = top + Math.floor(pair / columns) * (cell.height + GAP_PX);
    // An original is as large as its result: they are compared.
    const to = fitted(pictures[2 * pair + 1] ?? size, room);
    const place = {
      x: x + Math.floor((room.width - to.width) / 2),
      y: y + Math.floor((room.height - to.height) / 2),
    };
    panes.push({ ...place, ...to });
    placements.push({ picture, to, part: { x: 0, y: 0, ...to }, ...place, side: undefined });
  }
  for (const [pair, lines] of captions.entries()) {
    const x = MARGIN_PX + (pair % columns) * (cell.width + GAP_PX);
    const y = top + Math.floor(pair / columns) * (cell.height + GAP_PX) + room.height;
    for (const [i, text] of lines.entries())
      texts.push({ text, rect: { x, y: y + i * line, width: cell.width, height: line }, align: "start" });
  }
  return {
    size: page,
    panes,
    crops: [],
    placements,
    dividers: [],
    captions: texts.filter(({ text }) => text !== ""),
    split: undefined,
  };
}

function gridOf(paper: Paper, columns: number) {
  const page = PAPERS[paper];
  const line = lineHeight(SHEET_TYPE_PX);
  const top = MARGIN_PX + 2 * line;
  const width = Math.floor((page.width - 2 * MARGIN_PX - (columns - 1) * GAP_PX) / columns);
  const side = Math.floor((width - PAIR_GAP_PX) / 2);
  const room = { width: side, height: Math.round(side * SHAPE) };
  const cell = { width, height: room.height + 2 * line };
  const rows = Math.max(1, Math.floor((page.height - MARGIN_PX - top + GAP_PX) / (cell.height + GAP_PX)));
  return { line, top, room, cell, rows };
}

function fitted(size: Size, room: Size): Size {
  const scale = Math.min(1, room.width / size.width, room.height / size.height);
  return {
    width: clamp(Math.round(size.width * scale), 1, room.width),
    height: clamp(Math.round(size.height * scale), 1, room.height),
  };
}
