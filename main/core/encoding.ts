import type { OutputFormat } from "./formats.ts";
import { area, type Size } from "./geometry.ts";

/** How a TIFF's samples are packed; all of them lose nothing. */
export const TIFF_COMPRESSIONS = ["deflate", "lzw", "none"] as const;
export type TiffCompression = (typeof TIFF_COMPRESSIONS)[number];

/** Whether JPEG keeps colour at full size or at half of it in both directions. */
export const CHROMAS = ["4:4:4", "4:2:0"] as const;
export type Chroma = (typeof CHROMAS)[number];

/** What pictures are sharpened for; see `SHARPENING`. */
export const SHARPENINGS = ["none", "screen", "print"] as const;
export type SharpenFor = (typeof SHARPENINGS)[number];

/** What can be chosen of a format beside its quality. What is not said is as for results: see `encodeResult`. */
export interface EncodingDetails {
  /** JPEG: smaller files by progressive scans and trellis quantisation; see `MAX_MOZJPEG_MEGAPIXELS`. */
  readonly mozjpeg?: boolean | undefined;
  /** JPEG. */
  readonly chroma?: Chroma | undefined;
  /** PNG: 0, fast and large, to 9. */
  readonly pngLevel?: number | undefined;
  /** WebP: no loss, whatever the quality. */
  readonly lossless?: boolean | undefined;
  readonly tiffCompression?: TiffCompression | undefined;
}

/** A file that is to be written. */
export interface Encoding extends EncodingDetails {
  readonly format: OutputFormat;
  /** 1 to 100, for JPEG, WebP and AVIF; `undefined` for the format's own. */
  readonly quality?: number | undefined;
  /** `undefined` for as many as the pictures have and the format holds. */
  readonly bits?: 8 | 16 | undefined;
}

/**
 * Progressive scans need the coefficients of the whole picture at once, 12 bytes a px (measured, 4.5 GB for 384
 * megapixels): this is 0.8 GB of them. Larger pictures are written as plain JPEG.
 */
export const MAX_MOZJPEG_MEGAPIXELS = 64;

/** Whether mozjpeg's kind of JPEG would take too much memory. */
export function isTooLargeForMozjpeg(size: Size): boolean {
  return area(size) > MAX_MOZJPEG_MEGAPIXELS * 1e6;
}
