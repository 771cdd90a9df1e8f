import { existsSync, realpathSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Device, DeviceChoice, FileStamp, ModelFacts, PhotoHeader } from "../core/enhance.ts";
import { asSilvergrainError, SilvergrainError } from "../core/errors.ts";
import { FORMATS, type FormatChoice, fits, type OutputFormat, outputFormatFor } from "../core/formats.ts";
import { area, describeSize, type Size } from "../core/geometry.ts";
import { foldName, type NameRequest, nameResults } from "../core/naming.ts";
import { basename } from "../core/paths.ts";
import { planScale, type SizeRequest } from "../core/scale.ts";
import type { ResultFlag } from "../core/self-check.ts";
import { planTiles, tileCount } from "../core/tiles.ts";
import { hashFile, hashText } from "../system/hash-file.ts";
import { systemError } from "../system/system-error.ts";
import type { Ledger, LedgerRow } from "./ledger.ts";

/** What a batch does to every photo. */
export interface BatchSettings {
  readonly model: ModelFacts;
  readonly size: SizeRequest;
  readonly strength: number;
  readonly format: FormatChoice;
  readonly quality: number | undefined;
  readonly stripGps: boolean;
  readonly device: DeviceChoice;
  readonly threads: number;
  readonly allowSpinning: boolean;
  readonly tilePx: number | undefined;
  readonly maxMegapixels: number;
  readonly overwrite: boolean;
}

/** A photo as it comes out of the library's walk. */
export interface BatchPhoto {
  readonly path: string;
  readonly place: string;
}

/** A photo that will be enhanced. */
export interface PlannedPhoto {
  readonly photo: BatchPhoto;
  readonly header: PhotoHeader;
  /** The file as it was when its header was read. */
  readonly stamp: FileStamp;
  readonly format: OutputFormat;
  readonly target: Size;
  readonly passes: number;
  /** Path below the target folder, forward slashes. */
  readonly output: string;
}

type Sized = Omit<PlannedPhoto, "output">;

/** Why a photo is passed over. */
export const SKIP_REASONS = ["done", "large-enough"] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export interface SkippedPhoto {
  readonly photo: BatchPhoto;
  readonly reason: SkipReason;
  /** Absolute path of the result, where there is one. */
  readonly output: string | undefined;
  /** What the result was flagged for when it was made. */
  readonly flags: readonly ResultFlag[];
}

export interface FailedPhoto {
  readonly path: string;
  readonly error: SilvergrainError;
}

/** What a batch would do. */
export interface BatchPlan {
  readonly todo: readonly PlannedPhoto[];
  readonly skipped: readonly SkippedPhoto[];
  readonly failed: readonly FailedPhoto[];
}

/** Reads a photo's header. */
export type Probe = (path: string, maxMegapixels: number) => Promise<PhotoHeader>;

/**
 * Decides for every photo what is to be done. Reads headers, and hashes those photos whose results are already there.
 * @param ledger `undefined` for a target folder that was never used (a dry run makes none)
 * @throws SilvergrainError USAGE where a result would take the place of a photo of the batch
 */
export async function planBatch(
  photos: readonly BatchPhoto[],
  target: string,
  settings: BatchSettings,
  ledger: Ledger | undefined,
  probe: Probe,
  signal: AbortSignal | undefined,
): Promise<BatchPlan> {
  const failed: FailedPhoto[] = [];
  const skipped: SkippedPhoto[] = [];
  const sized: Sized[] = [];
  for (const photo of photos) {
    if (signal?.aborted === true) throw new SilvergrainError("CANCELLED", "Stopped while the plan was made.");
    try {
      const stamp = stampOf(photo.path);
      const header = await probe(photo.path, settings.maxMegapixels);
      const scale = planScale(header.size, settings.size, settings.model.scale);
      if (scale === undefined) {
        skipped.push({ photo, reason: "large-enough", output: undefined, flags: [] });
        continue;
      }
      const format = outputFormatFor(settings.format, header.format);
      refuseUnfit(photo, format, scale.target);
      sized.push({ photo, header, stamp, format, ...scale });
    } catch (error) {
      const known = asSilvergrainError(error);
      if (known.code === "USAGE" || known.code === "CANCELLED") throw known;
      failed.push({ path: photo.path, error: known });
    }
  }
  const names = await nameAll(sized, ledger);
  const sources = new Set(photos.map(({ path }) => realPath(path)));
  const todo: PlannedPhoto[] = [];
  for (const photo of sized) {
    const planned = { ...photo, output: names.get(photo.photo.place) as string };
    refuseReplacingSource(planned, target, sources);
    const row = ledger?.find(planned.output);
    if (row !== undefined && (await isDone(planned, row, target, settings))) {
      skipped.push({ photo: planned.photo, reason: "done", output: join(target, planned.output), flags: row.flags });
    } else todo.push(planned);
  }
  return { todo, skipped, failed };
}

