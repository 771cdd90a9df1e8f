import { existsSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import type { Enhance, EnhanceProgress, StopSignal } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import { basename } from "../core/paths.ts";
import { failPoint } from "../system/fail-point.ts";
import { hashFile } from "../system/hash-file.ts";
import { systemError } from "../system/system-error.ts";
import type { Job } from "./job-row.ts";
import { LEDGER_FOLDER, type Ledger, type LedgerRow } from "./ledger.ts";
import { type BatchSettings, isUntouched, type PlannedPhoto, resultKey, stampOf } from "./plan.ts";
import type { FinishedJob, QueueStore } from "./store.ts";

/** What a job is run with. */
export interface JobContext {
  readonly store: QueueStore;
  readonly ledger: Ledger;
  /** Absolute path of the target folder. */
  readonly target: string;
  readonly settings: BatchSettings;
  readonly enhance: Enhance;
  readonly signal: StopSignal;
  /** Resolves when it is this photo's turn to go to the engine: in the queue's order, however fast each was hashed. */
  readonly turn: Promise<void>;
  readonly onIdentified: (sourceSha256: string) => void;
  readonly onProgress: (progress: EnhanceProgress) => void;
}

/**
 * Makes one result: the photo as it was planned, under the name that it was given, noted in the ledger and the queue
 * in one transaction. A result that is there already, and is what would come out, is not made again.
 * @throws SilvergrainError; the job's state is left to the caller then
 */
export async function runJob(job: Job, photo: PlannedPhoto, context: JobContext): Promise<FinishedJob> {
  const { store, ledger, target, settings } = context;
  failPoint("after-claim");
  refuseOtherDisk(ledger, target);
  refuseChanged(photo);
  const sourceSha256 = await hashSource(photo.photo.path);
  const key = resultKey(sourceSha256, photo, settings);
  const path = join(target, photo.output);
  const found = await findFinished(path, ledger.find(photo.output), key);
  if (found !== undefined) {
    store.finish(job.id, found);
    return found;
  }
  refuseOutside(path, target);
  await refuseForeignFile(photo, context);
  context.onIdentified(sourceSha256);
  store.atomically(() => {
    store.identify(job.id, sourceSha256, key);
    ledger.claim(photo.output, photo.photo.path, sourceSha256, key);
  });
  failPoint("after-begin");
  await context.turn;
  const receipt = ledger.receiptFor(photo.output);
  const { size: _size, format: _format, overwrite: _overwrite, restoring: _restoring, ...shared } = settings;
  const result = await context.enhance(
    {
      ...shared,
      model: photo.model,
      source: photo.photo.path,
      sourceSha256,
      sourceStamp: photo.stamp,
      output: path,
      receipt,
      workDir: ledger.workDir,
      passes: photo.passes,
      target: photo.target,
      format: photo.format,
    },
    { signal: context.signal, onProgress: context.onProgress, careful: job.deaths > 0 },
  );
  const { mtimeMs } = stampOf(path);
  failPoint("before-commit");
  store.finish(job.id, result, () => ledger.finish(photo.output, mtimeMs, result));
  rmSync(receipt, { force: true });
  failPoint("after-commit");
  return result;
}

/** What the ledger knows of a result that would come out just so. */
async function findFinished(path: string, row: LedgerRow | undefined, key: string): Promise<FinishedJob | undefined> {
  if (row?.state !== "done" || row.key !== key || !(await isUntouched(path, row))) return undefined;
  const { width, height, bytes, sha256, flags, notes } = row;
  if (width === null || height === null || bytes === null || sha256 === null) return undefined;
  return { width, height, bytes, sha256, flags, notes };
}

/** @throws SilvergrainError TARGET_UNWRITABLE where the target folder is not the one that was opened any more */
function refuseOtherDisk(ledger: Ledger, target: string): void {
  if (ledger.isInPlace) return;
  throw new SilvergrainError(
    "TARGET_UNWRITABLE",
    `${target} is not there any more. Was its disk unplugged? What is done stays done; go on when it is back.`,
  );
}

/**
 * The queue of a target folder may come from a stranger, and so may links in it: a result must end up in the folder.
 * @throws SilvergrainError TARGET_UNWRITABLE
 */
function refuseOutside(path: string, target: string): void {
  let folder = dirname(path);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const way = relative(realPathOf(target), realPathOf(folder));
  const [first] = way.split(sep);
  if (first !== ".." && !isAbsolute(way) && first !== LEDGER_FOLDER) return;
  throw new SilvergrainError(
    "TARGET_UNWRITABLE",
    `${path} would lie outside of ${target}, by a link or by its name. Take the link away, or choose another folder for the results.`,
  );
}

function realPathOf(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch (error) {
    throw systemError(error, join(folder, "result"));
  }
}

async function hashSource(path: string): Promise<string> {
  try {
    return await hashFile(path);
  } catch (error) {
    throw systemError(error, path, "source");
  }
}

/** A photo that was edited since the plan may have another size; what was planned for it does not hold any more. */
function refuseChanged({ photo, stamp }: PlannedPhoto): void {
  if (!wasChanged(photo.path, stamp)) return;
  throw new SilvergrainError(
    "SOURCE_CHANGED",
    `${basename(photo.path)} was changed since the batch was planned. Run the same command again to take it as it is now.`,
  );
}

/** Whether a photo was written to since it was planned. @throws SilvergrainError SOURCE_* */
export function wasChanged(path: string, { bytes, mtimeMs }: PlannedPhoto["stamp"]): boolean {
  const now = stampOf(path);
  return now.bytes !== bytes || now.mtimeMs !== mtimeMs;
}

/**
 * A file under the result's name is replaced only if it is ours: the last one that the ledger saw finished, or the
 * one of a run that was killed between the rename and the ledger, known by its receipt.
 */
async function refuseForeignFile(photo: PlannedPhoto, { target, ledger, settings }: JobContext): Promise<void> {
  const path = join(target, photo.output);
  if (settings.overwrite || !existsSync(path)) return;
  const row = ledger.find(photo.output);
  if (
    row !== undefined &&
    ((await isUntouched(path, row)) || (await hasReceipt(path, ledger.receiptFor(photo.output))))
  )
    return;
  throw new SilvergrainError(
    "OUTPUT_EXISTS",
    `${photo.output} is already there and was not made by Silvergrain, or was changed since. Use --overwrite to replace it.`,
  );
}

async function hasReceipt(path: string, receipt: string): Promise<boolean> {
  return existsSync(receipt) && readFileSync(receipt, "utf8") === (await hashFile(path));
}
