import type { SharpenFor } from "../core/encoding.ts";
import type { Rect, Size } from "../core/geometry.ts";
import type { Rgb } from "../core/montage-request.ts";
import type { MontageBaseline, Placement } from "../core/montage-spec.ts";
import { nearestRow, nearestSource, nearestStarts } from "../core/nearest.ts";
import { allocateSamples, type BitDepth, maxSample, quantise } from "../core/pixels.ts";
import {
  CUBIC,
  type Kernel,
  LANCZOS3,
  type RowReader,
  resampleStrips,
  type Samples,
  sourceOf,
} from "../core/resample.ts";
import { SHARPENING, sharpenStrips } from "../core/sharpen.ts";
import { rowsOf } from "./compose.ts";

/** A decoded picture on the disk: RGB, or RGB and alpha. */
export interface DecodedPixels {
  readonly size: Size;
  readonly channels: number;
  readonly bits: BitDepth;
  readonly isOnItsSide: boolean;
  readRect(rect: Rect): Samples;
}

const STRIP_ROWS = 16;
/** Rows that are read at a time; of a picture that is stored on its side each takes a read for every px across. */
const BLOCK_ROWS = 32;
const BLOCK_ROWS_ON_SIDE = 256;
const KERNELS: Readonly<Record<Exclude<MontageBaseline, "nearest">, Kernel>> = {
  bicubic: CUBIC,
  lanczos: LANCZOS3,
  // Never enlarged; where it is shrunk with the panes, it is as the others are.
  "as-is": LANCZOS3,
};

/** What all pictures of a composite are treated alike with. */
export interface RowTreatment {
  readonly baseline: MontageBaseline;
  readonly background: Rgb;
  readonly sharpen: SharpenFor;
}

/**
 * The rows of a picture as a placement wants them: RGB, on the background where it is transparent, in strips from top
 * to bottom. A picture that is as large as is wanted comes as it is, to the sample. What is shrunk is shrunk by
 * Lanczos-3, whatever it would be enlarged by: nearest px of a smaller picture would be a random choice.
 */
export function placedRows(
  picture: DecodedPixels,
  placement: Pick<Placement, "to" | "part">,
  treatment: RowTreatment,
): AsyncGenerator<Samples> {
  const rows = resized(picture, placement, treatment);
  if (treatment.sharpen === "none") return rows;
  return sharpenStrips(rows, placement.part.width, 3, picture.bits, SHARPENING[treatment.sharpen]);
}

function resized(
  picture: DecodedPixels,
  { to, part }: Pick<Placement, "to" | "part">,
  { baseline, background }: RowTreatment,
): AsyncGenerator<Samples> {
  const { size } = picture;
  if (size.width === to.width && size.height === to.height)
    return asTheyAre(onBackground(picture, part, background), part);
  const isShrunk = to.width < size.width || to.height < size.height;
  if (baseline === "nearest" && !isShrunk) return enlargedByNearest(picture, to, part, background);
  const kernel = isShrunk || baseline === "nearest" ? LANCZOS3 : KERNELS[baseline];
  return resampled(picture, to, part, kernel, background);
}

async function* asTheyAre(read: RowReader, { y, height }: Rect): AsyncGenerator<Samples> {
  for (let row = 0; row < height; row += STRIP_ROWS) yield await read(y + row, Math.min(STRIP_ROWS, height - row));
}

async function* enlargedByNearest(
  picture: DecodedPixels,
  to: Size,
  part: Rect,
  background: Rgb,
): AsyncGenerator<Samples> {
  const { size, bits } = picture;
  const source = nearestSource(size, to, part);
  const read = onBackground(picture, source, background);
  const columns = nearestStarts(size.width, to.width, part.x, part.width);
  const rows = nearestStarts(size.height, to.height, part.y, part.height);
  const target = allocateSamples(part.width * 3, bits);
  let last = -1;
  for (const row of rows) {
    if (row !== last) nearestRow(await read(row, 1), columns, source.x, 3, target);
    last = row;
    yield target;
  }
}

async function* resampled(
  picture: DecodedPixels,
  to: Size,
  part: Rect,
  kernel: Kernel,
  background: Rgb,
): AsyncGenerator<Samples> {
  const { size, bits } = picture;
  const read = onBackground(picture, sourceOf(size, to, kernel, part), background);
  for await (const { samples } of resampleStrips(size, to, 3, kernel, read, STRIP_ROWS, part)) {
    const strip = allocateSamples(samples.length, bits);
    quantise(samples, bits, strip);
    yield strip;
  }
}

/** Reads the columns of a rectangle, with what is transparent put on the background before anything is resampled. */
function onBackground(picture: DecodedPixels, columns: Rect, background: Rgb): RowReader {
  const read = rowsOf(picture, picture.isOnItsSide ? BLOCK_ROWS_ON_SIDE : BLOCK_ROWS, columns);
  if (picture.channels !== 4) return read;
  const top = maxSample(picture.bits);
  const behind = background.map((value) => (value * top) / 255);
  return async (y, count) => {
    const samples = await read(y, count);
    const flat = allocateSamples((samples.length / 4) * 3, picture.bits);
    for (let from = 0, at = 0; from < samples.length; from += 4) {
      const opacity = (samples[from + 3] as number) / top;
      for (let channel = 0; channel < 3; channel++) {
        const under = behind[channel] as number;
        flat[at++] = Math.round(under + ((samples[from + channel] as number) - under) * opacity);
      }
    }
    return flat;
  };
}
