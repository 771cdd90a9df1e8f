import { expected, SilvergrainError } from "./errors.ts";
import { area, describeSize, type Size, scaled } from "./geometry.ts";

/** What size the photographer asked for. */
export type SizeRequest =
  | { readonly kind: "native" }
  | { readonly kind: "scale"; readonly scale: number }
  | { readonly kind: "long-edge"; readonly px: number }
  | { readonly kind: "megapixels"; readonly megapixels: number };

/** How to get there: run the model `passes` times, then resample to `target`. */
export interface ScalePlan {
  readonly target: Size;
  readonly passes: number;
}

export const MIN_SCALE = 1;
export const MAX_SCALE = 8;
/** By long edge or megapixels a thumbnail can go further, but not without end. */
const MAX_FACTOR = 64;

/**
 * Resolves a request against one photo.
 * @param source the photo as it is seen (orientation applied), in px
 * @param nativeScale the model's own scale, a whole number ≥ 1
 * @returns the plan, or `undefined` where the photo already is as large as was asked for by long edge or megapixels
 * @throws SilvergrainError USAGE for a request out of its range, RESULT_TOO_LARGE for more than 64 times
 */
export function planScale(source: Size, request: SizeRequest, nativeScale: number): ScalePlan | undefined {
  const target = targetSize(source, request, nativeScale);
  if (target === undefined) return undefined;
  const factor = Math.max(target.width / source.width, target.height / source.height);
  if (request.kind !== "scale" && factor > MAX_FACTOR + 1) {
    throw new SilvergrainError(
      "RESULT_TOO_LARGE",
      `A photo of ${describeSize(source)} would have to be enlarged ${Math.round(factor)} times; expected ${MAX_FACTOR} times at most. Ask for a smaller size.`,
    );
  }
  return { target, passes: passesFor(factor, nativeScale) };
}

function targetSize(source: Size, request: SizeRequest, nativeScale: number): Size | undefined {
  switch (request.kind) {
    case "native":
      return scaled(source, nativeScale);
    case "scale":
      if (!(request.scale >= MIN_SCALE && request.scale <= MAX_SCALE)) {
        throw expected("--scale", `a number from ${MIN_SCALE} to ${MAX_SCALE}`, request.scale);
      }
      return scaled(source, request.scale);
    case "long-edge": {
      if (!(Number.isInteger(request.px) && request.px >= 1)) {
        throw expected("--long-edge", "a whole number of pixels, 1 or more", request.px);
      }
      const factor = request.px / Math.max(source.width, source.height);
      return factor <= 1 ? undefined : scaled(source, factor);
    }
    case "megapixels": {
      if (!(request.megapixels > 0)) throw expected("--megapixels", "a number above 0", request.megapixels);
      const factor = Math.sqrt((request.megapixels * 1e6) / area(source));
      return factor <= 1 ? undefined : scaled(source, factor);
    }
  }
}

function passesFor(factor: number, nativeScale: number): number {
  let passes = 1;
  // Half a pixel of rounding in a long edge of 65,535 px must not cost a second pass of 16 times the work.
  for (let reached = nativeScale; reached < factor - 1e-4 && nativeScale > 1; reached *= nativeScale) passes++;
  return passes;
}
