import { closeSync, existsSync, fsyncSync, mkdirSync, mkdtempSync, openSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SilvergrainError } from "../core/errors.ts";
import type { ModelTraits } from "../core/model-traits.ts";
import { workPerPixel } from "../core/onnx/work.ts";
import { wrapModel } from "../core/onnx/wrap.ts";
import { syncFolder, writeFileAtomically } from "../system/atomic-file.ts";
import { hashBytes } from "../system/hash-file.ts";
import { systemError } from "../system/system-error.ts";
import { writeFully } from "../system/write-fully.ts";
import { readUserEntry, USER_ENTRY_FILE } from "./catalogue.ts";
import { type ModelEntry, type Origin, UserEntry } from "./manifest.ts";

/** Runs a model's file to find out what it is; the engine does it, in its own process. */
export type Inspect = (model: { file: string; sha256: string; name: string }) => Promise<ModelTraits>;

/** The weights' name in an installed model's folder. */
const MODEL_FILE = "model.onnx";

/** What a model is called and where it comes from: what running it cannot tell. */
export type Pedigree = Pick<
  ModelEntry,
  "id" | "name" | "purpose" | "architecture" | "trainedOn" | "licence" | "source"
> & { readonly notice?: string | undefined };

/** What is to be installed. */
export interface Installation {
  /** An ONNX file, everything in it. */
  readonly bytes: Uint8Array;
  readonly pedigree: Pedigree;
  readonly origin: Origin;
  /** A licence's text to lie beside the weights. */
  readonly noticeText?: string | undefined;
  /** Refuses what running it has shown, by throwing. */
  readonly accept?: (entry: ModelEntry) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a model, and puts it into the user's models' folder, whole or not at all: everything is made in a folder
 * aside, fsynced, and renamed.
 * @throws SilvergrainError MODEL_*, ENGINE_DIED, ENGINE_HUNG, DISK_FULL, TARGET_UNWRITABLE
 */
export async function installModel(
  installation: Installation,
  userFolder: string,
  inspect: Inspect,
): Promise<ModelEntry> {
  const { pedigree, origin, noticeText, accept, signal } = installation;
  const place = join(userFolder, pedigree.id);
  let staging: string | undefined;
  try {
    mkdirSync(userFolder, { recursive: true });
    staging = mkdtempSync(join(userFolder, ".incoming-"));
    const { bytes, sha256, traits } = await inspectWhole(installation.bytes, pedigree.name, staging, inspect);
    const entry = entryOf(pedigree, traits, sha256, workPerPixel(bytes, pedigree.name));
    accept?.(entry);
    if (signal?.aborted === true) throw new SilvergrainError("CANCELLED", "Stopped before the model was installed.");
    if (noticeText !== undefined && pedigree.notice !== undefined) {
      writeFileAtomically(join(staging, pedigree.notice), noticeText);
    }
    const stored = UserEntry.parse({ version: 1, origin, model: entry });
    writeFileAtomically(join(staging, USER_ENTRY_FILE), JSON.stringify(stored, null, 2));
    clearPlace(place, pedigree.id);
    renameSync(staging, place);
    syncFolder(dirname(place));
    return entry;
  } catch (error) {
    throw systemError(error, place);
  } finally {
    if (staging !== undefined) rmSync(staging, { recursive: true, force: true });
  }
}

/** Takes a model that the user added away. @throws SilvergrainError MODEL_UNKNOWN, TARGET_UNWRITABLE */
export function removeModel(userFolder: string, id: string): void {
  const place = join(userFolder, id);
  if (basename(id) !== id || id.startsWith(".") || !existsSync(place)) {
    throw new SilvergrainError("MODEL_UNKNOWN", `Expected a model that was added or imported, but received “${id}”.`);
  }
  try {
    // Renamed first, so that a model is either there or not.
    const aside = join(userFolder, `.removed-${process.pid}-${basename(id)}`);
    renameSync(place, aside);
    rmSync(aside, { recursive: true, force: true });
  } catch (error) {
    throw systemError(error, place);
  }
}

/** Makes room for a model: what cannot be used is no model, and gives way. */
function clearPlace(place: string, id: string): void {
  if (!existsSync(place)) return;
  if (readUserEntry(place) !== undefined) throw existsAlready(id);
  rmSync(place, { recursive: true, force: true });
}

export function existsAlready(id: string): SilvergrainError {
  return new SilvergrainError(
    "MODEL_EXISTS",
    `There is another model called ${id} already. Give this one another name with --id, or remove the other one.`,
  );
}

/** Runs it; where its result lacks borders or is only a difference, completes the network and runs that. */
async function inspectWhole(bytes: Uint8Array, name: string, staging: string, inspect: Inspect) {
  const first = await inspectBytes(bytes, name, staging, inspect);
  const wrapped = wrapModel(bytes, name, first.traits);
  if (wrapped === bytes) return { bytes, ...first };
  const second = await inspectBytes(wrapped, name, staging, inspect);
  return { bytes: wrapped, ...second };
}

async function inspectBytes(bytes: Uint8Array, name: string, staging: string, inspect: Inspect) {
  const file = join(staging, MODEL_FILE);
  const fd = openSync(file, "w");
  try {
    writeFully(fd, bytes, 0);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  const sha256 = hashBytes(bytes);
  return { sha256, traits: await inspect({ file, sha256, name }) };
}

function entryOf(pedigree: Pedigree, traits: ModelTraits, sha256: string, mmacPerSourcePx: number): ModelEntry {
  const { id, name, purpose, architecture, trainedOn, licence, notice, source } = pedigree;
  const { windows } = traits;
  return {
    id,
    name,
    purpose,
    architecture,
    scale: traits.scale,
    input: {
      name: traits.inputName,
      layout: "NCHW",
      channels: traits.inputPlanes,
      type: traits.elementType,
      range: [...traits.range],
      multiplePx: windows.multiplePx,
      leastPx: windows.leastPx,
      ...(windows.fixed === undefined ? {} : { fixed: { ...windows.fixed } }),
    },
    output: { name: traits.outputName, channels: traits.outputPlanes },
    receptiveHalfWidthPx: traits.receptiveHalfWidthPx,
    padPx: traits.padPx,
    seam: traits.seam,
    mmacPerSourcePx: Number(mmacPerSourcePx.toPrecision(3)),
    trainedOn,
    licence,
    ...(notice === undefined ? {} : { notice }),
    source,
    sha256,
    file: MODEL_FILE,
  };
}
