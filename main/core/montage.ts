import { expected } from "./errors.ts";
import { area, clamp, describeSize, type Rect, type Size } from "./geometry.ts";
import { besideCrops, type PinBlock, pinBlock, pinPlaces } from "./montage-pins.ts";
import { placed, type ShownPart } from "./montage-placement.ts";
import {
  hasText,
  lineHeight,
  type MontageCaption,
  type MontageLayout,
  type MontageSpec,
  refuseUnsound,
  resultSize,
} from "./montage-spec.ts";
import { type SplitLine, splitLine } from "./split-line.ts";

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
  const shown = shownPart(frame, pane, scale);
  const size = totalSize(spec, frame, pane);
  const cells = cellsOf(spec, frame, pane, size);
  const split = spec.kind === "split" ? splitOf(spec, cells[0] as Rect) : undefined;
  const top = size.height - frame.pins.height - spec.marginPx;
  const pins = pinPlaces(spec, frame.pins, frame.result, top, size.width);
  return {
    size,
    panes: cells,
    crops: pins.flatMap(({ crops }) => crops),
    placements: [
      ...spec.pictures.flatMap((_, picture) => {
        const side = split === undefined ? undefined : picture === 0 ? "original" : "result";
        return placed(spec, frame.result, picture, shown, { rect: split?.pane ?? (cells[picture] as Rect), side });
      }),
      ...pins.flatMap(({ crops, shown: part }) =>
        crops.flatMap((rect, picture) =>
          placed(spec, frame.result, picture, { whole: frame.result, part, scale: 1 }, { rect, side: undefined }),
        ),
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

function frameOf(spec: MontageSpec): Frame {
  const { kind, pictures } = spec;
  const result = resultSize(spec);
  const columns = kind === "side-by-side" || (kind === "grid" && pictures.length > 1) ? 2 : 1;
  const rows = kind === "top-bottom" ? 2 : kind === "grid" ? Math.ceil(pictures.length / columns) : 1;
  const captionHeight = hasText(spec.captions) ? lineHeight(spec.captionPx) : 0;
  const shown = spec.area ?? { x: 0, y: 0, ...result };
  return { result, columns, rows, captionHeight, shown, pins: pinBlock(spec, result, columns * shown.width) };
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
  const total = totalSize(spec, frame, paneSize(shown, scale));
  if (scale <= 0 || total.width > fit.width || total.height > fit.height) {
    throw expected("the size of the composite", "room for margins, captions and crops at least", describeSize(fit));
  }
  return scale;
}

function paneSize(shown: Size, scale: number): Size {
  // A product that should be whole may come out a hair below.
  const side = (length: number) => Math.max(1, Math.floor(length * scale + 1e-6));
  return { width: side(shown.width), height: side(shown.height) };
}

/** What of the result the panes show, and what all of it measures at their scale. */
function shownPart({ result, shown }: Frame, pane: Size, scale: number): ShownPart {
  const side = (all: number, part: number, length: number) =>
    all === part ? length : Math.max(length, Math.round(all * scale));
  const whole = {
    width: side(result.width, shown.width, pane.width),
    height: side(result.height, shown.height, pane.height),
  };
  const part = {
    x: clamp(Math.round(shown.x * scale), 0, whole.width - pane.width),
    y: clamp(Math.round(shown.y * scale), 0, whole.height - pane.height),
    ...pane,
  };
  return { whole, part, scale };
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
