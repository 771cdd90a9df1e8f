import { rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import type { LiveRegionRequest, StopSignal } from "../core/enhance.ts";
import { expected } from "../core/errors.ts";
import { FORMATS } from "../core/formats.ts";
import { area, describeSize, type Rect, type Size } from "../core/geometry.ts";
import type { LivePlan } from "../core/live.ts";
import { RowShrinker } from "../core/pyramid.ts";
import type { Samples } from "../core/resample.ts";
import { turnsEvery } from "../system/next-turn.ts";
import type { Canvas } from "./canvas.ts";
import { decodeForViewing, flattenOnWhite } from "./codec.ts";
import { composedStrips, compositionOf, needsComposing } from "./compose.ts";
import { growingRows } from "./growing-rows.ts";
import { stopped } from "./lanes.ts";
import type { OpenPhoto } from "./open-photos.ts";
import { TiffPixels } from "./tiff-pixels.ts";
import { TiffRowWriter } from "./tiff-writer.ts";

/** Larger patches are not held in memory. */
const MAX_PATCH_MEGAPIXELS = 64;
const STRIP_ROWS = 64;
/** Work between two windows of the photo that is inferred meanwhile. */
const SLICE_MS = 50;

/** @throws SilvergrainError USAGE for a patch that is too large */
export function refuseLargePatch(name: string, size: Size): void {
  if (area(size) <= MAX_PATCH_MEGAPIXELS * 1e6) return;
  const most = `at most ${MAX_PATCH_MEGAPIXELS} megapixels`;
  throw expected(`a live part of ${name}`, most, `one of ${describeSize(size)} px. Ask for it smaller`);
}

/**
 * Writes the patch of a plan: the very px that the finished file would have, in sRGB, made smaller as the levels of a
 * pyramid are. Px that need a tile which is not done are transparent.
 * @param before an earlier patch of the same request, whose px need not be made again
 * @returns the patch, and whether all of it is there
 */
export async function writePatch(
  request: LiveRegionRequest,
  photo: OpenPhoto,
  canvas: Canvas,
  plan: LivePlan,
  before: Uint8Array | undefined,
  signal: StopSignal | undefined,
): Promise<{ readonly patch: Uint8Array; readonly isWhole: boolean }> {
  refuseLargePatch(basename(request.source), plan.size);
  const patch = new Uint8Array(area(plan.size) * 4);
  const opaque = opacityOf(canvas, plan, patch);
  const known = before?.length === patch.length ? before : undefined;
  if (known !== undefined) copyKnown(patch, known);
  for (const rows of runsOf(plan, patch, known)) {
    // A part of the patch at a time: rows of which nothing is there need not be made.
    const step = 2 ** request.shrink;
    const part: Rect = {
      ...plan.part,
      y: plan.part.y + rows.first * step,
      height: Math.min(plan.part.height, rows.end * step) - rows.first * step,
    };
    let y = rows.first;
    const shrinker = new RowShrinker(part, request.shrink, (row) => paint(patch, row, y++, plan.size.width));
    const rowBytes = part.width * 3;
    for await (const strip of viewedRows(request, photo, canvas, part, signal)) {
      for (let at = 0; at < strip.length; at += rowBytes) shrinker.add(strip.subarray(at, at + rowBytes));
    }
  }
  await writeFile(request.save, patch);
  return { patch, isWhole: opaque === area(plan.size) };
}

/** What was done stays as it is. */
function copyKnown(patch: Uint8Array, known: Uint8Array): void {
  for (let at = 0; at < patch.length; at += 4) {
    if (patch[at + 3] !== 0 && known[at + 3] !== 0) patch.set(known.subarray(at, at + 3), at);
  }
}

/** Notes in the patch's alpha which px are there. @returns how many are */
function opacityOf({ grid, marks }: Canvas, { across, down, size }: LivePlan, patch: Uint8Array): number {
  let count = 0;
  for (let y = 0; y < size.height; y++) {
    const [top, bottom] = down.needs[y] ?? [0, 0];
    for (let x = 0; x < size.width; x++) {
      const [left, right] = across.needs[x] ?? [0, 0];
      let isDone = true;
      for (let row = top; row < bottom && isDone; row++) {
        for (let column = left; column < right && isDone; column++) isDone = marks[row * grid.across + column] !== 0;
      }
      if (!isDone) continue;
      patch[(y * size.width + x) * 4 + 3] = 255;
      count++;
    }
  }
  return count;
}

/** The rows of the patch in which something is there that is not known, in runs. */
function* runsOf(
  { size }: LivePlan,
  patch: Uint8Array,
  known: Uint8Array | undefined,
): Generator<{ readonly first: number; readonly end: number }> {
  let first: number | undefined;
  for (let y = 0; y <= size.height; y++) {
    let isAny = false;
    for (let x = 0; y < size.height && x < size.width && !isAny; x++) {
      const alpha = (y * size.width + x) * 4 + 3;
      isAny = patch[alpha] !== 0 && (known?.[alpha] ?? 0) === 0;
    }
    if (isAny) first ??= y;
    else if (first !== undefined) {
      yield { first, end: y };
      first = undefined;
    }
  }
}

function paint(patch: Uint8Array, row: Uint8Array, y: number, width: number): void {
  for (let x = 0, at = y * width * 4; x < width; x++, at += 4) {
    if (patch[at + 3] === 0) continue;
    patch[at] = row[x * 3] as number;
    patch[at + 1] = row[x * 3 + 1] as number;
    patch[at + 2] = row[x * 3 + 2] as number;
  }
}

/** The px of a part of the result as they are shown: RGB of 8 bits, in sRGB. */
async function* viewedRows(
  request: LiveRegionRequest,
  photo: OpenPhoto,
  canvas: Canvas,
  part: Rect,
  signal: StopSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const { channels, icc, alphaPath } = photo.decoded;
  const alpha = alphaPath === undefined ? undefined : TiffPixels.open(alphaPath);
  const composition = compositionOf(photo, canvas, alpha, request);
  const strips = needsComposing(composition)
    ? composedStrips(composition, part, signal)
    : canvasStrips(canvas, part, signal);
  try {
    if (alpha === undefined && icc === undefined) for await (const strip of strips) yield plainRows(strip, channels);
    else yield* convertedRows(request, strips, part, photo, signal);
  } finally {
    alpha?.close();
  }
}

async function* canvasStrips(canvas: Canvas, part: Rect, signal: StopSignal | undefined): AsyncGenerator<Samples> {
  const giveWay = turnsEvery(SLICE_MS);
  for (let y = part.y; y < part.y + part.height; y += STRIP_ROWS) {
    await giveWay();
    if (signal?.aborted === true) throw stopped();
    yield canvas.readRect({ ...part, y, height: Math.min(STRIP_ROWS, part.y + part.height - y) });
  }
}

/** As libvips does it: the lower bits are cut off, and gray is each of the colours. */
function plainRows(samples: Samples, channels: number): Uint8Array {
  const shift = samples instanceof Uint16Array ? 8 : 0;
  if (samples instanceof Uint8Array && channels === 3) return samples;
  const rows = new Uint8Array((samples.length / channels) * 3);
  for (let i = 0, to = 0; to < rows.length; i += channels, to += 3) {
    for (let channel = 0; channel < 3; channel++) {
      rows[to + channel] = (samples[channels === 3 ? i + channel : i] as number) >> shift;
    }
  }
  return rows;
}

/** Through libvips, which knows about profiles and transparency, by way of a file as it would be encoded. */
async function* convertedRows(
  request: LiveRegionRequest,
  strips: AsyncGenerator<Samples>,
  part: Rect,
  photo: OpenPhoto,
  signal: StopSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const { channels, bits, icc, alphaPath } = photo.decoded;
  const files = { whole: `${request.save}.tif`, flat: `${request.save}.flat.tif`, shown: `${request.save}.v` };
  const isFlattened = alphaPath !== undefined && !FORMATS[request.format].holdsAlpha;
  try {
    const count = channels + (alphaPath === undefined ? 0 : 1);
    const writer = new TiffRowWriter(files.whole, part, count, bits, { icc, iptc: undefined, density: undefined });
    try {
      for await (const strip of strips) writer.write(strip);
    } finally {
      writer.close();
    }
    if (isFlattened) await flattenOnWhite(files.whole, channels === 1, bits, files.flat);
    const header = { ...photo.probed.header, space: spaceOf(channels, bits), bits, hasProfile: icc !== undefined };
    const name = basename(request.source);
    const showing = decodeForViewing(isFlattened ? files.flat : files.whole, name, header, files.shown);
    yield* growingRows(files.shown, part, showing, signal);
  } finally {
    for (const file of Object.values(files)) rmSync(file, { force: true });
  }
}

function spaceOf(channels: number, bits: number): string {
  if (channels === 1) return bits === 16 ? "grey16" : "b-w";
  return bits === 16 ? "rgb16" : "srgb";
}
