import type { PhotoRow } from "../../preload/contract.ts";
import { clamp } from "./geometry.ts";

/** CSS px: height of a picture in the filmstrip, between two of them, and before the first. */
export const PICTURE_PX = 72;
export const GAP_PX = 8;
export const MARGIN_PX = 16;

/** What is wider or taller than this is cut in the strip. */
const NARROWEST = 0.6;
const WIDEST = 2;
/** Of a photo whose size is not known yet. */
const USUAL = 1.5;

/** The width of a photo in the strip, in whole CSS px. */
export function stripWidth(row: Pick<PhotoRow, "width" | "height"> | undefined): number {
  const { width, height } = row ?? {};
  const aspect = width === undefined || height === undefined || height === 0 ? USUAL : width / height;
  return Math.round(PICTURE_PX * clamp(aspect, NARROWEST, WIDEST));
}
