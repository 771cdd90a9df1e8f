import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { z } from "zod";
import type { ModelFacts } from "../core/enhance.ts";
import { expected, SilvergrainError } from "../core/errors.ts";
import { type Discriminator, Manifest, type ModelEntry, type Origin, type Realism, UserEntry } from "./manifest.ts";

/** A model that is there. */
export interface CatalogueModel extends ModelEntry {
  readonly folder: string;
  readonly origin: Origin;
}

/** The models that are there: the bundled ones, and those that the user added. */
export interface Catalogue {
  readonly folder: string;
  readonly realism: Realism;
  readonly discriminator: Discriminator;
  readonly models: readonly CatalogueModel[];
  /** The added models that cannot be used. */
  readonly troubles: readonly Trouble[];
}

/** A model that cannot be used, and why, as a sentence. */
export interface Trouble {
  readonly id: string;
  readonly message: string;
}

/** What a user's model folder holds, one folder a model. */
export const USER_ENTRY_FILE = "entry.json";

/**
 * Reads `manifest.json` of a models folder, and what the user added.
 * @param userFolder its models' folder; models in it that are not sound are told in `troubles`, not thrown
 * @throws SilvergrainError MODEL_CORRUPT naming the field of the manifest that is wrong
 */
export function readCatalogue(folder: string, userFolder?: string): Catalogue {
  const { models, realism, discriminator } = readJson(join(folder, "manifest.json"), Manifest);
  const bundled = models.map((model): CatalogueModel => ({ ...model, folder, origin: "bundled" }));
  const troubles: Trouble[] = [];
  const added = userFolder === undefined ? [] : readAdded(userFolder, troubles);
  const taken = new Set([realism.id, ...bundled.map(({ id }) => id)]);
  return {
    folder,
    realism,
    discriminator,
    models: [...bundled, ...added.filter(({ id }) => !taken.has(id))],
    troubles,
  };
}

/** Parses one of our JSON files. @throws SilvergrainError MODEL_CORRUPT */
export function readJson<T>(path: string, schema: z.ZodType<T>): T {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new SilvergrainError(
      "MODEL_CORRUPT",
      `The model catalogue at ${path} cannot be read. Install Silvergrain again.`,
      { cause: error },
    );
  }
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new SilvergrainError(
    "MODEL_CORRUPT",
    `The model catalogue at ${path} is not sound: ${issue?.path.join(".")} ${issue?.message}. Install Silvergrain again.`,
  );
}

/** The entry of that id. @throws SilvergrainError MODEL_UNKNOWN listing what there is */
export function findModel(catalogue: Catalogue, id: string): CatalogueModel {
  const found = catalogue.models.find((model) => model.id === id);
  if (found !== undefined) return found;
  const trouble = catalogue.troubles.find((each) => each.id === id);
  if (trouble !== undefined) throw new SilvergrainError("MODEL_CORRUPT", trouble.message);
  const known = [catalogue.realism.id, ...catalogue.models.map((model) => model.id)].join(", ");
  throw new SilvergrainError("MODEL_UNKNOWN", `Expected one of ${known} for the model, but received “${id}”.`);
}

/** What the engine needs of an entry. */
export function modelFacts(entry: CatalogueModel): ModelFacts {
  const { input, output } = entry;
  return {
    id: entry.id,
    file: join(entry.folder, entry.file),
    sha256: entry.sha256,
    scale: entry.scale,
    inputName: input.name,
    outputName: output.name,
    range: input.range,
    padPx: entry.padPx,
    mmacPerSourcePx: entry.mmacPerSourcePx,
    inputPlanes: input.channels,
    outputPlanes: output.channels,
    elementType: input.type,
    windows: { multiplePx: input.multiplePx, leastPx: input.leastPx, fixed: input.fixed },
  };
}

/**
 * What the engine needs for a degree of realism: 0 and 1 are exactly the two models, between them their weights are
 * interpolated.
 * @param realism `undefined` for the manifest's default
 */
export function realismFacts(catalogue: Catalogue, realism: number | undefined): ModelFacts {
  const { id, from, to, default: usual } = catalogue.realism;
  const share = realism ?? usual;
  const [first, second] = [modelFacts(findModel(catalogue, from)), modelFacts(findModel(catalogue, to))];
  if (share === 0) return first;
  if (share === 1) return second;
  return { ...first, id: `${id}@${share}`, blend: { file: second.file, sha256: second.sha256, share } };
}

/**
 * The model that was asked for by id, realism or neither.
 * @throws SilvergrainError MODEL_UNKNOWN; USAGE where a realism was given for a model that has none
 */
export function chooseModel(catalogue: Catalogue, id: string | undefined, realism: number | undefined): ModelFacts {
  const blended = catalogue.realism.id;
  if (id === undefined || id === blended) return realismFacts(catalogue, realism);
  const found = findModel(catalogue, id);
  if (realism === undefined) return modelFacts(found);
  throw expected("the model", `${blended} with --realism, or another model without it`, `${id} with --realism`);
}

/**
 * The model of an id that `realismFacts` or `modelFacts` gave out, degree of realism included.
 * @throws SilvergrainError MODEL_UNKNOWN, MODEL_CORRUPT
 */
export function factsById(catalogue: Catalogue, id: string): ModelFacts {
  const prefix = `${catalogue.realism.id}@`;
  const share = Number(id.slice(prefix.length));
  if (!id.startsWith(prefix) || !(share >= 0 && share <= 1)) return modelFacts(findModel(catalogue, id));
  return realismFacts(catalogue, share);
}

/** The model in a folder of the user's; `undefined` where it is not sound. */
export function readUserEntry(folder: string): CatalogueModel | undefined {
  try {
    const { model, origin } = UserEntry.parse(JSON.parse(readFileSync(join(folder, USER_ENTRY_FILE), "utf8")));
    return model.id === basename(folder) ? { ...model, folder, origin } : undefined;
  } catch {
    return undefined;
  }
}

function readAdded(userFolder: string, troubles: Trouble[]): readonly CatalogueModel[] {
  let names: string[];
  try {
    names = readdirSync(userFolder).filter((name) => !name.startsWith("."));
  } catch {
    // Nothing was added yet.
    return [];
  }
  const models: CatalogueModel[] = [];
  for (const name of names.sort()) {
    const folder = join(userFolder, name);
    const found = readUserEntry(folder);
    if (found !== undefined) models.push(found);
    else {
      troubles.push({
        id: name,
        message: `The model in ${folder} cannot be used: its ${USER_ENTRY_FILE} is not sound. Add or import it again, or take it away with: silvergrain models remove ${name}`,
      });
    }
  }
  return models;
}
