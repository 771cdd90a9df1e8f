import type { Command } from "commander";
import type { DeviceChoice } from "../core/enhance.ts";
import { readCatalogue } from "../models/catalogue.ts";
import { removeModel } from "../models/install.ts";
import { readPacks } from "../models/packs.ts";
import type { Locations } from "../system/locations.ts";
import { addModel } from "./models-add.ts";
import { importCommand } from "./models-import.ts";
import { inspectModel } from "./models-inspect.ts";
import { parseDevice } from "./options.ts";
import { say, sayJson } from "./say.ts";

/** `silvergrain models list|inspect|add|import|remove`. */
export function addModelsCommand(program: Command, locations: Locations): void {
  const models = program.command("models").description("What models there are, where to get more, how they run here.");
  models
    .command("list")
    .description("Lists the models, what each is for, and what can be added.")
    .option("--json", "one JSON object a line", false)
    .action(({ json }: { json: boolean }) => list(json, locations));
  models
    .command("inspect")
    .description("Shows a model's pedigree, checks its file, and measures it on a device.")
    .argument("<id>", "the model")
    .option("--device <device>", "auto, cpu, webgpu, cuda, dml or coreml", parseDevice, "auto" as const)
    .option("--json", "one JSON object", false)
    .action(async (id: string, options: { device: DeviceChoice; json: boolean }) => {
      await inspectModel(id, options, locations);
    });
  models
    .command("add")
    .description("Fetches a model from your npm registry. Run it again to go on where it was stopped.")
    .argument("<id>", "the model")
    .option("--json", "one JSON object a line", false)
    .action(async (id: string, { json }: { json: boolean }) => {
      await addModel(id, json, locations);
    });
  models
    .command("import")
    .description("Imports your own models: .onnx, ncnn's .param with .bin, or folders of them (as Upscayl has).")
    .argument("<files...>", "model files and folders")
    .option("--id <id>", "what to call it; for one model")
    .option("--bgr", "the model wants blue first (it cannot be seen from outside)", false)
    .option("--json", "one JSON object a line", false)
    .action(async (files: string[], options: { id?: string; bgr: boolean; json: boolean }) => {
      process.exitCode = await importCommand(files, options, locations);
    });
  models
    .command("remove")
    .description("Takes an added or imported model away.")
    .argument("<id>", "the model")
    .action((id: string) => {
      removeModel(locations.userModelsDir, id);
      say(`${id} is gone.`);
    });
}

function list(json: boolean, locations: Locations): void {
  const { models, realism, troubles } = readCatalogue(locations.modelsDir, locations.userModelsDir);
  const packs = readPacks(locations.modelsDir).packs.filter(({ model }) => models.every(({ id }) => id !== model.id));
  if (json) {
    sayJson({ type: "realism", isDefault: true, ...realism });
    for (const { folder: _folder, ...model } of models) sayJson({ type: "model", ...model });
    for (const { model, carrier } of packs) sayJson({ type: "pack", ...model, downloadBytes: carrier.bytes });
    for (const { message } of troubles) sayJson({ type: "trouble", message });
    return;
  }
  const scale = models.find(({ id }) => id === realism.from)?.scale ?? 1;
  say(`${realism.id} (default)  ×${scale}  ${realism.name}, realism ${realism.default}\n    ${realism.purpose}`);
  for (const model of models) say(`${model.id}  ×${model.scale}  ${model.name}\n    ${model.purpose}`);
  if (packs.length > 0) say("\nTo be had with: silvergrain models add ID");
  for (const { model, carrier } of packs) {
    const size = `${Math.round(carrier.bytes / 1e6)} MB to fetch, ${model.licence}`;
    say(`${model.id}  ×${model.scale}  ${model.name} (${size})\n    ${model.purpose}`);
  }
  for (const { message } of troubles) say(message);
}