/** Identifies a result by all that it depends on. */
export function resultKey(sourceSha256: string, planned: PlannedPhoto, settings: BatchSettings): string {
  const { model, strength, quality, stripGps } = settings;
  const { target, passes, format } = planned;
  return hashText(
    JSON.stringify([
      1,
      sourceSha256,
      model.sha256,
      target.width,
      target.height,
      passes,
      strength,
      format,
      quality ?? null,
      stripGps,
    ]),
  );
}

/** Size and time of a file. @throws SilvergrainError SOURCE_* */
export function stampOf(path: string): FileStamp {
  try {
    const { size, mtimeMs } = statSync(path);
    return { bytes: size, mtimeMs };
  } catch (error) {
    throw systemError(error, path, "source");
  }
}

/** Whether the file under a result's name is the last one that the ledger saw finished. */
export async function isUntouched(path: string, row: LedgerRow): Promise<boolean> {
  if (row.sha256 === null || !existsSync(path)) return false;
  const stamp = stampOf(path);
  if (stamp.bytes !== row.bytes) return false;
  return stamp.mtimeMs === row.mtime_ms || (await hashFile(path)) === row.sha256;
}

/**
 * Names the results so that no photo is given a name that another one has, in this run or an earlier one. A photo
 * keeps the names it had; one that was moved (the same bytes, and nothing where they were) takes its names along.
 */
async function nameAll(sized: readonly Sized[], ledger: Ledger | undefined): Promise<ReadonlyMap<string, string>> {
  const rows = ledger?.all() ?? [];
  const bySource = groupBy(rows, (row) => row.source);
  const byOutput = groupBy(rows, (row) => foldName(row.output));
  const claimed = new Map<string, readonly string[]>();
  const owned = new Set<string>();
  for (const planned of sized) {
    const { path, place } = planned.photo;
    const own = bySource.get(path) ?? (await movedRows(planned, rows, byOutput));
    if (own.length > 0)
      claimed.set(
        place,
        own.map((row) => row.output),
      );
    for (const row of own) owned.add(row.output);
  }
  const others = rows.map((row) => row.output).filter((output) => !owned.has(output));
  return nameResults(sized.map(nameRequest), claimed, others);
}

/** Map.groupBy, which Node 20 does not have. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

async function movedRows(
  { photo, header, format }: Sized,
  rows: readonly LedgerRow[],
  byOutput: ReadonlyMap<string, readonly LedgerRow[]>,
): Promise<readonly LedgerRow[]> {
  const plain = nameResults([nameRequest({ photo, header, format })]).get(photo.place) ?? "";
  const meets = byOutput.get(foldName(plain))?.some((row) => !existsSync(row.source)) === true;
  if (!meets) return [];
  try {
    const sha256 = await hashFile(photo.path);
    return rows.filter((row) => row.source_sha256 === sha256 && !existsSync(row.source));
  } catch {
    // A source that cannot be read is found out, and said, when its turn comes.
    return [];
  }
}

async function isDone(
  planned: PlannedPhoto,
  row: LedgerRow,
  target: string,
  settings: BatchSettings,
): Promise<boolean> {
  if (row.state !== "done" || !(await isUntouched(join(target, planned.output), row))) return false;
  try {
    return row.key === resultKey(await hashFile(planned.photo.path), planned, settings);
  } catch {
    // A source that cannot be read is found out, and said, when its turn comes.
    return false;
  }
}

/** What a batch will take. */
export interface BatchCost {
  /** Window pixels to infer, over all passes. */
  readonly work: number;
  readonly ms: number | undefined;
  /** Results, estimated from the bytes a pixel took over the sample photos. */
  readonly outputBytes: number;
  /** Most that working files take at one time beside them, kept canvases included. */
  readonly workingBytes: number;
  readonly freeBytes: number | undefined;
}

