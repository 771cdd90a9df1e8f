import type { Rect, Size } from "./geometry.ts";
import type { Samples } from "./resample.ts";

/** The part of a rectangle that lies on a picture of this size. The rectangle begins on the picture. */
export function insidePart(rect: Rect, picture: Size): Rect {
  return {
    x: rect.x,
    y: rect.y,
    width: Math.min(rect.width, picture.width - rect.x),
    height: Math.min(rect.height, picture.height - rect.y),
  };
}

/** Samples of a small picture made larger on the right and below by repeating its last column and row. */
export function extendEdges(samples: Samples, from: Size, to: Size, channels: number): Samples {
  if (from.width === to.width && from.height === to.height) return samples;
  const count = to.width * to.height * channels;
  const extended = samples instanceof Uint8Array ? new Uint8Array(count) : new Uint16Array(count);
  for (let y = 0; y < to.height; y++) {
    const row = Math.min(y, from.height - 1) * from.width;
    for (let x = 0; x < to.width; x++) {
      const source = (row + Math.min(x, from.width - 1)) * channels;
      const target = (y * to.width + x) * channels;
      for (let channel = 0; channel < channels; channel++)
        extended[target + channel] = samples[source + channel] as number;
    }
  }
  return extended;
}
