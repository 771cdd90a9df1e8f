import { expected } from "./errors.ts";
import { area, clamp, clipTo, describeSize, type Rect, type Size, scaled } from "./geometry.ts";
import { type Split, type SplitLine, splitLine } from "./split-line.ts";

/** How the pictures of a composite are put together. */
export const MONTAGE_KINDS = ["side-by-side", "top-bottom", "split", "grid"] as const;
export type MontageKind = (typeof MONTAGE_KINDS)[number];

/** How a picture that is smaller than the result is brought to its size; `as-is` leaves it as small as it is. */
export const MONTAGE_BASELINES = ["nearest", "bicubic", "lanczos", "as-is"] as const;
export type MontageBaseline = (typeof MONTAGE_BASELINES)[number];

/** A place that is shown at 1:1 beneath the pictures. */
export interface MontagePin {
  /** 0 to 1 of the upright result's width and height. */
  readonly x: number;
  readonly y: number;
  /** Written beneath its crops where it is not empty. */
  readonly name: string;
}

/** What a composite is laid out from. Lengths are px of the composite. */
export interface MontageSpec {
  readonly kind: MontageKind;
  /** Upright sizes: the original and the result, or up to four for a grid. */
  readonly pictures: readonly Size[];
  /** What is written beneath each picture; empty for nothing. */
  readonly captions: readonly string[];
  readonly baseline: MontageBaseline;
  /** Where a `split` runs; not looked at for the other kinds. */
  readonly split: Split;
  /** The part of the result that is shown, in its px; `undefined` for all of it. */
  readonly area: Rect | undefined;
  /** What the whole composite has to fit into, without being enlarged; `undefined` for full size. */
  readonly fit: Size | undefined;
  readonly marginPx: number;
  readonly dividerPx: number;
  /** Height of the type; 0 for no captions at all. */
  readonly captionPx: number;
  readonly pins: readonly MontagePin[];
  /** Side of a pin's crop, in px of the result. */
  readonly cropPx: number;
}

/** A part of a picture, resampled, and where it is put. */
export interface Placement {
  readonly picture: number;
  /** What the whole picture is resampled to. */
  readonly to: Size;
  /** The part of that which is shown. */
  readonly part: Rect;
  /** Where it begins in the composite; it is as large as `part`. */
  readonly x: number;
  readonly y: number;
  /** The side of the split that it is seen on; `undefined` where nothing is split. */
  readonly side: "original" | "result" | undefined;
}

/** A line of type. */
export interface MontageCaption {
  readonly text: string;
  readonly rect: Rect;
  readonly align: "start" | "centre" | "end";
}

/** Where everything of a composite lies, in whole px. What nothing covers is background. */
export interface MontageLayout {
  readonly size: Size;
  /** Of the pictures, all of one size; none overlaps another, a caption or a crop. */
  readonly panes: readonly Rect[];
  /** Of the pins: for every pin one crop of each picture. */
  readonly crops: readonly Rect[];
  readonly placements: readonly Placement[];
  readonly dividers: readonly Rect[];
  readonly captions: readonly MontageCaption[];
  /** The pane that is split, and its line, counted from the pane's corner. */
  readonly split: { readonly pane: Rect; readonly line: SplitLine; readonly dividerPx: number } | undefined;
}

export const MAX_GRID_PICTURES = 4;
/** A line of type with the room around it, as a multiple of its height. */
const CAPTION_LINE = 1.8;
/** Room around a pin's crops where there is no margin to tell it. */
const LEAST_GAP_PX = 8;

/** What lies beneath the panes and beside them, before it is known how large they are. */
interface Frame {
  readonly result: Size;
  readonly columns: number;
  readonly rows: number;
  readonly captionHeight: number;
  /** The part of the result that a pane shows. */
  readonly shown: Rect;
  readonly pins: PinBlock;
}

interface PinBlock {
  readonly crop: Size;
  readonly perRow: number;
  readonly rows: number;
  /** Of one pin: its crops beside one another and their label. */
  readonly group: Size;
  readonly gapPx: number;
  /** Altogether; its height begins with the gap to what is above. */
  readonly width: number;
  readonly height: number;
}

/**
 * Lays out a composite. Panes are as large as the result, or its part; pictures of another size are brought to it. A
 * picture of another shape is fitted into it and centred.
 * @throws SilvergrainError USAGE where the numbers make no composite
 */
