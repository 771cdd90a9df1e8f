import type { ModelFacts } from "../core/enhance.ts";
import { type Catalogue, chooseModel, factsById, modelFacts, readCatalogue, realismFacts } from "./catalogue.ts";
import { readPacks } from "./packs.ts";

/** The word for a model that leaves the choice to us, photo by photo. */
export const AUTO = "auto";

/** Where models are: the bundled ones, and those that the user added. */
export interface ModelFolders {
  readonly modelsDir: string;
  readonly userModelsDir: string;
}

/** What is asked for: `undefined` where the user has chosen nothing. */
export interface ModelWish {
  readonly model: string | undefined;
  /** 0 to 1. */
  readonly realism: number | undefined;
}

/** The models for a batch: one for all photos, and one for those that look compressed or noisy. */
export interface ChosenModels {
  readonly model: ModelFacts;
  readonly restoring: ModelFacts | undefined;
}

/** The models that are asked for. @throws SilvergrainError USAGE, MODEL_UNKNOWN, MODEL_CORRUPT */
export function chooseModels({ model, realism }: ModelWish, catalogue: Catalogue): ChosenModels {
  const id = model === AUTO ? undefined : model;
  return {
    model: chooseModel(catalogue, id, realism),
    restoring: restoringModel(catalogue, { model, realism }),
  };
}

/**
 * The model for photos that look compressed or noisy. Realism enlarges the traces of compression with the rest, so
 * where the user has chosen nothing, such photos get none of it.
 */
function restoringModel(catalogue: Catalogue, { model, realism }: ModelWish): ModelFacts | undefined {
  const { restoring } = readPacks(catalogue.folder);
  const found =
    model === AUTO ? catalogue.models.find(({ id, origin }) => id === restoring && origin === "pack") : undefined;
  if (found !== undefined) return modelFacts(found);
  return (model === undefined || model === AUTO) && realism === undefined ? realismFacts(catalogue, 0) : undefined;
}

/** Finds the models of queued photos in the catalogue as it is now. */
export function modelFinder({ modelsDir, userModelsDir }: ModelFolders): (id: string) => ModelFacts {
  const catalogue = readCatalogue(modelsDir, userModelsDir);
  return (id) => factsById(catalogue, id);
}
