import { clamp, type Rect, type Size } from "./geometry.ts";
import type { MontageCaption, MontageLayout, Placement } from "./montage-spec.ts";
import {
  type PageSpec,
  pageHeading,
  pageRoom,
  pageSize,
  SHEET_GAP_PX,
  SHEET_LINE_PX,
  SHEET_MARGIN_PX,
  SHEET_PAIR_GAP_PX,
} from "./paper.ts";

/** A page of a contact sheet. */
export interface SheetSpec extends PageSpec {
  readonly kind: "contact";
  /** Pairs beside each other: 1 to 6. */
  readonly columns: number;
  /** Where each picture stands: twice the number of its pair, from 0, and one more for a result. */
  readonly places: readonly number[];
  /** Two lines beneath each pair. */
  readonly captions: readonly (readonly [string, string])[];
}

/** Height of a picture's room to its width. */
const SHAPE = 0.8;

/** How many pairs a page takes. */
export function pairsOnPage(spec: Pick<SheetSpec, "paper" | "isLandscape" | "columns">): number {
  return gridOf(spec).rows * spec.columns;
}

/**
 * Lays out a page: each original with its result to the right of it, both of one size, as large as the result goes. Where
 * a pair lacks one, its room is filled with the divider's colour.
 * @param pictures upright sizes, in the order of their places; no more pairs than the page takes
 */
export function layoutSheet(spec: SheetSpec, pictures: readonly Size[]): MontageLayout {
  const { columns, captions, places } = spec;
  const { cell, room, top } = gridOf(spec);
  const texts: MontageCaption[] = [pageHeading(spec)];
  const corner = (pair: number) => ({
    x: SHEET_MARGIN_PX + (pair % columns) * (cell.width + SHEET_GAP_PX),
    y: top + Math.floor(pair / columns) * (cell.height + SHEET_GAP_PX),
  });
  const roomAt = (place: number): Rect => {
    const { x, y } = corner(Math.floor(place / 2));
    return { x: x + (place % 2) * (room.width + SHEET_PAIR_GAP_PX), y, ...room };
  };
  const sizeAt = new Map(pictures.map((size, picture) => [places[picture], size]));
  const placements = pictures.map((size, picture): Placement => {
    const place = places[picture] ?? 0;
    // An original is as large as its result: they are compared.
    const to = fitted(sizeAt.get(place - (place % 2) + 1) ?? size, room);
    const { x, y } = roomAt(place);
    const part = { x: 0, y: 0, ...to };
    // They stand on their captions.
    const [left, above] = [Math.floor((room.width - to.width) / 2), room.height - to.height];
    return { picture, to, part, x: x + left, y: y + above, side: undefined };
  });
  for (const [pair, lines] of captions.entries()) {
    const { x, y } = corner(pair);
    for (const [i, text] of lines.entries()) {
      const rect = { x, y: y + room.height + i * SHEET_LINE_PX, width: cell.width, height: SHEET_LINE_PX };
      texts.push({ text, rect, align: "start" });
    }
  }
  return {
    size: pageSize(spec),
    panes: placements.map(({ x, y, to }) => ({ x, y, ...to })),
    crops: [],
    placements,
    dividers: Array.from({ length: 2 * captions.length }, (_, place) => place)
      .filter((place) => !sizeAt.has(place))
      .map(roomAt),
    captions: texts.filter(({ text }) => text !== ""),
    split: undefined,
  };
}

function gridOf(spec: Pick<SheetSpec, "paper" | "isLandscape" | "columns">) {
  const { columns } = spec;
  const page = pageRoom(spec);
  const width = Math.floor((page.width - (columns - 1) * SHEET_GAP_PX) / columns);
  const side = Math.floor((width - SHEET_PAIR_GAP_PX) / 2);
  const room = { width: side, height: Math.min(Math.round(side * SHAPE), page.height - 2 * SHEET_LINE_PX) };
  const cell = { width, height: room.height + 2 * SHEET_LINE_PX };
  const rows = Math.max(1, Math.floor((page.height + SHEET_GAP_PX) / (cell.height + SHEET_GAP_PX)));
  return { top: page.top, room, cell, rows };
}

function fitted(size: Size, room: Size): Size {
  const scale = Math.min(1, room.width / size.width, room.height / size.height);
  return {
    width: clamp(Math.round(size.width * scale), 1, room.width),
    height: clamp(Math.round(size.height * scale), 1, room.height),
  };
}