export function layoutMontage(spec: MontageSpec): MontageLayout {
  refuseUnsound(spec);
  const frame = frameOf(spec);
  const scale = scaleOf(spec, frame);
  const pane = paneSize(frame.shown, scale);
  const whole = wholeSize(frame, pane, scale);
  const part = { ...partOf(frame, pane, whole, scale), ...pane };
  const size = totalSize(spec, frame, pane);
  const cells = cellsOf(spec, frame, pane, size);
  const split = spec.kind === "split" ? splitOf(spec, cells[0] as Rect) : undefined;
  const pins = pinPlaces(spec, frame, pane, size);
  return {
    size,
    panes: cells,
    crops: pins.flatMap(({ crops }) => crops),
    placements: [
      ...spec.pictures.flatMap((_, picture) => {
        const side = split === undefined ? undefined : picture === 0 ? "original" : "result";
        return placed(spec, frame.result, picture, whole, part, scale, (split?.pane ?? cells[picture]) as Rect, side);
      }),
      ...pins.flatMap(({ crops, shown }) =>
        crops.flatMap((crop, picture) => placed(spec, frame.result, picture, frame.result, shown, 1, crop, undefined)),
      ),
    ],
    dividers: [
      ...(split === undefined ? dividersOf(spec, frame, cells) : []),
      ...pins.flatMap(({ crops }) => besideCrops(spec, crops)),
    ].filter((rect) => area(rect) > 0),
    captions: [
      ...captionsOf(spec, frame, cells, split?.line),
      ...pins.flatMap(({ label }) => (label === undefined ? [] : [label])),
    ],
    split,
  };
}

/** The size that the pictures are compared at: the result's, or that of a grid's largest picture. */
export function resultSize({ kind, pictures }: Pick<MontageSpec, "kind" | "pictures">): Size {
  const largest = pictures.reduce((most, size) => (area(size) > area(most) ? size : most), { width: 0, height: 0 });
  return kind === "grid" ? largest : (pictures[1] ?? largest);
}

/** Whether one size is the other, enlarged or shrunk and rounded to whole px. */
export function isSameShape(one: Size, other: Size): boolean {
  // Either side of a rounded size is off by half a px at most, which the other's length multiplies.
  const slack = Math.max(one.width + one.height, other.width + other.height) / 2;
  return Math.abs(one.width * other.height - one.height * other.width) <= slack;
}

function frameOf(spec: MontageSpec): Frame {
  const { kind, pictures } = spec;
  const result = resultSize(spec);
  const columns = kind === "side-by-side" || (kind === "grid" && pictures.length > 1) ? 2 : 1;
  const rows = kind === "top-bottom" ? 2 : kind === "grid" ? Math.ceil(pictures.length / columns) : 1;
  const captionHeight = hasText(spec.captions) ? lineHeight(spec.captionPx) : 0;
  const shown = spec.area ?? { x: 0, y: 0, ...result };
  return { result, columns, rows, captionHeight, shown, pins: pinBlock(spec, result, columns * shown.width) };
}

function lineHeight(captionPx: number): number {
  return Math.ceil(captionPx * CAPTION_LINE);
}

function hasText(captions: readonly string[]): boolean {
  return captions.some((caption) => caption !== "");
}

/** Pins stand in as many rows as the width takes: that of the panes, or of the bounds. */
function pinBlock(spec: MontageSpec, result: Size, panesWidth: number): PinBlock {
  const { pins, cropPx, pictures, dividerPx, marginPx, captionPx } = spec;
  const gapPx = Math.max(marginPx, dividerPx, LEAST_GAP_PX);
  const crop = { width: Math.min(cropPx, result.width), height: Math.min(cropPx, result.height) };
  if (pins.length === 0) {
    return { crop, perRow: 1, rows: 0, group: { width: 0, height: 0 }, gapPx, width: 0, height: 0 };
  }
  const labelHeight = hasText(pins.map(({ name }) => name)) ? lineHeight(captionPx) : 0;
  const group = {
    width: pictures.length * crop.width + (pictures.length - 1) * dividerPx,
    height: crop.height + labelHeight,
  };
  const room = spec.fit === undefined ? panesWidth : Math.min(panesWidth, spec.fit.width - 2 * marginPx);
  const most = clamp(Math.floor((room + gapPx) / (group.width + gapPx)), 1, pins.length);
  const rows = Math.ceil(pins.length / most);
  // Spread evenly: no row of three with one left over beneath it.
  const perRow = Math.ceil(pins.length / rows);
  const width = perRow * group.width + (perRow - 1) * gapPx;
  return { crop, perRow, rows, group, gapPx, width, height: rows * (gapPx + group.height) };
}

/** Of the panes to full size: 1, or what lets the composite fit. Margins, type and crops keep their size. */
function scaleOf(spec: MontageSpec, frame: Frame): number {
  const { fit } = spec;
  if (fit === undefined) return 1;
  const { columns, rows, shown } = frame;
  const taken = totalSize(spec, frame, { width: 0, height: 0 });
  const across = (fit.width - 2 * spec.marginPx - (columns - 1) * spec.dividerPx) / (columns * shown.width);
  const down = (fit.height - taken.height) / (rows * shown.height);
  const scale = Math.min(1, across, down);
  const isTooSmall = taken.width > fit.width || scale <= 0 || scale * Math.max(shown.width, shown.height) < 1;
  if (isTooSmall) {
    throw expected("the size of the composite", "room for margins, captions and crops at least", describeSize(fit));
  }
  return scale;
}

