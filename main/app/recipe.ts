import type { Recipe } from "../../preload/contract.ts";
import type { Catalogue } from "../models/catalogue.ts";
import { chooseModels } from "../models/choose.ts";
import type { BatchSettings } from "../queue/plan.ts";
import type { ThreadPolicy } from "../system/threads.ts";

/** Larger photos are refused; the command line has an option for it. */
export const MAX_MEGAPIXELS = 500;

/** What a batch does, from what the page asks for. @throws SilvergrainError MODEL_UNKNOWN, MODEL_CORRUPT */
export function settingsFor(recipe: Recipe, catalogue: Catalogue, policy: ThreadPolicy): BatchSettings {
  const { model, realism, size, strength, format, quality, stripGps } = recipe;
  return {
    ...chooseModels({ model, realism: model === catalogue.realism.id ? realism : undefined }, catalogue),
    size,
    strength,
    format: format === "same" ? "keep" : format,
    quality,
    stripGps,
    device: "auto",
    ...policy,
    tilePx: undefined,
    maxMegapixels: MAX_MEGAPIXELS,
    overwrite: false,
  };
}
