import { readCatalogue } from "../models/catalogue.ts";
import { chooseModels } from "../models/choose.ts";
import type { BatchSettings } from "../queue/plan.ts";
import type { Locations } from "../system/locations.ts";
import { threadPolicy } from "../system/threads.ts";
import { type EnhanceOptions, sizeRequest } from "./options.ts";

/** What the options ask for. @throws SilvergrainError USAGE, MODEL_* */
export function settingsOf(options: EnhanceOptions, locations: Locations): BatchSettings {
  return {
    ...chooseModels(options, readCatalogue(locations.modelsDir, locations.userModelsDir)),
    size: sizeRequest(options),
    strength: options.strength,
    format: options.format,
    quality: options.quality,
    stripGps: options.stripGps,
    device: options.device,
    ...threadPolicy("command-line", options.threads),
    tilePx: options.tile,
    maxMegapixels: options.maxMegapixels,
    overwrite: options.overwrite,
  };
}