function paneSize(shown: Size, scale: number): Size {
  // A product that should be whole may come out a hair below.
  const side = (length: number) => Math.max(1, Math.floor(length * scale + 1e-6));
  return { width: side(shown.width), height: side(shown.height) };
}

/** What the whole result measures at the scale of the panes. */
function wholeSize({ result, shown }: Frame, pane: Size, scale: number): Size {
  const side = (whole: number, part: number, length: number) =>
    whole === part ? length : Math.max(length, Math.round(whole * scale));
  return {
    width: side(result.width, shown.width, pane.width),
    height: side(result.height, shown.height, pane.height),
  };
}

function partOf({ shown }: Frame, pane: Size, whole: Size, scale: number): { readonly x: number; readonly y: number } {
  return {
    x: clamp(Math.round(shown.x * scale), 0, whole.width - pane.width),
    y: clamp(Math.round(shown.y * scale), 0, whole.height - pane.height),
  };
}

function totalSize({ marginPx, dividerPx }: MontageSpec, frame: Frame, pane: Size): Size {
  const { columns, rows, captionHeight, pins } = frame;
  const panesWidth = columns * pane.width + (columns - 1) * dividerPx;
  const panesHeight = rows * (pane.height + captionHeight) + (rows - 1) * dividerPx;
  return {
    width: Math.max(panesWidth, pins.width) + 2 * marginPx,
    height: panesHeight + pins.height + 2 * marginPx,
  };
}

/** The panes, in the middle of the width. */
function cellsOf({ pictures, marginPx, dividerPx, kind }: MontageSpec, frame: Frame, pane: Size, total: Size) {
  const { columns, captionHeight } = frame;
  const left = Math.floor((total.width - columns * pane.width - (columns - 1) * dividerPx) / 2);
  return Array.from({ length: kind === "split" ? 1 : pictures.length }, (_, i) => ({
    x: left + (i % columns) * (pane.width + dividerPx),
    y: marginPx + Math.floor(i / columns) * (pane.height + captionHeight + dividerPx),
    ...pane,
  }));
}

/** Between the panes: beside each but the first of a row, and under each row of panes and captions but the last. */
function dividersOf({ dividerPx }: MontageSpec, { columns }: Frame, cells: readonly Rect[]): readonly Rect[] {
  const first = cells[0] as Rect;
  const width = columns * first.width + (columns - 1) * dividerPx;
  return cells.flatMap(({ x, y, height }, i) => {
    if (i === 0) return [];
    if (i % columns > 0) return [{ x: x - dividerPx, y, width: dividerPx, height }];
    return [{ x: first.x, y: y - dividerPx, width, height: dividerPx }];
  });
}

function splitOf({ split, dividerPx }: MontageSpec, pane: Rect) {
  return { pane, line: splitLine(split, pane), dividerPx };
}

function captionsOf(
  spec: MontageSpec,
  { captionHeight }: Frame,
  cells: readonly Rect[],
  line: SplitLine | undefined,
): MontageCaption[] {
  if (captionHeight === 0) return [];
  if (line !== undefined) return splitCaptions(spec, captionHeight, cells[0] as Rect, line);
  return cells.flatMap(({ x, y, width, height }, i) => {
    const text = spec.captions[i] ?? "";
    const rect = { x, y: y + height, width, height: captionHeight };
    return text === "" ? [] : [{ text, rect, align: "centre" as const }];
  });
}

/** The two captions of one pane, each on the side where its picture is; the original's first where it is above or below. */
function splitCaptions({ captions }: MontageSpec, height: number, pane: Rect, line: SplitLine): MontageCaption[] {
  const half = Math.floor(pane.width / 2);
  const y = pane.y + pane.height;
  const [first = "", second = ""] = line.x < 0 ? [captions[1], captions[0]] : captions;
  return [
    { text: first, rect: { x: pane.x, y, width: half, height }, align: "start" as const },
    { text: second, rect: { x: pane.x + pane.width - half, y, width: half, height }, align: "end" as const },
  ].filter(({ text }) => text !== "");
}

interface PinPlace {
  /** The part of the result that it shows. */
  readonly shown: Rect;
  readonly crops: readonly Rect[];
  readonly label: MontageCaption | undefined;
}

