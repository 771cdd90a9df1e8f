import type { Rect, Size } from "./geometry.ts";
import { allocateSamples } from "./pixels.ts";
import type { Samples } from "./resample.ts";

/** How the px of a stored picture are found from those of the upright one. */
interface Turn {
  /** Rows are columns. */
  readonly swaps: boolean;
  /** Stored columns, or rows, count from the far end. */
  readonly flipsX: boolean;
  readonly flipsY: boolean;
}

/** By EXIF Orientation less one (CIPA DC-008-2023, 4.6.5.1.6). */
const TURNS: readonly Turn[] = [
  { swaps: false, flipsX: false, flipsY: false },
  { swaps: false, flipsX: true, flipsY: false },
  { swaps: false, flipsX: true, flipsY: true },
  { swaps: false, flipsX: false, flipsY: true },
  { swaps: true, flipsX: false, flipsY: false },
  { swaps: true, flipsX: false, flipsY: true },
  { swaps: true, flipsX: true, flipsY: true },
  { swaps: true, flipsX: true, flipsY: false },
];

/** What of a picture as it is stored a rectangle of the upright one is. @param orientation 1 to 8 */
export function storedRect({ x, y, width, height }: Rect, orientation: number, stored: Size): Rect {
  const { swaps, flipsX, flipsY } = turnOf(orientation);
  const [left, across] = swaps ? [y, height] : [x, width];
  const [top, down] = swaps ? [x, width] : [y, height];
  return {
    x: flipsX ? stored.width - left - across : left,
    y: flipsY ? stored.height - top - down : top,
    width: across,
    height: down,
  };
}

/** The size of a stored picture when it is upright, and the other way round. */
export function turnedSize({ width, height }: Size, orientation: number): Size {
  return turnOf(orientation).swaps ? { width: height, height: width } : { width, height };
}

/** Turns the samples of a stored rectangle upright. @param size of the rectangle as it is stored */
export function turnUpright(samples: Samples, size: Size, channels: number, orientation: number): Samples {
  if (orientation === 1) return samples;
  const { swaps, flipsX, flipsY } = turnOf(orientation);
  const { width, height } = turnedSize(size, orientation);
  const turned = allocateSamples(samples.length, samples instanceof Uint16Array ? 16 : 8);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = swaps ? y : x;
      const row = swaps ? x : y;
      const from = (flipsY ? size.height - 1 - row : row) * size.width + (flipsX ? size.width - 1 - column : column);
      for (let channel = 0; channel < channels; channel++) turned[at++] = samples[from * channels + channel] as number;
    }
  }
  return turned;
}

function turnOf(orientation: number): Turn {
  return TURNS[orientation - 1] ?? (TURNS[0] as Turn);
}
