import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Enhance, EnhanceProgress, EnhanceResult } from "../core/enhance.ts";
import { asSilvergrainError, SilvergrainError } from "../core/errors.ts";
import { failPoint } from "../system/fail-point.ts";
import { hashFile } from "../system/hash-file.ts";
import { systemError } from "../system/system-error.ts";
import { trimCanvases } from "./canvas-cache.ts";
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
  for (const planned of todo) {
    if (context.signal.aborted) return;
    context.listener.onStart(planned);
    try {
      const result = await runPhoto(planned, context);
      context.listener.onDone(planned, result);
    } catch (thrown) {
      const error = asSilvergrainError(thrown);
      if (error.code === "CANCELLED" && context.signal.aborted) return;
      noteFailure(planned, error, context.ledger);
      context.listener.onFailed(planned, error);
    }
    trimCanvases(context.ledger.workDir, context.canvasCacheBytes);
  }
}

async function runPhoto(planned: PlannedPhoto, context: BatchContext): Promise<EnhanceResult> {
  const { settings, ledger, target, signal, listener } = context;
  const { photo, output } = planned;
  const sourceStamp = stampOf(photo.path);
  const sourceSha256 = await hashSource(photo.path);
  await refuseForeignFile(planned, context);
  ledger.claim(output, photo.place, resultKey(sourceSha256, planned, settings));
  failPoint("after-claim");
  const path = join(target, output);
  const { size: _size, format: _format, overwrite: _overwrite, ...shared } = settings;
  const result = await context.enhance(
    {
      ...shared,
      source: photo.path,
      sourceSha256,
      sourceStamp,
      output: path,
      workDir: ledger.workDir,
      passes: planned.passes,
      target: planned.target,
      format: planned.format,
    },
    { signal, onProgress: (progress) => listener.onProgress(planned, progress) },
  );
  failPoint("before-commit");
  ledger.finish(output, path, result);
  failPoint("after-commit");
  return result;
}

async function hashSource(path: string): Promise<string> {
  try {
    return await hashFile(path);
  } catch (error) {
    throw systemError(error, path, "source");
  }
}

/**
 * A file under the result's name is replaced only if it is ours: made by an earlier run and not touched since, or
 * left by a run that was killed between the rename and the ledger.
 */
async function refuseForeignFile(planned: PlannedPhoto, { target, ledger, settings }: BatchContext): Promise<void> {
  const path = join(target, planned.output);
  if (settings.overwrite || !existsSync(path)) return;
  const row = ledger.find(planned.output);
  // A row that is not done was claimed past this very check, so whatever lies there is ours.
  if (row !== undefined && (row.state !== "done" || (await isUntouched(path, row)))) return;
  throw new SilvergrainError(
    "OUTPUT_EXISTS",
    `${planned.output} is already there and was not made by Silvergrain, or was changed since. Use --overwrite to replace it.`,
  );
}

function noteFailure(planned: PlannedPhoto, error: SilvergrainError, ledger: Ledger): void {
  if (error.code === "OUTPUT_EXISTS") return;
  try {
    ledger.fail(planned.output, error.code, error.message);
  } catch {
    // On a full disk the ledger cannot be written either; the photo stays claimed and is taken up by the next run.
  }
}