function pinPlaces(spec: MontageSpec, frame: Frame, pane: Size, total: Size): readonly PinPlace[] {
  const { pins, pictures, dividerPx, marginPx } = spec;
  const { crop, perRow, group, gapPx, width } = frame.pins;
  const top = totalSize(spec, { ...frame, pins: { ...frame.pins, height: 0 } }, pane).height - marginPx;
  const left = Math.floor((total.width - width) / 2);
  return pins.map((pin, i) => {
    const x = left + (i % perRow) * (group.width + gapPx);
    const y = top + gapPx + Math.floor(i / perRow) * (gapPx + group.height);
    const crops = pictures.map((_, picture) => ({ x: x + picture * (crop.width + dividerPx), y, ...crop }));
    const rect = { x, y: y + crop.height, width: group.width, height: group.height - crop.height };
    const hasLabel = pin.name !== "" && rect.height > 0;
    return {
      shown: cropAround(pin, crop, frame.result),
      crops,
      label: hasLabel ? { text: pin.name, rect, align: "centre" as const } : undefined,
    };
  });
}

/** The px around a pin, moved inwards at the border. */
function cropAround({ x, y }: MontagePin, crop: Size, result: Size): Rect {
  return {
    x: clamp(Math.round(x * result.width - crop.width / 2), 0, result.width - crop.width),
    y: clamp(Math.round(y * result.height - crop.height / 2), 0, result.height - crop.height),
    ...crop,
  };
}

function besideCrops({ dividerPx }: MontageSpec, crops: readonly Rect[]): readonly Rect[] {
  return crops.slice(1).map(({ x, y, height }) => ({ x: x - dividerPx, y, width: dividerPx, height }));
}

/**
 * A picture as it lies in a pane.
 * @param whole what the result measures here, of which the pane shows `part`
 * @returns nothing where no px of it is within the part
 */
function placed(
  { pictures, baseline }: MontageSpec,
  result: Size,
  picture: number,
  whole: Size,
  part: Rect,
  scale: number,
  pane: Rect,
  side: Placement["side"],
): readonly Placement[] {
  const own = pictures[picture] as Size;
  const isResult = own.width === result.width && own.height === result.height;
  if (baseline === "as-is" && !isResult) return [leftAsIs(own, picture, whole, part, scale, pane, side)];
  const to = isSameShape(own, result) ? whole : fitted(own, whole);
  const at = centred(to, whole);
  const seen = clipTo({ x: part.x - at.x, y: part.y - at.y, width: part.width, height: part.height }, to);
  if (area(seen) === 0) return [];
  return [{ picture, to, part: seen, x: pane.x + seen.x + at.x - part.x, y: pane.y + seen.y + at.y - part.y, side }];
}

/** The same part of a picture at its own size, in the middle of the pane. */
function leftAsIs(
  own: Size,
  picture: number,
  whole: Size,
  part: Rect,
  scale: number,
  pane: Rect,
  side: Placement["side"],
): Placement {
  const natural = scaled(own, scale);
  const isLarger = natural.width > whole.width || natural.height > whole.height;
  const to = isLarger ? fitted(own, whole) : natural;
  const along = (start: number, length: number, from: number, onto: number) => {
    const first = clamp(Math.floor((start * onto) / from), 0, onto - 1);
    return [first, clamp(Math.round((length * onto) / from), 1, Math.min(length, onto - first))] as const;
  };
  const [x, width] = along(part.x, part.width, whole.width, to.width);
  const [y, height] = along(part.y, part.height, whole.height, to.height);
  const at = centred({ width, height }, pane);
  return { picture, to, part: { x, y, width, height }, x: pane.x + at.x, y: pane.y + at.y, side };
}

/** The largest size of a picture's shape within another. */
function fitted(own: Size, within: Size): Size {
  const to = scaled(own, Math.min(within.width / own.width, within.height / own.height));
  return { width: Math.min(to.width, within.width), height: Math.min(to.height, within.height) };
}

function centred(inner: Size, outer: Size): { readonly x: number; readonly y: number } {
  return { x: Math.floor((outer.width - inner.width) / 2), y: Math.floor((outer.height - inner.height) / 2) };
}

function refuseUnsound(spec: MontageSpec): void {
  const { kind, pictures, area: shown } = spec;
  const isGrid = kind === "grid";
  const isCountRight = isGrid ? pictures.length >= 1 && pictures.length <= MAX_GRID_PICTURES : pictures.length === 2;
  if (!isCountRight) {
    throw expected(
      `a composite “${kind}”`,
      isGrid ? `1 to ${MAX_GRID_PICTURES} pictures` : "two pictures",
      pictures.length,
    );
  }
  const result = resultSize(spec);
  if (shown === undefined) return;
  const inside = clipTo(shown, result);
  const isInside = area(inside) > 0 && inside.width === shown.width && inside.height === shown.height;
  if (!isInside || inside.x !== shown.x || inside.y !== shown.y) {
    throw expected("the part that is shown", `a rectangle within ${describeSize(result)} px`, JSON.stringify(shown));
  }
}