/** Bytes per result pixel, 8 bit; measured on nine photos at 4× with srgan-x4. A 16-bit result takes some 2.5 times as much. */
const BYTES_PER_PIXEL: Readonly<Record<OutputFormat, number>> = {
  jpeg: 0.35,
  png: 1.5,
  webp: 0.2,
  tiff: 1.6,
  avif: 0.12,
};

/** Estimates time and bytes. @param cacheBytes of canvases to keep @param speed measured on this machine, see the engine's tuning */
export function costOf(
  todo: readonly PlannedPhoto[],
  { model, strength }: BatchSettings,
  cacheBytes: number,
  speed: { readonly corePx: number; readonly msPerMegapixel: number } | undefined,
  target: string,
): BatchCost {
  let work = 0;
  let outputBytes = 0;
  let workingBytes = 0;
  let canvasBytes = 0;
  for (const planned of todo) {
    const bytesPerSample = planned.header.bits / 8;
    work += workOf(planned, model, speed?.corePx ?? 192);
    const deep = planned.header.bits === 16 && FORMATS[planned.format].holds16Bit ? 2.5 : 1;
    outputBytes += area(planned.target) * BYTES_PER_PIXEL[planned.format] * deep;
    const channels = planned.header.hasAlpha ? 4 : 3;
    const canvas = area(planned.header.size) * model.scale ** (2 * planned.passes) * 3 * bytesPerSample;
    const native = planned.target.width === planned.header.size.width * model.scale;
    const composed =
      native && strength === 1 && !planned.header.hasAlpha ? 0 : area(planned.target) * channels * bytesPerSample;
    workingBytes = Math.max(workingBytes, canvas + composed + area(planned.header.size) * channels * bytesPerSample);
    canvasBytes += canvas;
  }
  workingBytes += Math.min(canvasBytes, cacheBytes);
  const ms = speed === undefined ? undefined : (work / 1e6) * speed.msPerMegapixel;
  return {
    work,
    ms,
    outputBytes: Math.round(outputBytes),
    workingBytes: Math.round(workingBytes),
    freeBytes: freeBytesAt(target),
  };
}

/** Window pixels that one photo takes, over all passes. */
export function workOf(planned: PlannedPhoto, model: ModelFacts, corePx: number): number {
  let work = 0;
  for (let pass = 0; pass < planned.passes; pass++) {
    const factor = model.scale ** pass;
    const source = { width: planned.header.size.width * factor, height: planned.header.size.height * factor };
    const grid = planTiles(source, corePx, model.padPx, model.scale);
    work += tileCount(grid) * area(grid.window);
  }
  return work;
}

/** The device that a plan's speed was measured on. */
export interface PlanDevice {
  readonly device: Device;
  readonly corePx: number;
  readonly msPerMegapixel: number;
}

function nameRequest(planned: Pick<PlannedPhoto, "photo" | "header" | "format">): NameRequest {
  const keepsName = planned.format === planned.header.format;
  return { source: planned.photo.place, extension: keepsName ? undefined : FORMATS[planned.format].extension };
}

function refuseUnfit(photo: BatchPhoto, format: OutputFormat, target: Size): void {
  if (fits(format, target)) return;
  throw new SilvergrainError(
    "RESULT_TOO_LARGE",
    `${basename(photo.path)} would become ${describeSize(target)}, and ${format.toUpperCase()} holds ${FORMATS[format].maxSidePx} px a side at most. Use --format tiff or a smaller --scale.`,
  );
}

/** @param sources real paths of every photo of the batch, also of those that are skipped */
function refuseReplacingSource(planned: PlannedPhoto, target: string, sources: ReadonlySet<string>): void {
  const output = join(target, planned.output);
  if (!existsSync(output) || !sources.has(realPath(output))) return;
  throw new SilvergrainError(
    "USAGE",
    `The result of ${basename(planned.photo.path)} would take the place of a photo: ${output}. Choose another folder with --out.`,
  );
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    // A dangling link stands for itself.
    return path;
  }
}

/** Free bytes where the target is or will be. */
function freeBytesAt(target: string): number | undefined {
  let folder = target;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    // Some network file systems do not tell; the plan then says nothing about space.
    return undefined;
  }
}
