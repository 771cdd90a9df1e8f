import type { StopSignal } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import type { Rect, Size } from "../core/geometry.ts";
import { allocateSamples, type BitDepth, blend, type ColourChannels, quantise } from "../core/pixels.ts";
import {
  CUBIC,
  type Kernel,
  LANCZOS3,
  type RowReader,
  resampleStrips,
  type Samples,
  sourceOf,
} from "../core/resample.ts";
import { turnsEvery } from "../system/next-turn.ts";
import type { Canvas } from "./canvas.ts";
import type { OpenPhoto } from "./open-photos.ts";
import type { TiffPixels } from "./tiff-pixels.ts";
import { TiffRowWriter, type TiffTags } from "./tiff-writer.ts";

/** What goes into the final pixels beside the canvas. */
export interface Composition {
  readonly canvas: Canvas;
  readonly colour: TiffPixels;
  readonly alpha: TiffPixels | undefined;
  readonly channels: ColourChannels;
  readonly bits: BitDepth;
  readonly target: Size;
  readonly strength: number;
  readonly tags: TiffTags;
}

/** What a request makes of a photo and its canvas: the same for the file and for what is shown of it ahead. */
export function compositionOf(
  { decoded: { channels, bits }, colour, tags }: Pick<OpenPhoto, "decoded" | "colour" | "tags">,
  canvas: Canvas,
  alpha: TiffPixels | undefined,
  { target, strength }: Pick<Composition, "target" | "strength">,
): Composition {
  return { canvas, colour, alpha, channels, bits, target, strength, tags };
}

const STRIP_ROWS = 64;
/** Work between two windows of the photo that is inferred meanwhile. */
const SLICE_MS = 100;

/** Whether the canvas already is what is wanted, so that it can be encoded as it is. */
export function needsComposing(composition: Composition): boolean {
  const { canvas, target, strength, alpha } = composition;
  const sameSize = canvas.size.width === target.width && canvas.size.height === target.height;
  return strength < 1 || alpha !== undefined || !sameSize;
}

/**
 * Writes the final pixels strip by strip to a working TIFF: the canvas resampled by Lanczos-3 to the target, blended
 * with the source resampled by Lanczos-3 straight to the target, and the alpha by cubic convolution beside them.
 *
 * The resampling is ours: libvips 8.18 enlarges by bicubic interpolation whichever kernel is asked for, and half a
 * pixel of the result off (an impulse shows both), and the baseline must line up with the result to the pixel.
 * Alpha is cubic: Lanczos' second lobe would make an opaque area next to an edge a little transparent.
 */
export async function compose(composition: Composition, path: string, signal: StopSignal | undefined): Promise<void> {
  const { channels, alpha, bits, target, tags } = composition;
  const allChannels = channels + (alpha === undefined ? 0 : 1);
  const writer = new TiffRowWriter(path, target, allChannels, bits, tags);
  try {
    for await (const strip of composedStrips(composition, { x: 0, y: 0, ...target }, signal)) writer.write(strip);
  } finally {
    writer.close();
  }
}

/**
 * The final pixels of a part of the result, alpha last where there is one, in strips from top to bottom; see `compose`.
 * @throws SilvergrainError CANCELLED
 */
export async function* composedStrips(
  composition: Composition,
  part: Rect,
  signal: StopSignal | undefined,
): AsyncGenerator<Samples> {
  const { canvas, colour, alpha, channels, bits, target, strength } = composition;
  const resampled = (image: PixelRows, count: number, kernel: Kernel) =>
    resampleStrips(
      image.size,
      target,
      count,
      kernel,
      rowsOf(image, 64, sourceOf(image.size, target, kernel, part)),
      STRIP_ROWS,
      part,
    );
  const result = resampled(canvas, channels, LANCZOS3);
  const baseline = strength < 1 ? resampled(colour, channels, LANCZOS3) : undefined;
  const transparency = alpha === undefined ? undefined : resampled(alpha, 1, CUBIC);
  const giveWay = turnsEvery(SLICE_MS);
  for await (const strip of result) {
    await giveWay();
    if (signal?.aborted === true) throw new SilvergrainError("CANCELLED", "Stopped before it was done.");
    const mixed = allocateSamples(strip.samples.length, bits);
    if (baseline === undefined) quantise(strip.samples, bits, mixed);
    else blend(strip.samples, await nextStrip(baseline), strength, bits, mixed);
    yield transparency === undefined ? mixed : withAlpha(mixed, channels, await nextStrip(transparency), bits);
  }
}

type PixelRows = Pick<TiffPixels, "size" | "readRect">;

/** Reads rows in blocks, so that a tile's row is visited once and not once a row. */
export function rowsOf(
  image: PixelRows,
  blockRows: number,
  columns: Pick<Rect, "x" | "width"> = { x: 0, width: image.size.width },
): RowReader {
  const { x, width } = columns;
  const { height } = image.size;
  let block: Samples | undefined;
  let blockStart = 0;
  let blockEnd = 0;
  return (y, count) => {
    if (block === undefined || y < blockStart || y + count > blockEnd) {
      blockStart = y;
      blockEnd = Math.min(height, y + Math.max(count, blockRows));
      block = image.readRect({ x, y, width, height: blockEnd - y });
    }
    const rowSamples = block.length / (blockEnd - blockStart);
    return block.subarray((y - blockStart) * rowSamples, (y - blockStart + count) * rowSamples);
  };
}

async function nextStrip(strips: AsyncGenerator<{ readonly samples: Float32Array }>): Promise<Float32Array> {
  const { value, done } = await strips.next();
  if (done === true) throw new Error("strips of one image ended before another's");
  return value.samples;
}

function withAlpha(colour: Samples, channels: number, alpha: Float32Array, bits: BitDepth): Samples {
  const opacity = allocateSamples(alpha.length, bits);
  quantise(alpha, bits, opacity);
  const mixed = allocateSamples(alpha.length * (channels + 1), bits);
  for (let i = 0; i < alpha.length; i++) {
    for (let channel = 0; channel < channels; channel++) {
      mixed[i * (channels + 1) + channel] = colour[i * channels + channel] as number;
    }
    mixed[i * (channels + 1) + channels] = opacity[i] as number;
  }
  return mixed;
}
