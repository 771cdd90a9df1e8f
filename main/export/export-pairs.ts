import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { StopSignal } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import { type ExportOptions, isNamed, lookOf } from "../core/export.ts";
import { meetingForm } from "../core/safe-names.ts";
import { hashText } from "../system/hash-file.ts";
import { ExportLedger } from "./export-ledger.ts";
import { ownerOfResult, type PlannedItem } from "./export-step.ts";
import type { ExportItem, ReadItem } from "./items.ts";
import { MANIFEST_NAMES, type ManifestRow, manifestRow, writeManifest } from "./manifest.ts";
import { planExport } from "./plan.ts";
import { type ReadDetails, readItems } from "./read-items.ts";
import { type ExportContext, type ExportOutcome, runExport } from "./run-export.ts";

/** What an export needs of those who can read and make pictures. */
export interface ExportTools {
  readonly read: ReadDetails;
  readonly make: (options: ExportOptions) => ExportContext["make"];
  /** What it writes into files, see `planExport`. */
  readonly words: string;
}

export interface ExportProgress {
  /** `undefined` while a file is made that holds many photos: then `done` counts those of them that were read. */
  readonly outcome: ExportOutcome | undefined;
  readonly done: number;
  readonly total: number;
}

/**
 * Exports pairs into a folder, and writes the list of them there. Run again, it goes on where it was stopped or killed.
 * @param batch what `{batch}` is
 * @returns what became of each; fewer where it was stopped
 * @throws SilvergrainError USAGE for a template that is not understood, or where no photo has what is exported;
 *   TARGET_BUSY, TARGET_UNWRITABLE, DISK_FULL
 */
export async function exportPairs(
  all: readonly ExportItem[],
  target: string,
  options: ExportOptions,
  batch: string,
  tools: ExportTools,
  signal: StopSignal,
  onProgress: (progress: ExportProgress) => void,
): Promise<readonly ExportOutcome[]> {
  const pairs = exportable(all, options);
  const total = pairs.length;
  const ledger = ExportLedger.open(target);
  try {
    const { items, failed } = await readItems(
      pairs,
      tools.read,
      batch,
      signal,
      (item) => resultAt(item, ledger),
      isOneFile(options),
    );
    let done = 0;
    const tell = (outcome: ExportOutcome) => onProgress({ outcome, done: ++done, total });
    for (const outcome of failed) tell(outcome);
    if (signal.aborted) return failed;
    const owners = new Set(planExport(items, options, []).flatMap(({ steps }) => steps.map(({ owner }) => owner)));
    const taken = ledger.takenByOthers(owners).filter((path) => !MANIFEST_NAMES.some((name) => name === path));
    const plan = planAround(items, options, taken, target, tools.words);
    const onPhoto = (photos: number) => onProgress({ outcome: undefined, done: Math.min(total, done + photos), total });
    const made = await runExport(plan, { ledger, make: tools.make(options), signal, onOutcome: tell, onPhoto });
    const outcomes = [...made, ...failed];
    if (!signal.aborted) {
      const rows = rowsOf(pairs, outcomes, items);
      // What tells one export of a pair from another: the files of either stay when the other is made.
      const look = [lookOf(options), isNamed(options) ? options.name : ""];
      const idOf = ({ source, result }: ManifestRow) => hashText(JSON.stringify([look, source, result]));
      ledger.list(rows.map((row) => ({ id: idOf(row), json: JSON.stringify(row) })));
      writeManifest(
        target,
        ledger.listed().map((json) => JSON.parse(json) as ManifestRow),
      );
    }
    return outcomes;
  } finally {
    ledger.close();
  }
}

/** The pairs that an export has something of. @throws SilvergrainError USAGE for a pin sheet of photos without a pin */
function exportable(all: readonly ExportItem[], { kind }: ExportOptions): readonly ExportItem[] {
  const pairs = kind === "pin-sheet" ? all.filter(({ pins }) => pins.length > 0) : all;
  if (pairs.length === 0 && all.length > 0) {
    throw new SilvergrainError(
      "USAGE",
      "A pin sheet shows marked places, and none of these photos has one. Mark a place in the inspector, or name one by --pin.",
    );
  }
  return pairs;
}

/** Whether one picture that is another than it should be would spoil the file of all. */
function isOneFile(options: ExportOptions): boolean {
  return options.kind === "html" || !isNamed(options);
}

/**
 * Names the files of an export, and gives no pair the name of another's result that was moved here: that is nowhere else.
 * One that has to make way keeps the place where it is until it is copied from there. Neither is a file of a pair called
 * as a folder of another is: only here, with their endings, are they known.
 */
function planAround(
  items: readonly ReadItem[],
  options: ExportOptions,
  taken: readonly string[],
  target: string,
  words: string,
): readonly PlannedItem[] {
  const formOf = (path: string) => meetingForm(path.split(sep).join("/"));
  const moved = new Map(
    items.filter(({ at, result }) => at !== result).map((item) => [formOf(relative(target, item.at)), item.result]),
  );
  const kept: string[] = [];
  for (;;) {
    const plan = planExport(items, options, [...taken, ...kept], words);
    const folders = new Set(plan.flatMap(({ steps }) => steps.flatMap(({ path }) => foldersOf(formOf(path)))));
    const clashes = plan.flatMap(({ item, steps }) =>
      steps
        .map(({ path }) => path)
        .filter((path) => folders.has(formOf(path)) || (moved.get(formOf(path)) ?? item.result) !== item.result),
    );
    if (clashes.length === 0) return plan;
    kept.push(...clashes);
  }
}

/** All folders that a path leads through. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("/"));
}

/** An earlier run has moved it, maybe. */
function resultAt(item: ExportItem, ledger: ExportLedger): string {
  const moved = existsSync(item.result) ? undefined : ledger.pathOf(ownerOfResult(item));
  return moved === undefined ? item.result : join(ledger.target, moved);
}

/** In the order in which the pairs were given. */
function rowsOf(pairs: readonly ExportItem[], outcomes: readonly ExportOutcome[], items: readonly ReadItem[]) {
  const outcomeOf = new Map(outcomes.map((outcome) => [outcome.item.result, outcome]));
  const itemOf = new Map(items.map((item) => [item.result, item]));
  return pairs.flatMap(({ result }) => {
    const outcome = outcomeOf.get(result);
    return outcome === undefined ? [] : [manifestRow(outcome, itemOf.get(result))];
  });
}
