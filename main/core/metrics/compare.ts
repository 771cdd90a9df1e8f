import type { Size } from "../geometry.ts";
import { checkImage } from "./check.ts";
import { haarPsi } from "./haarpsi.ts";
import { cropBorder, luma } from "./luma.ts";
import { psnr } from "./psnr.ts";
import { ssim } from "./ssim.ts";
import { textureDistance } from "./texture.ts";

/** How near an image is to its reference. */
export interface Comparison {
  /** dB on Y; Infinity when Y is equal. */
  psnr: number;
  /** −1..1 on Y. */
  ssim: number;
  /** 0..1 on the colours. */
  haarPsi: number;
  /** 0 for the same kind of texture on Y, wherever it lies; NaN where the image is too small for one. */
  texture: number;
}

/**
 * Compares a candidate with its reference as papers on super-resolution do: PSNR and SSIM on Y (BT.601), HaarPSI on
 * the colours, the distance of textures on Y, all without the outermost `border` pixels (by custom as many as the scale).
 * Throws a SilvergrainError of code USAGE when an image is not of that size or the border leaves nothing.
 *
 * @param reference, candidate 0..255, interleaved RGB or gray, both of `size`
 */
export function compareImages(
  reference: Uint8Array,
  candidate: Uint8Array,
  size: Size,
  channels: 1 | 3,
  border: number,
): Comparison {
  checkImage("the reference", reference, size, channels);
  checkImage("the candidate", candidate, size, channels);
  const { plane: a, size: inner } = cropBorder(reference, size, border, channels);
  const { plane: b } = cropBorder(candidate, size, border, channels);
  const lumaA = luma(a, channels);
  const lumaB = luma(b, channels);
  return {
    psnr: psnr(lumaA, lumaB),
    ssim: ssim(lumaA, lumaB, inner),
    haarPsi: haarPsi(a, b, inner, channels),
    texture: textureDistance(lumaA, lumaB, inner),
  };
}
