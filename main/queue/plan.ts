import { existsSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { type EnhanceRequest, type FileStamp, type ModelFacts, modelKey, type PhotoHeader } from "../core/enhance.ts";
import { asSilvergrainError, SilvergrainError } from "../core/errors.ts";
import { type FormatChoice, type OutputFormat, outputFormatFor, refuseUnfit } from "../core/formats.ts";
import type { Size } from "../core/geometry.ts";
import { basename } from "../core/paths.ts";
import { planScale, type SizeRequest } from "../core/scale.ts";
import type { ResultFlag } from "../core/self-check.ts";
import { isWorn } from "../core/wear.ts";
import { hashFile, hashText } from "../system/hash-file.ts";
import { systemError } from "../system/system-error.ts";
import type { Ledger, LedgerRow } from "./ledger.ts";
import { nameAll } from "./result-names.ts";

/** What a batch does to every photo. */
export interface BatchSettings
  extends Pick<
    EnhanceRequest,
    "model" | "strength" | "quality" | "stripGps" | "device" | "threads" | "allowSpinning" | "tilePx" | "maxMegapixels"
  > {
  /** For photos that are compressed or noisy, where another model is to take them. */
  readonly restoring: ModelFacts | undefined;
  readonly size: SizeRequest;
  readonly format: FormatChoice;
  readonly overwrite: boolean;
}

/** A photo as it comes out of the library's walk. */
export interface BatchPhoto {
  readonly path: string;
  readonly place: string;
}

/** What a plan rests on. */
export type PlannedHeader = Pick<PhotoHeader, "format" | "size" | "bits" | "hasAlpha" | "wear">;

/** A photo that will be enhanced. */
export interface PlannedPhoto {
  readonly photo: BatchPhoto;
  readonly header: PlannedHeader;
  readonly model: ModelFacts;
  /** The file as it was when its header was read. */
  readonly stamp: FileStamp;
  readonly format: OutputFormat;
  readonly target: Size;
  readonly passes: number;
  /** Path below the target folder, forward slashes. */
  readonly output: string;
}

/** Headers that are read side by side. */
const AT_ONCE = 16;

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
  for (let from = 0; from < photos.length; from += AT_ONCE) {
    if (signal?.aborted === true) throw new SilvergrainError("CANCELLED", "Stopped while the plan was made.");
    const some = photos.slice(from, from + AT_ONCE);
    const plans = await Promise.allSettled(some.map((photo) => planPhoto(photo, settings, probe)));
    for (const [i, plan] of plans.entries()) {
      const photo = some[i] as BatchPhoto;
      if (plan.status === "fulfilled") {
        if (plan.value === undefined) skipped.push({ photo, reason: "large-enough", output: undefined, flags: [] });
        else sized.push(plan.value);
        continue;
      }
      const known = asSilvergrainError(plan.reason);
      if (known.code === "USAGE" || known.code === "CANCELLED") throw known;
      failed.push({ path: photo.path, error: known });
    }
  }
  const names = await nameAll(sized, ledger);
  const isSource = sourcesOf(photos);
  const todo: PlannedPhoto[] = [];
  for (const photo of sized) {
    const planned = { ...photo, output: names.get(photo.photo.place) as string };
    refuseReplacingSource(planned, target, isSource);
    const row = ledger?.find(planned.output);
    if (row !== undefined && (await isDone(planned, row, target, settings))) {
      skipped.push({ photo: planned.photo, reason: "done", output: join(target, planned.output), flags: row.flags });
    } else todo.push(planned);
  }
  return { todo: byModel(todo), skipped, failed };
}

/**
 * Decides for one photo what is to be done, all but the name of its result.
 * @returns `undefined` where it already is as large as was asked for
 * @throws SilvergrainError SOURCE_*, RESULT_TOO_LARGE, USAGE
 */
export async function planPhoto(photo: BatchPhoto, settings: BatchSettings, probe: Probe): Promise<Sized | undefined> {
  const stamp = stampOf(photo.path);
  const header = await probe(photo.path, settings.maxMegapixels);
  const model = isWorn(header.wear) ? (settings.restoring ?? settings.model) : settings.model;
  const scale = planScale(header.size, settings.size, model.scale);
  if (scale === undefined) return undefined;
  const format = outputFormatFor(settings.format, header.format);
  refuseUnfit(photo.path, format, scale.target);
  return { photo, header, model, stamp, format, ...scale };
}

/** The photos of one model after the other: the engine starts anew for each model. */
function byModel(todo: readonly PlannedPhoto[]): readonly PlannedPhoto[] {
  const keys = [...new Set(todo.map(({ model }) => modelKey(model)))];
  return keys.flatMap((key) => todo.filter(({ model }) => modelKey(model) === key));
}

/** Identifies a result by all that it depends on. */
export function resultKey(sourceSha256: string, planned: PlannedPhoto, settings: BatchSettings): string {
  const { strength, quality, stripGps } = settings;
  const { model, target, passes, format } = planned;
  return hashText(
    JSON.stringify([
      1,
      sourceSha256,
      modelKey(model),
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

/** Whether a path leads to a photo of the batch; asked for few, so the real paths are only looked up when it is. */
function sourcesOf(photos: readonly BatchPhoto[]): (path: string) => boolean {
  let sources: ReadonlySet<string> | undefined;
  return (path) => {
    sources ??= new Set(photos.map((photo) => realPath(photo.path)));
    return sources.has(realPath(path));
  };
}

/** @param isSource of every photo of the batch, also of those that are skipped */
function refuseReplacingSource(planned: PlannedPhoto, target: string, isSource: (path: string) => boolean): void {
  const output = join(target, planned.output);
  if (!existsSync(output) || !isSource(output)) return;
  throw new SilvergrainError(
    "USAGE",
    `The result of ${basename(planned.photo.path)} would take the place of a photo: ${output}. Choose another folder for the results.`,
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
