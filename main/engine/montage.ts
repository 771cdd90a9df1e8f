import { renameSync, rmSync, statSync } from "node:fs";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isTooLargeForMozjpeg } from "../core/encoding.ts";
import type { StopSignal } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import { FORMATS } from "../core/formats.ts";
import { describeSize, type Size } from "../core/geometry.ts";
import { layoutMontage } from "../core/montage.ts";
import type {
  MontageControl,
  MontageNote,
  MontagePicture,
  MontageRequest,
  MontageResult,
} from "../core/montage-request.ts";
import type { MontageCaption, MontageLayout } from "../core/montage-spec.ts";
import { layoutPinPage, layoutPinStrip } from "../core/pin-sheet.ts";
import type { BitDepth } from "../core/pixels.ts";
import { layoutSheet } from "../core/sheet.ts";
import { compositeXmp } from "../core/xmp.ts";
import { makeFolder, syncFile, syncFolder } from "../system/atomic-file.ts";
import { failPoint } from "../system/fail-point.ts";
import { turnsEvery } from "../system/next-turn.ts";
import { systemError } from "../system/system-error.ts";
import { setCaption } from "./captions.ts";
import { canBeSrgb16, decodeToSrgb, encodeResult, type ProbedPhoto, probePhoto, srgbProfile } from "./codec.ts";
import { Lane, stopped, unlessStopped } from "./lanes.ts";
import { compositeMetadata, exifReserveFor, type ResultMetadata, writeMetadata } from "./metadata.ts";
import { montageRows, type SetCaption } from "./montage-rows.ts";
import { placedRows } from "./placed-rows.ts";
import { TiffRowWriter } from "./tiff-writer.ts";
import { VipsPixels } from "./vips-file.ts";

/** Work between two turns of the loop: a cancel is heard, and a window is inferred, only then. */
const SLICE_MS = 100;
const PROGRESS_ROWS = 256;
const PIXELS_PER_INCH = 300;

/** A composite in the making. */
interface Making {
  readonly request: MontageRequest;
  readonly layout: MontageLayout;
  readonly bits: BitDepth;
  readonly photos: readonly ProbedPhoto[];
  readonly metadata: ResultMetadata;
  readonly folder: string;
  readonly control: MontageControl;
  /** What libvips is at and cannot be stopped in. */
  readonly work: Promise<unknown>[];
}

/** Makes composites, one at a time: two large ones would take each other's memory and disk. */
export class Montages {
  private readonly lane = new Lane(1);

  /**
   * Makes a composite. The pictures are decoded to files, composed row by row into a third and encoded from there, so
   * that memory does not grow with them. The output appears under its name when it is whole; nothing else is left.
   * @param onBegin called when it is its turn
   * @throws SilvergrainError USAGE, SOURCE_*, RESULT_TOO_LARGE, DISK_FULL, TARGET_UNWRITABLE, CANCELLED
   */
  async make(request: MontageRequest, control: MontageControl & { readonly onBegin?: () => void } = {}) {
    const release = await this.lane.take({ signal: control.signal });
    const work: Promise<unknown>[] = [];
    let folder: string | undefined;
    try {
      control.onBegin?.();
      const plan = await planned(request);
      await mkdir(request.workDir, { recursive: true });
      folder = await mkdtemp(join(request.workDir, "montage-"));
      return await made({ ...plan, request, folder, control, work });
    } catch (error) {
      throw systemError(error, request.output);
    } finally {
      // What libvips still writes is deleted when it is through with it, and nothing else is begun before.
      const clean = async () => {
        if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
        release();
      };
      if (control.signal?.aborted === true) void Promise.allSettled(work).then(clean);
      else await Promise.allSettled(work).then(clean);
    }
  }
}

