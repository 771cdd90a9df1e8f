import { expected } from "../errors.ts";
import { describeSize, type Size } from "../geometry.ts";
import { checkImage } from "./check.ts";

/**
 * Luma Y′ of ITU-R BT.601 with foot and head room, as MATLAB's rgb2ycbcr computes it: Y, the plane on which
 * super-resolution is measured by custom. It is not rounded, unlike what MATLAB gives for uint8.
 * Throws a SilvergrainError of code USAGE when the samples are not whole pixels.
 *
 * @param samples 0..255, interleaved RGB or gray; gray goes through R = G = B
 * @returns one value a pixel, 16 (black) to 235 (white)
 */
export function luma(samples: Uint8Array, channels: 1 | 3): Float64Array {
  if (samples.length % channels !== 0) throw expected("the image", `${channels} samples a pixel`, samples.length);
  const plane = new Float64Array(samples.length / channels);
  const green = channels === 3 ? 1 : 0;
  const blue = channels === 3 ? 2 : 0;
  for (let i = 0, at = 0; i < plane.length; i++, at += channels) {
    const r = samples[at] as number;
    const g = samples[at + green] as number;
    const b = samples[at + blue] as number;
    plane[i] = 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255;
  }
  return plane;
}

/**
 * An image without its outermost `border` pixels on all four sides, where a method of enlarging has had no neighbours
 * to look at; by custom `border` is the scale. With `channels`, interleaved samples are cropped alike.
 * Throws a SilvergrainError of code USAGE when nothing is left.
 */
export function cropBorder<Plane extends Uint8Array | Float64Array>(
  plane: Plane,
  size: Size,
  border: number,
  channels = 1,
): { plane: Plane; size: Size } {
  checkImage("the image to crop", plane, size, channels);
  if (!Number.isInteger(border) || border < 0) throw expected("the border", "a whole number of pixels", border);
  const width = size.width - 2 * border;
  const height = size.height - 2 * border;
  if (width < 1 || height < 1)
    throw expected("the size of the image", `more than ${2 * border} pixels a side`, describeSize(size));
  const cropped = plane.slice(0, width * height * channels) as Plane;
  for (let y = 0; y < height; y++) {
    const from = ((y + border) * size.width + border) * channels;
    cropped.set(plane.subarray(from, from + width * channels), y * width * channels);
  }
  return { plane: cropped, size: { width, height } };
}
