import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ModelCard } from "../../preload/contract.ts";
import { readCatalogue } from "../models/catalogue.ts";
import type { ModelFolders } from "../models/choose.ts";

/** The models that the page offers: the one with realism first, then those that are there. @param samplesDir see `servePage` */
export function modelCards({ modelsDir, userModelsDir }: ModelFolders, samplesDir: string): readonly ModelCard[] {
  const { realism, models } = readCatalogue(modelsDir, userModelsDir);
  const hasSample = (id: string) => existsSync(join(samplesDir, `${id}-after.webp`));
  const scale = models.find(({ id }) => id === realism.to)?.scale ?? 4;
  return [
    { id: realism.id, name: realism.name, scale, hasRealism: true, hasSample: hasSample(realism.id) },
    ...models.map(({ id, name, scale: own }) => ({
      id,
      name,
      scale: own,
      hasRealism: false,
      hasSample: hasSample(id),
    })),
  ];
}
