import type { DeviceChoice } from "../core/enhance.ts";
import { MAX_REACH_PX } from "../core/model-traits.ts";
import { engineFor } from "../engine/spawn.ts";
import { chooseModel, findModel, readCatalogue } from "../models/catalogue.ts";
import type { Locations } from "../system/locations.ts";
import { threadPolicy } from "../system/threads.ts";
import { sayJson, sayRows } from "./say.ts";

/** Shows a model's pedigree, checks its file, and measures it. */
export async function inspectModel(
  id: string,
  options: { readonly device: DeviceChoice; readonly json: boolean },
  locations: Locations,
): Promise<void> {
  const catalogue = readCatalogue(locations.modelsDir, locations.userModelsDir);
  const { realism } = catalogue;
  const { folder: _folder, ...entry } = findModel(catalogue, id === realism.id ? realism.from : id);
  const engine = engineFor(locations);
  const { threads, allowSpinning } = threadPolicy("command-line");
  try {
    // Loading it checks the hash, so a file that is not the catalogue's does not get further than this line.
    const facts = chooseModel(catalogue, id, undefined);
    const report = await engine.describeDevice(facts, options.device, threads, allowSpinning);
    if (options.json) {
      sayJson({ type: "model", ...entry, ...(id === realism.id ? { realism } : {}), ...report });
      return;
    }
    const blend: [string, string][] =
      id === realism.id
        ? [
            ["Realism", `from ${realism.from} (0) to ${realism.to} (1); ${realism.default} where none is given`],
            ["Why", realism.reason],
          ]
        : [];
    sayRows([
      ["Name", id === realism.id ? realism.name : entry.name],
      ["For", id === realism.id ? realism.purpose : entry.purpose],
      ...blend,
      ["Architecture", entry.architecture],
      ["Scale", `×${entry.scale}`],
      ["Input", inputSentence(entry.input)],
      [
        "Looks as far as",
        `${entry.receptiveHalfWidthPx === MAX_REACH_PX ? `${MAX_REACH_PX} px and more` : `${entry.receptiveHalfWidthPx} px`}`,
      ],
      ["Tiles' context", `${entry.padPx} px${seamSentence(entry.seam)}`],
      ["Work", `${entry.mmacPerSourcePx} million multiply-adds a source pixel`],
      ["Trained on", entry.trainedOn],
      ["Licence", entry.licence],
      ["Source", entry.source],
      ["File", `${entry.file}, SHA-256 ${entry.sha256} (checked)`],
      [
        "Runs on",
        `${report.device}, ${(report.msPerMegapixel / 1000).toFixed(1)} s a megapixel of windows, tiles of ${report.corePx} px`,
      ],
      ...report.refusals.map(({ device, reason }) => [`Not on ${device}`, reason] as const),
    ]);
  } finally {
    engine.close();
  }
}

function inputSentence(input: ReturnType<typeof findModel>["input"]): string {
  const sizes =
    input.fixed !== undefined
      ? `${input.fixed.width} × ${input.fixed.height} px only`
      : input.multiplePx > 1
        ? `sides in multiples of ${input.multiplePx} px`
        : "any size";
  return `${input.type} ${input.layout} ${input.channels}, ${input.range.join("..")}, ${sizes}`;
}

function seamSentence(seam: number | null): string {
  if (seam === null) return "; what that leaves at a tile's edge was not measured";
  return seam > 0 ? `, which leaves up to ${seam}/255 at a tile's edge` : ": tiles leave no trace";
}
