import { expected } from "../errors.ts";
import { area, describeSize, type Size } from "../geometry.ts";

/**
 * Makes sure that a size is whole and has a pixel.
 * Throws a SilvergrainError of code USAGE that names `what` when it is not.
 */
export function checkSize(what: string, size: Size): void {
  const sides = [size.width, size.height];
  if (!sides.every((side) => Number.isInteger(side) && side > 0))
    throw expected(`the size of ${what}`, "whole numbers of pixels above zero", describeSize(size));
}

/**
 * Makes sure that `samples` are an image of `size` with `channels` samples a pixel.
 * Throws a SilvergrainError of code USAGE that names `what` when they are not.
 */
export function checkImage(what: string, samples: Uint8Array | Float64Array, size: Size, channels: number): void {
  checkSize(what, size);
  const wanted = area(size) * channels;
  if (samples.length !== wanted)
    throw expected(what, `${wanted} samples (${describeSize(size)}, ${channels} a pixel)`, samples.length);
}
