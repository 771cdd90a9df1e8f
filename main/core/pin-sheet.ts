import type { Rect, Size } from "./geometry.ts";
import { cropAround } from "./montage-pins.ts";
import { placed } from "./montage-placement.ts";
import {
  type MontageBaseline,
  type MontageCaption,
  type MontageLayout,
  type MontagePin,
  type Placement,
  resultSize,
} from "./montage-spec.ts";
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

/** The crops of one photo, nothing else: a row for each pin, a column for each picture. */
export interface PinStripSpec {
  readonly kind: "pin-strip";
  readonly pins: readonly MontagePin[];
  /** Of each crop, in px of the largest picture; no larger than that. */
  readonly crop: Size;
}

/** A page of pins of several photos. */
export interface PinPageSpec extends PageSpec {
  readonly kind: "pin-page";
  readonly blocks: readonly PinBlockSpec[];
}

/** Pins of one photo on a page: the rows of its strip from `first` on. */
export interface PinBlockSpec {
  readonly title: string;
  /** Above each column. */
  readonly captions: readonly string[];
  /** Beneath each row; as many as the block has. */
  readonly labels: readonly string[];
  readonly first: number;
  readonly crop: Size;
}

/** What a page takes of a photo. */
export interface PinRun {
  /** Which of the photos. */
  readonly photo: number;
  /** Its pins from this one on. */
  readonly first: number;
  readonly count: number;
}

/** Height of a crop to its width. */
const SHAPE = 0.75;
/** Title and captions above the rows of a photo. */
const HEAD_PX = 2 * SHEET_LINE_PX;
/** A page has room for this many rows, so that one pin stands beneath another. */
const LEAST_ROWS = 2;

/** Room for a crop where so many stand beside each other: the px at 300 dpi are those of the result. */
export function pinCrop(page: Pick<PageSpec, "paper" | "isLandscape">, columns: number): Size {
  const room = pageRoom(page);
  const width = Math.floor((room.width - (columns - 1) * SHEET_PAIR_GAP_PX) / columns);
  const tallest = Math.floor((room.height - HEAD_PX) / LEAST_ROWS) - SHEET_LINE_PX;
  return { width, height: Math.min(Math.round(width * SHAPE), tallest) };
}

/**
 * Lays out the crops of a photo. Pictures of another size than the largest are brought to it, as in composites.
 * @param pictures upright sizes: original, result, and the results of other models
 */
export function layoutPinStrip(
  { pins, crop }: PinStripSpec,
  pictures: readonly Size[],
  baseline: MontageBaseline,
): MontageLayout {
  const result = resultSize({ kind: "grid", pictures });
  const rects: Rect[] = [];
  const placements: Placement[] = [];
  for (const [row, pin] of pins.entries()) {
    const part = cropAround(pin, crop, result);
    for (const picture of pictures.keys()) {
      const rect = { x: picture * crop.width, y: row * crop.height, ...crop };
      const shown = { whole: result, part, scale: 1 };
      rects.push(rect);
      placements.push(...placed({ pictures, baseline }, result, picture, shown, { rect, side: undefined }));
    }
  }
  const size = { width: pictures.length * crop.width, height: pins.length * crop.height };
  return { size, panes: [], crops: rects, placements, dividers: [], captions: [], split: undefined };
}

/**
 * Parts photos into pages. A photo that has room on a page of its own is not cut.
 * @param photos of each, how many pins it has and how high its crops are
 */
export function pinPages(
  page: Pick<PageSpec, "paper" | "isLandscape">,
  photos: readonly { readonly pins: number; readonly cropHeight: number }[],
): readonly (readonly PinRun[])[] {
  const { height } = pageRoom(page);
  const pages: PinRun[][] = [];
  let left = 0;
  for (const [photo, { pins, cropHeight }] of photos.entries()) {
    const row = cropHeight + SHEET_LINE_PX;
    const rowsIn = (room: number) => Math.floor((room - HEAD_PX) / row);
    const most = Math.max(1, rowsIn(height));
    let first = 0;
    while (first < pins) {
      const wanted = Math.min(pins - first, most);
      if (pages.length === 0 || rowsIn(left) < wanted) {
        pages.push([]);
        left = height;
      }
      pages.at(-1)?.push({ photo, first, count: wanted });
      left -= HEAD_PX + wanted * row + SHEET_GAP_PX;
      first += wanted;
    }
  }
  return pages;
}

/** Lays out a page of pins. @param strips upright sizes: the strip of each block that has rows */
export function layoutPinPage(spec: PinPageSpec, strips: readonly Size[]): MontageLayout {
  const { top, width } = pageRoom(spec);
  const crops: Rect[] = [];
  const placements: Placement[] = [];
  const captions: MontageCaption[] = [pageHeading(spec)];
  const say = (text: string, x: number, y: number, roomPx: number) =>
    captions.push({ text, rect: { x, y, width: roomPx, height: SHEET_LINE_PX }, align: "start" });
  let y = top;
  let picture = 0;
  for (const { title, captions: heads, labels, first, crop } of spec.blocks) {
    // Type goes over the whole column, however small the photo.
    const room = pinCrop(spec, Math.max(1, heads.length)).width;
    const column = Math.max(room, crop.width) + SHEET_PAIR_GAP_PX;
    say(title, SHEET_MARGIN_PX, y, width);
    for (const [i, head] of heads.entries()) say(head, SHEET_MARGIN_PX + i * column, y + SHEET_LINE_PX, room);
    y += HEAD_PX;
    const to = labels.length > 0 ? strips[picture++] : undefined;
    for (const [i, label] of labels.entries()) {
      for (const at of heads.keys()) {
        const part = { x: at * crop.width, y: (first + i) * crop.height, ...crop };
        const x = SHEET_MARGIN_PX + at * column;
        crops.push({ x, y, ...crop });
        if (to !== undefined) placements.push({ picture: picture - 1, to, part, x, y, side: undefined });
      }
      say(label, SHEET_MARGIN_PX, y + crop.height, width);
      y += crop.height + SHEET_LINE_PX;
    }
    y += SHEET_GAP_PX;
  }
  const size = pageSize(spec);
  const texts = captions.filter(({ text }) => text !== "");
  return { size, panes: [], crops, placements, dividers: [], captions: texts, split: undefined };
}
