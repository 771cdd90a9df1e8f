import type { Rect } from "../../geometry.ts";

/** A part of the surface: RGBA, 8 bit, row by row, colours multiplied by opacity. */
export interface Block {
  readonly rect: Rect;
  readonly samples: Uint8ClampedArray<ArrayBuffer>;
}

/** A transparent block. */
export function blockOf(rect: Rect): Block {
  return { rect, samples: new Uint8ClampedArray(rect.width * rect.height * 4) };
}

/** Where in a block's samples a device px is. */
export function indexIn({ rect }: Block, x: number, y: number): number {
  return ((y - rect.y) * rect.width + x - rect.x) * 4;
}

/** Paints a colour over a px. @param alpha 0 to 1, already multiplied into the colour's levels */
export function blend(
  samples: Uint8ClampedArray,
  at: number,
  red: number,
  green: number,
  blue: number,
  alpha: number,
): void {
  const rest = 1 - alpha;
  samples[at] = red + (samples[at] as number) * rest;
  samples[at + 1] = green + (samples[at + 1] as number) * rest;
  samples[at + 2] = blue + (samples[at + 2] as number) * rest;
  samples[at + 3] = 255 * alpha + (samples[at + 3] as number) * rest;
}
