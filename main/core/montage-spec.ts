import { expected } from "./errors.ts";
import { area, clipTo, describeSize, type Rect, type Size } from "./geometry.ts";
import type { Split, SplitLine } from "./split-line.ts";

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

/** Height in px of a line of type with its room. */
export function lineHeight(captionPx: number): number {
  return Math.ceil(captionPx * CAPTION_LINE);
}

/** Whether any of them says something. */
export function hasText(captions: readonly string[]): boolean {
  return captions.some((caption) => caption !== "");
}

/** The size that the pictures are compared at: the result's, or that of a grid's largest picture. */
export function resultSize({ kind, pictures }: Pick<MontageSpec, "kind" | "pictures">): Size {
  const largest = pictures.reduce((most, size) => (area(size) > area(most) ? size : most), { width: 0, height: 0 });
  return kind === "grid" ? largest : (pictures[1] ?? largest);
}

/** @throws SilvergrainError USAGE where pictures or part do not suit the kind */
export function refuseUnsound(spec: MontageSpec): void {
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