async function planned(request: MontageRequest): Promise<Pick<Making, "photos" | "layout" | "bits" | "metadata">> {
  const { pictures, encoding } = request;
  const photos: ProbedPhoto[] = [];
  for (const picture of pictures) {
    await refuseChanged(picture);
    photos.push(await probePhoto(picture.path, request.maxMegapixels));
  }
  const sizes = photos.map(({ header }) => header.size);
  const layout = layoutOf(request, sizes);
  refuseTooLarge(request, layout.size);
  const isDeep = encoding.bits !== 8 && FORMATS[encoding.format].holds16Bit && photos.every(canBeSrgb16);
  return { photos, layout, bits: isDeep ? 16 : 8, metadata: metadataOf(request, photos, layout.size) };
}

function layoutOf(request: MontageRequest, pictures: readonly Size[]): MontageLayout {
  const { sheet, baseline } = request;
  if (sheet?.kind === "contact") return layoutSheet(sheet, pictures);
  if (sheet?.kind === "pin-strip") return layoutPinStrip(sheet, pictures, baseline);
  if (sheet?.kind === "pin-page") return layoutPinPage(sheet, pictures);
  const captions = request.pictures.map(({ caption }) => caption);
  return layoutMontage({ ...request, pictures, captions, area: request.area, fit: request.fit });
}

function metadataOf(request: MontageRequest, photos: readonly ProbedPhoto[], size: Size): ResultMetadata {
  const { kind, baseline, keepMetadata, stripGps, encoding } = request;
  const path = request.pictures.at(-1)?.path;
  const probed = photos.at(-1);
  const kept = keepMetadata && path !== undefined && probed !== undefined ? { path, probed } : undefined;
  return compositeMetadata(kept, compositeXmp({ kind, baseline }), { size, stripGps }, encoding.format);
}

async function made(making: Making): Promise<MontageResult> {
  const { request, layout, bits, control } = making;
  const { output } = request;
  const composed = join(making.folder, "composed.tif");
  const decoded = await decodeAll(making);
  await compose(making, decoded, composed);
  // They take more room than anything else, and are not needed for what takes the longest.
  for (const path of decoded) rmSync(path, { force: true });
  makeFolder(dirname(output));
  const temporary = `${output}.${basename(making.folder)}.part`;
  try {
    control.onProgress?.({ stage: "encode", done: 0, total: 1 });
    await finishing(making, encodeComposite(making, composed, temporary));
    writeMetadata(temporary, making.metadata, request.encoding.format);
    await syncFile(temporary);
    if (control.signal?.aborted === true) throw stopped();
    for (const picture of request.pictures) await refuseChanged(picture);
    const { size: bytes } = statSync(temporary);
    renameSync(temporary, output);
    syncFolder(dirname(output));
    return { ...layout.size, bytes, bits, notes: notesOf(making) };
  } catch (error) {
    // On a disk that cannot delete what is open, once more when libvips is through with it.
    const clean = () => rmSync(temporary, { force: true });
    making.work.push(Promise.allSettled(making.work).then(clean));
    throw error;
  }
}

/** Decodes one after the other: side by side they would take twice the memory. @returns their files */
async function decodeAll(making: Making): Promise<readonly string[]> {
  const { request, photos, bits, folder, control } = making;
  const paths: string[] = [];
  for (const [i, photo] of photos.entries()) {
    control.onProgress?.({ stage: "decode", done: i, total: photos.length });
    const { path } = request.pictures[i] as MontagePicture;
    const decoded = join(folder, `${i}.v`);
    await finishing(making, decodeToSrgb(path, basename(path), photo, bits, decoded));
    paths.push(decoded);
  }
  return paths;
}

/** Waits for libvips, or for the signal. */
function finishing<T>({ work, control }: Making, promise: Promise<T>): Promise<T> {
  work.push(promise);
  return unlessStopped(promise, control.signal);
}

