import { rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { StopSignal } from "../core/enhance.ts";
import { asSilvergrainError, type ErrorCode, renamedIn, SilvergrainError } from "../core/errors.ts";
import { makeFolder, syncFolder } from "../system/atomic-file.ts";
import { failPoint } from "../system/fail-point.ts";
import { hashFile } from "../system/hash-file.ts";
import { systemError } from "../system/system-error.ts";
import type { ExportedFile, ExportLedger } from "./export-ledger.ts";
import type { ExportStep, PlannedItem } from "./export-step.ts";
import type { ExportItem, ReadItem } from "./items.ts";
import { refuseOtherPictures } from "./read-items.ts";
import type { UnreadItems } from "./sheet-file.ts";
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
  /**
   * Makes what is no mere copy, whole and synced, as a file of that path. Rejects with a SilvergrainError.
   * @param workDir where working files may lie
   * @param onPhoto told after each photo of a file that holds many
   * @returns photos whose places stay empty, each with the reason
   */
  readonly make: (
    work: Exclude<ExportStep["work"], { kind: "transfer" }>,
    part: string,
    workDir: string,
    onPhoto: () => void,
  ) => Promise<UnreadItems>;
  readonly signal: StopSignal;
  readonly onOutcome: (outcome: ExportOutcome, done: number) => void;
  /** Told of a file that holds many photos, while it is made. */
  readonly onPhoto: (photos: number) => void;
}

/** What became of a file. */
interface TakenStep {
  readonly state: "done" | "skipped";
  readonly unread: ReadonlyMap<ReadItem, SilvergrainError>;
}

/** Files that get their names before that is made durable and noted, all at once. */
const AT_A_TIME = 64;

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
  const { ledger, signal, onOutcome } = context;
  const named = new NamedFiles(ledger);
  const outcomes: ExportOutcome[] = [];
  // A page is a step of many items and is made once.
  const taken = new Map<ExportStep, Promise<TakenStep>>();
  try {
    ledger.claim(plan.flatMap(({ steps }) => steps));
    failPoint("export-claimed");
    for (const { item, steps } of plan) {
      if (signal.aborted) break;
      const paths = steps.map(({ path }) => path);
      try {
        const states = [];
        for (const step of steps) {
          const made = taken.get(step) ?? takeStep(step, context, named);
          taken.set(step, made);
          const { state, unread } = await made;
          const reason = unread.get(item);
          if (reason !== undefined) throw reason;
          states.push(state);
        }
        const state = states.every((each) => each === "skipped") ? "skipped" : "done";
        outcomes.push({ item, paths, state, code: undefined, message: undefined });
      } catch (thrown) {
        const { code, message } = asSilvergrainError(thrown);
        if (code === "DISK_FULL" || code === "TARGET_UNWRITABLE") throw thrown;
        if (signal.aborted) break;
        outcomes.push({ item, paths: [], state: "failed", code, message });
      }
      onOutcome(outcomes.at(-1) as ExportOutcome, outcomes.length);
      if (named.count >= AT_A_TIME) await named.note();
    }
  } finally {
    await named.note();
  }
  return outcomes;
}

/** Files that have their names, but no durable ones yet. */
class NamedFiles {
  private files: { readonly step: ExportStep; readonly file: ExportedFile | undefined }[] = [];

  constructor(private readonly ledger: ExportLedger) {}

  get count(): number {
    return this.files.length;
  }

  /** @param file `undefined` for one that shall be made again: it has empty places */
  add(step: ExportStep, file: ExportedFile | undefined): void {
    this.files.push({ step, file });
  }

  /** Makes the names durable, notes them, and takes what was moved away from where it was. */
  async note(): Promise<void> {
    const files = this.files;
    this.files = [];
    const { target } = this.ledger;
    for (const folder of new Set(files.map(({ step }) => dirname(join(target, step.path))))) syncFolder(folder);
    this.ledger.finish(files.flatMap(({ step: { path }, file }) => (file === undefined ? [] : [{ path, file }])));
    failPoint("export-noted");
    for (const { step } of files) {
      await takeAway(step, join(target, step.path)).catch((thrown: unknown) => {
        // Changed since it was copied: it stays, and the next run tells.
        if (asSilvergrainError(thrown).code !== "SOURCE_CHANGED") throw thrown;
      });
    }
  }
}

async function takeStep(step: ExportStep, context: ExportContext, named: NamedFiles): Promise<TakenStep> {
  const { ledger } = context;
  const { path, key, work } = step;
  const final = join(ledger.target, path);
  if ((await ledger.finished(path, key)) !== undefined) {
    await takeAway(step, final);
    return { state: "skipped", unread: new Map() };
  }
  const part = join(ledger.workDir, `${key.slice(0, 32)}.part`);
  await rm(part, { force: true });
  let unread: UnreadItems;
  try {
    unread = await make(step, part, context);
  } catch (thrown) {
    throw renamedIn(thrown, basename(part), basename(final));
  } finally {
    // An engine that died left what it was working with. Where it was stopped, it may still be at it.
    if (work.kind !== "transfer" && !context.signal.aborted) ledger.clearWork(basename(part));
  }
  failPoint("export-made");
  makeFolderFor(final);
  const sha256 = work.kind === "transfer" ? work.sha256 : await hashFile(part);
  await settle(part, final);
  failPoint("export-named");
  const { size, mtimeMs } = await stat(final);
  named.add(step, unread.size > 0 ? undefined : { bytes: size, mtimeMs, sha256 });
  return { state: "done", unread };
}

function makeFolderFor(final: string): void {
  const folder = dirname(final);
  try {
    makeFolder(folder);
  } catch (error) {
    if (!isFileInTheWay(error)) throw systemError(error, final);
    const sentence = `There is a file where the folder ${folder} has to be. Move it away, or export to another folder.`;
    throw new SilvergrainError("TARGET_UNWRITABLE", sentence, { cause: error });
  }
}

function isFileInTheWay(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EEXIST" || error.code === "ENOTDIR");
}

async function make({ work }: ExportStep, part: string, context: ExportContext): Promise<UnreadItems> {
  if (work.kind === "composite") await refuseOtherPictures(work.item);
  if (work.kind !== "transfer") {
    let photos = 0;
    return context.make(work, part, context.ledger.workDir, () => context.onPhoto(++photos));
  }
  const { by, from, sha256 } = work;
  await (by === "link" ? linkTo(from, part, sha256) : copyTo(from, part, sha256));
  return new Map();
}

/** @param final where it is from now on */
async function takeAway({ work }: ExportStep, final: string): Promise<void> {
  if (work.kind === "transfer" && work.by === "move" && work.from !== final) await removeMoved(work.from, work.sha256);
}
