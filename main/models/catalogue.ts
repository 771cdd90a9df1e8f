import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelFacts } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import { Manifest, type ModelEntry } from "./manifest.ts";

/** The models that are there, by id. */
export interface Catalogue {
  readonly folder: string;
  readonly defaultId: string;
  readonly models: readonly ModelEntry[];
}

/** Reads `manifest.json` of a models folder. @throws SilvergrainError MODEL_CORRUPT naming the field that is wrong */
export function readCatalogue(folder: string): Catalogue {
  const path = join(folder, "manifest.json");
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
  const parsed = Manifest.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new SilvergrainError(
      "MODEL_CORRUPT",
      `The model catalogue at ${path} is not sound: ${issue?.path.join(".")} ${issue?.message}. Install Silvergrain again.`,
    );
  }
  return { folder, defaultId: parsed.data.default, models: parsed.data.models };
}

/** The entry of that id. @throws SilvergrainError MODEL_UNKNOWN listing what there is */
export function findModel(catalogue: Catalogue, id: string): ModelEntry {
  const found = catalogue.models.find((model) => model.id === id);
  if (found !== undefined) return found;
  const known = catalogue.models.map((model) => model.id).join(", ");
  throw new SilvergrainError("MODEL_UNKNOWN", `Expected one of ${known} for --model, but received “${id}”.`);
}

/** What the engine needs of an entry. */
export function modelFacts(catalogue: Catalogue, entry: ModelEntry): ModelFacts {
  return {
    id: entry.id,
    file: join(catalogue.folder, entry.file),
    sha256: entry.sha256,
    scale: entry.scale,
    inputName: entry.input.name,
    outputName: entry.output.name,
    range: entry.input.range,
    padPx: entry.receptiveHalfWidthPx,
  };
}
