import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { StopSignal } from "../core/enhance.ts";
import { asSilvergrainError, type ErrorCode, SilvergrainError } from "../core/errors.ts";
import { makeFolder, syncFolder } from "../system/atomic-file.ts";
import { failPoint } from "../system/fail-point.ts";
import { hashFile } from "../system/hash-file.ts";
import { systemError } from "../system/system-error.ts";
import type { ExportedFile, ExportLedger } from "./export-ledger.ts";
import type { ExportItem } from "./items.ts";
import type { ExportStep, PlannedItem } from "./plan.ts";
import { copyTo, linkTo, removeMoved, settle } from "./transfer.ts";

/** What became of an item. */
export interface ExportOutcome {
  readonly item: ExportItem;
  /** Below the target folder. */
  readonly paths: readonly string[];
  readonly state: "done" | "skipped" | "failed";
  readonly code: ErrorCode | undefined;
  readonly message: string | undefined;
}

/** What an export is run with. */
export interface ExportContext {
  readonly ledger: ExportLedger;
  /** Makes what is no mere copy, whole and synced, as a file of that path. Rejects with a SilvergrainError. */
  readonly make: (work: Exclude<ExportStep["work"], { kind: "transfer" }>, part: string) => Promise<void>;
  readonly signal: StopSignal;
  readonly onOutcome: (outcome: ExportOutcome, done: number) => void;
}

/**
 * Writes every file of an export under a temporary name, then gives it its own. What is there already, and is what would
 * come out, is not made again. A pair that cannot be exported does not keep the rest from it.
 * @returns in the order of the plan; fewer where it was stopped
 * @throws SilvergrainError DISK_FULL, TARGET_UNWRITABLE: nothing more can be written then
 */
export async function runExport(
  plan: readonly PlannedItem[],
  context: ExportContext,
): Promise<readonly ExportOutcome[]> {
  const outcomes: ExportOutcome[] = [];
  // A page is a step of many items and is made once.
  const made = new Map<ExportStep, Promise<"done" | "skipped">>();
  for (const { item, steps } of plan) {
    if (context.signal.aborted) break;
    const paths = steps.map(({ path }) => path);
    try {
      const states = [];
      for (const step of steps) {
        const state = made.get(step) ?? takeStep(step, context);
        made.set(step, state);
        states.push(await state);
      }
      const state = states.every((each) => each === "skipped") ? "skipped" : "done";
      outcomes.push({ item, paths, state, code: undefined, message: undefined });
    } catch (thrown) {
      const { code, message } = asSilvergrainError(thrown);
      if (code === "DISK_FULL" || code === "TARGET_UNWRITABLE" || code === "CANCELLED") throw thrown;
      outcomes.push({ item, paths: [], state: "failed", code, message });
    }
    context.onOutcome(outcomes.at(-1) as ExportOutcome, outcomes.length);
  }
  return outcomes;
}

async function takeStep(step: ExportStep, context: ExportContext): Promise<"done" | "skipped"> {
  const { ledger } = context;
  const { path, owner, key, work } = step;
  const final = join(ledger.target, path);
  if ((await ledger.finished(path, key)) !== undefined) {
    if (work.kind === "transfer" && work.by === "move") await removeMoved(work.from);
    return "skipped";
  }
  if (work.kind === "transfer" && work.by === "move" && (await isMovedAlready(final, work.sha256, work.from))) {
    ledger.claim(path, owner, key);
    ledger.finish(path, await fileAt(final));
    return "done";
  }
  const part = join(ledger.workDir, `${key.slice(0, 32)}.part`);
  await make(step, part, context);
  failPoint("export-made");
  try {
    makeFolder(dirname(final));
  } catch (error) {
    throw systemError(error, final);
  }
  ledger.claim(path, owner, key);
  failPoint("export-claimed");
  await settle(part, final);
  failPoint("export-named");
  syncFolder(dirname(final));
  ledger.finish(path, await fileAt(final));
  failPoint("export-noted");
  if (work.kind === "transfer" && work.by === "move") await removeMoved(work.from);
  return "done";
}

async function make({ work }: ExportStep, part: string, context: ExportContext): Promise<void> {
  if (work.kind !== "transfer") return context.make(work, part);
  const { by, from, sha256 } = work;
  return by === "link" ? linkTo(from, part, sha256) : copyTo(from, part, sha256);
}

/** A run that was killed had moved it, and had no time to say so. */
async function isMovedAlready(final: string, sha256: string, from: string): Promise<boolean> {
  if (await isThere(from)) return false;
  return (await isThere(final)) && (await hashFile(final)) === sha256;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function fileAt(path: string): Promise<ExportedFile> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { bytes: size, mtimeMs, sha256: await hashFile(path) };
  } catch (error) {
    throw error instanceof SilvergrainError ? error : systemError(error, path);
  }
}
