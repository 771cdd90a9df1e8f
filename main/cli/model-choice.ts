import type { ModelFacts } from "../core/enhance.ts";
import { isWorn } from "../core/wear.ts";
import { type Catalogue, chooseModel, modelFacts, readCatalogue, realismFacts } from "../models/catalogue.ts";
import { readPacks } from "../models/packs.ts";
import type { BatchPlan, BatchSettings } from "../queue/plan.ts";
import type { Locations } from "../system/locations.ts";
import { AUTO, type EnhanceOptions } from "./options.ts";

/** The models that the options ask for: one for all photos, and one for those that look compressed or noisy. */
export function chooseModels(
  options: EnhanceOptions,
  locations: Locations,
): Pick<BatchSettings, "model" | "restoring"> {
  const catalogue = readCatalogue(locations.modelsDir, locations.userModelsDir);
  const id = options.model === AUTO ? undefined : options.model;
  return {
    model: chooseModel(catalogue, id, options.realism),
    restoring: restoringModel(catalogue, options, locations),
  };
}

/**
 * The model for photos that look compressed or noisy. Realism enlarges the traces of compression with the rest, so
 * where the user has chosen nothing, such photos get none of it.
 */
function restoringModel(
  catalogue: Catalogue,
  { model, realism }: EnhanceOptions,
  locations: Locations,
): ModelFacts | undefined {
  const { restoring } = readPacks(locations.modelsDir);
  const found =
    model === AUTO ? catalogue.models.find(({ id, origin }) => id === restoring && origin === "pack") : undefined;
  if (found !== undefined) return modelFacts(found);
  return (model === undefined || model === AUTO) && realism === undefined ? realismFacts(catalogue, 0) : undefined;
}

/** The models that a plan's photos take, the one of most photos first. */
export function modelsOf({ todo }: BatchPlan, settings: BatchSettings): string {
  const counts = new Map<string, number>();
  for (const { model } of todo) counts.set(model.id, (counts.get(model.id) ?? 0) + 1);
  if (counts.size === 0) return settings.model.id;
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([id]) => id)
    .join(" and ");
}

/** For photos that a model which restores would suit better: how to have it take them. */
export function restoringAdvice(plan: BatchPlan, settings: BatchSettings, locations: Locations): string | undefined {
  // Most batches have none, and then there is nothing to read.
  if (plan.todo.every(({ header }) => !isWorn(header.wear))) return undefined;
  const { restoring, packs } = readPacks(locations.modelsDir);
  const isCovered = packs.some(({ model }) => model.id === settings.model.id);
  const worn = plan.todo.filter(({ header, model }) => isWorn(header.wear) && model.id !== restoring).length;
  if (worn === 0 || isCovered) return undefined;
  const isThere = readCatalogue(locations.modelsDir, locations.userModelsDir).models.some(({ id }) => id === restoring);
  const how = isThere ? "use --model auto" : `silvergrain models add ${restoring}, then --model auto`;
  const [look, get, them] = worn === 1 ? ["looks", "gets", "it"] : ["look", "get", "them"];
  const plainly = settings.restoring === undefined ? "" : `, and ${get} no realism`;
  return `${worn} of ${plan.todo.length} ${look} compressed or noisy${plainly}; a restoring model suits ${them} better: ${how}`;
}
