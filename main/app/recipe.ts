import type { Recipe, Settings } from "../../preload/contract.ts";
import type { DeviceChoice } from "../core/enhance.ts";
import type { Catalogue } from "../models/catalogue.ts";
import { AUTO, chooseModels } from "../models/choose.ts";
import type { BatchSettings } from "../queue/plan.ts";
import { type ThreadPolicy, threadPolicy } from "../system/threads.ts";

/** Larger photos are refused; the command line has an option for it. */
export const MAX_MEGAPIXELS = 500;

/** What inference may take of the machine. */
export interface Power extends ThreadPolicy {
  readonly device: DeviceChoice;
}

/** What inference may take, as the user has set it. */
export function powerOf({ device, threads }: Pick<Settings, "device" | "threads">): Power {
  const policy = threadPolicy("desktop");
  return { ...policy, device, threads: threads === "auto" ? policy.threads : threads };
}

/** What a batch does, from what the page asks for. @throws SilvergrainError MODEL_UNKNOWN, MODEL_CORRUPT */
export function settingsFor(recipe: Recipe, catalogue: Catalogue, power: Power): BatchSettings {
  const { model, realism, size, strength, format, quality, stripGps } = recipe;
  const hasRealism = model === AUTO || model === catalogue.realism.id;
  return {
    model: chooseModels({ model, realism: hasRealism ? realism : undefined }, catalogue).model,
    // Realism is for photos that are sound: compressed and noisy ones are restored, or get none of it.
    restoring: chooseModels({ model, realism: undefined }, catalogue).restoring,
    size,
    strength,
    format: format === "same" ? "keep" : format,
    quality,
    stripGps,
    ...power,
    tilePx: undefined,
    maxMegapixels: MAX_MEGAPIXELS,
    overwrite: false,
  };
}
