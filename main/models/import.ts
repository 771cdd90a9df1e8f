import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { asSilvergrainError, expected, SilvergrainError } from "../core/errors.ts";
import { decodeModel } from "../core/onnx/model.ts";
import { hashBytes } from "../system/hash-file.ts";
import { systemError } from "../system/system-error.ts";
import type { Catalogue } from "./catalogue.ts";
import { inlineExternalData } from "./external-data.ts";
import { existsAlready, type Inspect, installModel } from "./install.ts";
import { holdingModels } from "./lock.ts";
import type { ModelEntry } from "./manifest.ts";
import { convertNcnn } from "./ncnn/convert.ts";

/** Larger files are no super-resolution models that this program could run. */
const MOST_BYTES = 2e9;

/** A model file that was named, or found in a folder that was. */
export interface ModelSource {
  /** An `.onnx` file, or ncnn's `.param` file. */
  readonly path: string;
  /** ncnn's weights. */
  readonly binPath: string | undefined;
  /** Why it cannot be read, where one of two files is missing in a folder. */
  readonly trouble?: SilvergrainError;
}

/** What became of one model. */
export type ImportOutcome =
  | { readonly path: string; readonly entry: ModelEntry; readonly isNew: boolean }
  | { readonly path: string; readonly error: SilvergrainError };

export interface ImportOptions {
  readonly catalogue: Catalogue;
  readonly userFolder: string;
  readonly inspect: Inspect;
  /** Names that are not to be taken: those of packs, and words that mean something else. */
  readonly reserved: readonly string[];
  /** A name of the user's own; for one model only. */
  readonly id?: string | undefined;
  /** Colour order by the user's word: a network that was trained on blue first gives colours back all the same. */
  readonly isBgr?: boolean;
  readonly onStart?: (path: string, index: number, count: number) => void;
  readonly onEnd?: (outcome: ImportOutcome) => void;
  readonly signal?: AbortSignal;
}

/**
 * Finds the models that were named: files, and all that lie in folders (as Upscayl keeps custom models).
 * @throws SilvergrainError USAGE, SOURCE_MISSING
 */
export function findModels(paths: readonly string[]): readonly ModelSource[] {
  const found = paths.flatMap((path) => {
    const whole = resolve(path);
    try {
      if (!statSync(whole).isDirectory()) return [sourceOf(whole)];
    } catch (error) {
      throw systemError(error, whole, "source");
    }
    return readdirSync(whole)
      .filter((name) => /\.(onnx|param)$/i.test(name))
      .sort()
      .map((name) => sourceInFolder(join(whole, name)));
  });
  if (found.length === 0)
    throw expected("FILE", ".onnx files, ncnn's .param files or folders of them", paths.join(", "));
  return [...new Map(found.map((source) => [source.path, source])).values()];
}

/** Imports one model after the other; one that is refused does not keep the others out. */
export function importModels(
  sources: readonly ModelSource[],
  options: ImportOptions,
): Promise<readonly ImportOutcome[]> {
  return holdingModels(options.userFolder, () => importEach(sources, options));
}

async function importEach(sources: readonly ModelSource[], options: ImportOptions): Promise<readonly ImportOutcome[]> {
  const outcomes: ImportOutcome[] = [];
  for (const [index, source] of sources.entries()) {
    if (options.signal?.aborted === true) break;
    options.onStart?.(source.path, index, sources.length);
    const outcome = await tryOne(source, options, outcomes);
    outcomes.push(outcome);
    options.onEnd?.(outcome);
  }
  return outcomes;
}

async function tryOne(
  source: ModelSource,
  options: ImportOptions,
  earlier: readonly ImportOutcome[],
): Promise<ImportOutcome> {
  const { path } = source;
  try {
    return { path, ...(await importOne(source, options, earlier)) };
  } catch (error) {
    return { path, error: asSilvergrainError(error) };
  }
}

