import { expected } from "../core/errors.ts";
import { MAX_REACH_PX } from "../core/model-traits.ts";
import { engineFor } from "../engine/spawn.ts";
import { readCatalogue } from "../models/catalogue.ts";
import { AUTO } from "../models/choose.ts";
import { findModels, importModels } from "../models/import.ts";
import type { ModelEntry } from "../models/manifest.ts";
import { readPacks } from "../models/packs.ts";
import type { Locations } from "../system/locations.ts";
import { threadPolicy } from "../system/threads.ts";
import { EXIT } from "./exit.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { oneLine, say, sayJson } from "./say.ts";

/** A model that answers no probe for so long is taken for one that never will. */
const PROBE_TIMEOUT_MS = 60_000;

/** Imports models and tells what was found out about each. @returns the exit code */
export async function importCommand(
  paths: readonly string[],
  options: { readonly id?: string; readonly bgr: boolean; readonly json: boolean },
  locations: Locations,
): Promise<number> {
  const sources = findModels(paths);
  if (options.id !== undefined) {
    if (sources.length > 1) throw expected("--id", "one model", `${sources.length} of them`);
    if (!/^[a-z0-9][a-z0-9.-]{0,60}$/.test(options.id)) {
      throw expected("--id", "lower-case letters, digits, dots and dashes", options.id);
    }
  }
  const { userModelsDir, modelsDir } = locations;
  const engine = engineFor(locations, { hangTimeoutMs: PROBE_TIMEOUT_MS });
  const interrupt = listenForInterrupt(() => engine.close(), "this model");
  const { threads, allowSpinning } = threadPolicy("command-line");
  try {
    const outcomes = await importModels(sources, {
      catalogue: readCatalogue(modelsDir, userModelsDir),
      userFolder: userModelsDir,
      inspect: (model) => engine.inspectModel(model, threads, allowSpinning),
      id: options.id,
      isBgr: options.bgr,
      signal: interrupt.signal,
      reserved: [AUTO, ...readPacks(modelsDir).packs.map(({ model }) => model.id)],
      onEnd: (outcome) => {
        if ("error" in outcome) tellRefusal(outcome.path, outcome.error, options.json);
        else tellImport(outcome.path, outcome.entry, outcome.isNew, options.json);
      },
      onStart: (path, index, count) => {
        if (!options.json) say(`${count > 1 ? `${index + 1} of ${count}  ` : ""}${oneLine(path)}`);
      },
    });
    if (interrupt.signal.aborted) return EXIT.interrupted;
    return outcomes.some((outcome) => "error" in outcome) ? EXIT.failed : EXIT.ok;
  } finally {
    engine.close();
    interrupt.stop();
  }
}

function tellRefusal(path: string, error: { code: string; message: string }, json: boolean): void {
  if (json) sayJson({ type: "failed", path, code: error.code, message: error.message });
  else say(`✗ ${oneLine(path)}\n    ${oneLine(error.message)} [${error.code}]`);
}

function tellImport(path: string, entry: ModelEntry, isNew: boolean, json: boolean): void {
  if (json) {
    sayJson({ type: "imported", path, isNew, model: entry });
    return;
  }
  const { input, scale } = entry;
  const facts = [
    `×${scale}`,
    `${input.channels}${input.type === "float16" ? ", float16" : ""}`,
    `of ${input.range.join("..")}`,
    `looks ${entry.receptiveHalfWidthPx === MAX_REACH_PX ? `${MAX_REACH_PX} px or further` : `${entry.receptiveHalfWidthPx} px`} around`,
    `${entry.mmacPerSourcePx} million multiply-adds a pixel`,
  ];
  say(`${isNew ? "✓" : "– there already:"} ${entry.id}  ${facts.join(", ")}`);
}
