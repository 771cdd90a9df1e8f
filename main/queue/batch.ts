import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Enhance, EnhanceProgress, EnhanceResult } from "../core/enhance.ts";
import { asSilvergrainError, SilvergrainError } from "../core/errors.ts";
import { basename } from "../core/paths.ts";
import { failPoint } from "../system/fail-point.ts";
import { hashFile } from "../system/hash-file.ts";
import { systemError } from "../system/system-error.ts";
import { freeRoom, trimCanvases } from "./canvas-cache.ts";
import type { Ledger } from "./ledger.ts";
import { type BatchSettings, isUntouched, type PlannedPhoto, resultKey, stampOf } from "./plan.ts";

/** What a batch tells while it runs. */
export interface BatchListener {
  onStart(planned: PlannedPhoto): void;
  onProgress(planned: PlannedPhoto, progress: EnhanceProgress): void;
  onDone(planned: PlannedPhoto, result: EnhanceResult): void;
  onFailed(planned: PlannedPhoto, error: SilvergrainError): void;
}

/** Where and how a batch runs. */
export interface BatchContext {
  readonly target: string;
  readonly settings: BatchSettings;
  readonly ledger: Ledger;
  readonly enhance: Enhance;
  readonly listener: BatchListener;
  readonly signal: AbortSignal;
  /** Bytes of finished canvases to keep for another strength or format. */
  readonly canvasCacheBytes: number;
}

/** Enhances one photo after the other. A photo that fails is told and the rest goes on; only an abort ends it early. */
export async function runBatch(todo: readonly PlannedPhoto[], context: BatchContext): Promise<void> {
  const { ledger, listener, signal, canvasCacheBytes } = context;
  for (const planned of todo) {
    if (signal.aborted) return;
    listener.onStart(planned);
    try {
      const result = await withRoom(planned, context);
      listener.onDone(planned, result);
    } catch (thrown) {
      const error = asSilvergrainError(thrown);
      if (error.code === "CANCELLED" && signal.aborted) return;
      listener.onFailed(planned, error);
    }
    trimCanvases(ledger.workDir, canvasCacheBytes);
  }
}

/** On a full disk, gives up the canvases of other photos and tries once more. */
async function withRoom(planned: PlannedPhoto, context: BatchContext): Promise<EnhanceResult> {
  try {
    return await runPhoto(planned, context);
  } catch (error) {
    const isFull = error instanceof SilvergrainError && error.code === "DISK_FULL";
    if (!isFull || freeRoom(context.ledger.workDir) === 0) throw error;
    return await runPhoto(planned, context);
  }
}

async function runPhoto(planned: PlannedPhoto, context: BatchContext): Promise<EnhanceResult> {
  const { settings, ledger, target, signal, listener } = context;
  const { photo, output, stamp } = planned;
  refuseChanged(planned);
  const sourceSha256 = await hashSource(photo.path);
  await refuseForeignFile(planned, context);
  ledger.claim(output, photo.path, sourceSha256, resultKey(sourceSha256, planned, settings));
  failPoint("after-claim");
  const path = join(target, output);
  const receipt = ledger.receiptFor(output);
  const { size: _size, format: _format, overwrite: _overwrite, restoring: _restoring, ...shared } = settings;
  try {
    const result = await context.enhance(
      {
        ...shared,
        model: planned.model,
        source: photo.path,
        sourceSha256,
        sourceStamp: stamp,
        output: path,
        receipt,
        workDir: ledger.workDir,
        passes: planned.passes,
        target: planned.target,
        format: planned.format,
      },
      { signal, onProgress: (progress) => listener.onProgress(planned, progress) },
    );
    failPoint("before-commit");
    ledger.finish(output, path, result);
    rmSync(receipt, { force: true });
    failPoint("after-commit");
    return result;
  } catch (thrown) {
    const error = asSilvergrainError(thrown);
    if (error.code !== "CANCELLED") noteFailure(output, error, ledger);
    throw error;
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
  const now = stampOf(photo.path);
  if (now.bytes === stamp.bytes && now.mtimeMs === stamp.mtimeMs) return;
  throw new SilvergrainError(
    "SOURCE_CHANGED",
    `${basename(photo.path)} was changed since the batch was planned. Run the same command again to take it as it is now.`,
  );
}

/**
 * A file under the result's name is replaced only if it is ours: the last one that the ledger saw finished, or the
 * one of a run that was killed between the rename and the ledger, known by its receipt.
 */
async function refuseForeignFile(planned: PlannedPhoto, { target, ledger, settings }: BatchContext): Promise<void> {
  const path = join(target, planned.output);
  if (settings.overwrite || !existsSync(path)) return;
  const row = ledger.find(planned.output);
  if (
    row !== undefined &&
    ((await isUntouched(path, row)) || (await hasReceipt(path, ledger.receiptFor(planned.output))))
  )
    return;
  throw new SilvergrainError(
    "OUTPUT_EXISTS",
    `${planned.output} is already there and was not made by Silvergrain, or was changed since. Use --overwrite to replace it.`,
  );
}

async function hasReceipt(path: string, receipt: string): Promise<boolean> {
  return existsSync(receipt) && readFileSync(receipt, "utf8") === (await hashFile(path));
}

function noteFailure(output: string, error: SilvergrainError, ledger: Ledger): void {
  try {
    ledger.fail(output, error.code, error.message);
  } catch {
    // On a full disk the ledger cannot be written either; the photo stays claimed and is taken up by the next run.
  }
}