async function compose(making: Making, decoded: readonly string[], path: string): Promise<void> {
  const { request, layout, bits, control } = making;
  const { background, dividerColour } = request;
  const pictures = decoded.map((file, i) => VipsPixels.open(file, making.photos[i]?.header.orientation));
  try {
    const tags = { icc: await srgbProfile(), iptc: making.metadata.iptc, density: PIXELS_PER_INCH };
    const rows = montageRows({
      layout,
      bits,
      background,
      dividerColour,
      captions: await setCaptions(layout.captions, request.captionPx),
      rowsOf: (placement) => placedRows(pictures[placement.picture] as VipsPixels, placement, request),
    });
    const writer = new TiffRowWriter(path, layout.size, 3, bits, tags);
    try {
      await writeAll(rows, writer, layout.size, control);
    } finally {
      writer.close();
    }
  } finally {
    for (const picture of pictures) picture.close();
  }
}

async function writeAll(
  rows: ReturnType<typeof montageRows>,
  writer: TiffRowWriter,
  { width, height }: Size,
  { signal, onProgress }: MontageControl,
): Promise<void> {
  const giveWay = turnsEvery(SLICE_MS);
  let done = 0;
  let told = Number.NEGATIVE_INFINITY;
  for await (const strip of rows) {
    refuseStopped(signal);
    writer.write(strip);
    failPoint("mid-composite");
    done += strip.length / (width * 3);
    if (done - told >= PROGRESS_ROWS || done === height) {
      onProgress?.({ stage: "compose", done, total: height });
      told = done;
    }
    await giveWay();
  }
}

function refuseStopped(signal: StopSignal | undefined): void {
  if (signal?.aborted === true) throw stopped();
}

async function setCaptions(captions: readonly MontageCaption[], captionPx: number): Promise<readonly SetCaption[]> {
  const all: SetCaption[] = [];
  for (const caption of captions) {
    const mask = await setCaption(caption.text, captionPx, caption.rect.width);
    if (mask !== undefined) all.push({ ...caption, mask });
  }
  return all;
}

function encodeComposite({ request, layout, bits, metadata }: Making, composed: string, output: string): Promise<void> {
  const { encoding } = request;
  return encodeResult(composed, output, {
    ...encoding,
    mozjpeg: encoding.mozjpeg === true && !isTooLargeForMozjpeg(layout.size),
    quality: encoding.quality,
    bits,
    gray: false,
    hasAlpha: false,
    convertToSrgb: false,
    xmp: metadata.xmp,
    exifReserve: exifReserveFor(metadata, encoding.format),
    rawBytes: layout.size.width * layout.size.height * 3 * (bits / 8),
  });
}

function notesOf({ request, layout: { size }, photos, bits, metadata }: Making): readonly MontageNote[] {
  const { encoding } = request;
  const notes: MontageNote[] = [];
  if (bits === 8 && photos.some(({ header }) => header.bits === 16)) notes.push("reduced-to-8-bit");
  if (photos.some(({ header }) => header.hasAlpha)) notes.push("alpha-on-background");
  if (encoding.format === "jpeg" && encoding.mozjpeg === true && isTooLargeForMozjpeg(size)) notes.push("plain-jpeg");
  if (metadata.partial) notes.push("metadata-partial");
  return notes;
}

function refuseTooLarge({ encoding: { format }, output }: MontageRequest, size: Size): void {
  const { maxSidePx } = FORMATS[format];
  if (Math.max(size.width, size.height) <= maxSidePx) return;
  throw new SilvergrainError(
    "RESULT_TOO_LARGE",
    `${basename(output)} would become ${describeSize(size)}, and ${format.toUpperCase()} holds ${maxSidePx} px a side at most. Choose TIFF or PNG, or a size that it has to fit into.`,
  );
}

async function refuseChanged({ path, stamp }: MontagePicture): Promise<void> {
  if (stamp === undefined) return;
  const now = await stat(path).catch((error: unknown) => {
    throw systemError(error, path, "source");
  });
  if (now.size === stamp.bytes && now.mtimeMs === stamp.mtimeMs) return;
  throw new SilvergrainError(
    "SOURCE_CHANGED",
    `${basename(path)} was changed since it was chosen. Make the composite again when that is done.`,
  );
}