async function importOne(source: ModelSource, options: ImportOptions, earlier: readonly ImportOutcome[]) {
  const { catalogue, userFolder, inspect, reserved, isBgr = false, signal } = options;
  const file = basename(source.path);
  const id = options.id ?? idFrom(file, reserved);
  const bytes = readAsOnnx(source);
  const mark = fingerprint(bytes);
  const known = [...catalogue.models, ...earlier.flatMap((outcome) => ("entry" in outcome ? [outcome.entry] : []))];
  const same = known.find((model) => model.source.endsWith(mark) && isAsWanted(model, options));
  if (same !== undefined) return { entry: same, isNew: false };
  if (reserved.includes(id)) {
    throw new SilvergrainError(
      "MODEL_EXISTS",
      `The name ${id} means something else here. Give this one another with --id.`,
    );
  }
  if (id === catalogue.realism.id || known.some((model) => model.id === id)) throw existsAlready(id);
  const pedigree = {
    id,
    name: file.replace(/\.(onnx|param)$/i, ""),
    purpose: "Your own model. Try it on a few photos before a whole batch.",
    architecture: summaryOf(bytes, file),
    trainedOn: "not known",
    licence: "not known: see where it came from",
    source: `imported from ${file}, ${mark}`,
  };
  const turned: Inspect = async (model) => asBgr(await inspect(model), isBgr);
  const entry = await installModel({ bytes, pedigree, origin: "imported", signal }, userFolder, turned);
  return { entry, isNew: true };
}

/** Whether a model that is there already is what is asked for: under that name, and with that order of colours. */
function isAsWanted(model: ModelEntry, { id, isBgr = false }: ImportOptions): boolean {
  const isWanted = model.input.channels === "gray" || (model.input.channels === "BGR") === isBgr;
  return isWanted && (id === undefined || id === model.id);
}

function asBgr<T extends Awaited<ReturnType<Inspect>>>(traits: T, isBgr: boolean): T {
  if (!isBgr || traits.inputPlanes === "gray") return traits;
  return { ...traits, inputPlanes: "BGR", outputPlanes: traits.outputPlanes === "BGR" ? "RGB" : "BGR" };
}

/** Names a file by its content, before anything is wrapped around it. */
function fingerprint(bytes: Uint8Array): string {
  return `SHA-256 ${hashBytes(bytes).slice(0, 16)}`;
}

function readAsOnnx({ path, binPath, trouble }: ModelSource): Uint8Array {
  if (trouble !== undefined) throw trouble;
  const name = basename(path);
  const bytes = readModelFile(path);
  if (binPath === undefined) return inlineExternalData(bytes, dirname(path), name);
  return convertNcnn({
    param: new TextDecoder().decode(bytes),
    paramName: name,
    bin: readModelFile(binPath),
    binName: basename(binPath),
  });
}

function readModelFile(path: string): Uint8Array {
  try {
    const stat = statSync(path);
    const { size } = stat;
    if (!stat.isFile()) throw expected("FILE", "a file", path);
    if (size > MOST_BYTES) {
      throw new SilvergrainError("MODEL_UNSUPPORTED", `${basename(path)} is too large: expected 2 GB at most.`);
    }
    return readFileSync(path);
  } catch (error) {
    throw systemError(error, path, "source");
  }
}

/** In a folder, a model that lacks a half is one that fails, not an end of everything. */
function sourceInFolder(path: string): ModelSource {
  try {
    return sourceOf(path);
  } catch (error) {
    return { path, binPath: undefined, trouble: asSilvergrainError(error) };
  }
}

function sourceOf(path: string): ModelSource {
  const extension = extname(path).toLowerCase();
  if (extension === ".onnx") return { path, binPath: undefined };
  if (extension !== ".param" && extension !== ".bin") {
    throw expected("FILE", "an .onnx file, or ncnn's .param and .bin", basename(path));
  }
  const stem = path.slice(0, -extension.length);
  const [param, bin] = [partner(stem, "param"), partner(stem, "bin")];
  return { path: param, binPath: bin };
}

/** The file beside it with the other extension, whatever its case. */
function partner(stem: string, extension: string): string {
  const found = [extension, extension.toUpperCase()].map((each) => `${stem}.${each}`).find(existsSync);
  if (found !== undefined) return found;
  throw new SilvergrainError(
    "SOURCE_MISSING",
    `An ncnn model is two files, but ${basename(stem)}.${extension} is not there. Expected it at ${stem}.${extension}.`,
  );
}

/** The file's name as an id; what is named as a pack of ours stays apart from it. */
function idFrom(file: string, reserved: readonly string[]): string {
  const id = file
    .replace(/\.(onnx|param)$/i, "")
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "")
    .slice(0, 60);
  if (id === "") return "model";
  return reserved.includes(id) ? `${id}-imported` : id;
}

/** "34 convolutions, 1.2 million weights". */
function summaryOf(bytes: Uint8Array, file: string): string {
  const { graph } = decodeModel(bytes, file);
  const convolutions = graph.node.filter(({ opType }) => opType === "Conv" || opType === "ConvTranspose").length;
  return `${convolutions} convolutions among ${graph.node.length} operations, ${(bytes.length / 1e6).toFixed(1)} MB`;
}
