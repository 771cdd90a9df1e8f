import { clamp, type Rect, type Size } from "./geometry.ts";
import { hasText, lineHeight, type MontageCaption, type MontagePin, type MontageSpec } from "./montage-spec.ts";

/** Room around a pin's crops where there is no margin to tell it. */
const LEAST_GAP_PX = 8;

/** The room that the pins take. */
export interface PinBlock {
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

/** Pins stand in as many rows as the width takes: that of the panes, or of the bounds. */
export function pinBlock(spec: MontageSpec, result: Size, panesWidth: number): PinBlock {
  const { pins, cropPx, pictures, dividerPx, marginPx, captionPx } = spec;
  const gapPx = Math.max(marginPx, dividerPx, LEAST_GAP_PX);
  const crop = cropIn({ width: cropPx, height: cropPx }, result);
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

/** Where a pin is shown. */
export interface PinPlace {
  /** The part of the result that it shows. */
  readonly shown: Rect;
  readonly crops: readonly Rect[];
  readonly label: MontageCaption | undefined;
}

/** The pins in their rows, in the middle of the composite. @param top where the panes end */
export function pinPlaces(
  { pins, pictures, dividerPx }: MontageSpec,
  { crop, perRow, group, gapPx, width }: PinBlock,
  result: Size,
  top: number,
  totalWidth: number,
): readonly PinPlace[] {
  const left = Math.floor((totalWidth - width) / 2);
  return pins.map((pin, i) => {
    const x = left + (i % perRow) * (group.width + gapPx);
    const y = top + gapPx + Math.floor(i / perRow) * (gapPx + group.height);
    const crops = pictures.map((_, picture) => ({ x: x + picture * (crop.width + dividerPx), y, ...crop }));
    const rect = { x, y: y + crop.height, width: group.width, height: group.height - crop.height };
    const hasLabel = pin.name !== "" && rect.height > 0;
    return {
      shown: cropAround(pin, crop, result),
      crops,
      label: hasLabel ? { text: pin.name, rect, align: "centre" as const } : undefined,
    };
  });
}

/** A crop of a photo: what there is room for, but no more than it has. */
export function cropIn(room: Size, result: Size): Size {
  return { width: Math.min(room.width, result.width), height: Math.min(room.height, result.height) };
}

/** The px around a pin, moved inwards at the border. */
export function cropAround({ x, y }: MontagePin, crop: Size, result: Size): Rect {
  return {
    x: clamp(Math.round(x * result.width - crop.width / 2), 0, result.width - crop.width),
    y: clamp(Math.round(y * result.height - crop.height / 2), 0, result.height - crop.height),
    ...crop,
  };
}

/** The dividers between the crops of one pin. */
export function besideCrops({ dividerPx }: MontageSpec, crops: readonly Rect[]): readonly Rect[] {
  return crops.slice(1).map(({ x, y, height }) => ({ x: x - dividerPx, y, width: dividerPx, height }));
}
