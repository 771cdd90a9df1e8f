import { isWorn } from "../core/wear.ts";
import { readCatalogue } from "../models/catalogue.ts";
import { readPacks } from "../models/packs.ts";
import type { BatchPlan, BatchSettings } from "../queue/plan.ts";
import type { Locations } from "../system/locations.ts";

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
