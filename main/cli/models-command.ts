import type { Command } from "commander";
import type { DeviceChoice } from "../core/enhance.ts";
import { EngineClient } from "../engine/client.ts";
import { developmentNode, spawnEngine } from "../engine/spawn.ts";
import { findModel, modelFacts, readCatalogue } from "../models/catalogue.ts";
import type { Locations } from "../system/locations.ts";
import { threadPolicy } from "../system/threads.ts";
import { parseDevice } from "./options.ts";

/** `silvergrain models list` and `silvergrain models inspect`. */
export function addModelsCommand(program: Command, locations: Locations): void {
  const models = program.command("models").description("What models there are, and how they run here.");
  models
    .command("list")
    .description("Lists the models and what each is for.")
    .option("--json", "one JSON object a line", false)
    .action(({ json }: { json: boolean }) => {
      const { models: entries, defaultId } = readCatalogue(locations.modelsDir);
      for (const entry of entries) {
        const isDefault = entry.id === defaultId;
        if (json) say(JSON.stringify({ type: "model", default: isDefault, ...entry }));
        else say(`${entry.id}${isDefault ? " (default)" : ""}  ×${entry.scale}  ${entry.name}\n    ${entry.purpose}`);
      }
    });
  models
    .command("inspect")
    .description("Shows a model's pedigree, checks its file, and measures it on a device.")
    .argument("<id>", "the model")
    .option("--device <device>", "auto, cpu, webgpu, cuda, dml or coreml", parseDevice, "auto" as const)
    .option("--json", "one JSON object", false)
    .action(async (id: string, options: { device: DeviceChoice; json: boolean }) => {
      await inspect(id, options, locations);
    });
}

async function inspect(
  id: string,
  options: { device: DeviceChoice; json: boolean },
  locations: Locations,
): Promise<void> {
  const catalogue = readCatalogue(locations.modelsDir);
  const entry = findModel(catalogue, id);
  const { cacheDir, version, engineEntry } = locations;
  const engine = new EngineClient({
    start: () =>
      spawnEngine({ nodePath: developmentNode(), entryPath: engineEntry, cacheDir, version, onLog: () => {} }),
  });
  const { threads, allowSpinning } = threadPolicy("command-line");
  try {
    // Loading it checks the hash, so a file that is not the catalogue's does not get further than this line.
    const report = await engine.describeDevice(modelFacts(catalogue, entry), options.device, threads, allowSpinning);
    if (options.json) {
      say(JSON.stringify({ type: "model", ...entry, ...report }));
      return;
    }
    const rows: readonly (readonly [string, string])[] = [
      ["Name", entry.name],
      ["For", entry.purpose],
      ["Architecture", entry.architecture],
      ["Scale", `×${entry.scale}`],
      ["Input", `${entry.input.type} ${entry.input.layout} ${entry.input.channels}, ${entry.input.range.join("..")}`],
      ["Looks as far as", `${entry.receptiveHalfWidthPx} px`],
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
    ];
    for (const [label, value] of rows) say(`${label.padEnd(16)}${value}`);
  } finally {
    engine.close();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
