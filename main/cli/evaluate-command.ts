import { mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Command } from "commander";
import type { DeviceChoice } from "../core/enhance.ts";
import { asSilvergrainError } from "../core/errors.ts";
import type { Candidate, DiscriminatorFacts } from "../core/evaluation.ts";
import { modelMessage } from "../engine/client.ts";
import type { EvaluateParams, EvaluationMessage } from "../engine/protocol.ts";
import { engineFor } from "../engine/spawn.ts";
import { findPairs, type PicturePair } from "../library/pairs.ts";
import { type Catalogue, chooseModel, readCatalogue, realismFacts } from "../models/catalogue.ts";
import type { Locations } from "../system/locations.ts";
import { systemError } from "../system/system-error.ts";
import { threadPolicy } from "../system/threads.ts";
import { type CandidateMeans, evaluationTable, meansOf } from "./evaluation-table.ts";
import { EXIT } from "./exit.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { integerIn, numberIn, parseDevice } from "./options.ts";
import { oneLine, say, sayJson } from "./say.ts";

const MOST_MEGAPIXELS = 40;

interface EvaluateOptions {
  readonly scale: number;
  readonly model: readonly string[];
  readonly realism: readonly number[];
  readonly save: string | undefined;
  readonly device: DeviceChoice;
  readonly threads: number | undefined;
  readonly json: boolean;
}

/** A candidate with the name that it is told by. */
export interface NamedCandidate {
  readonly name: string;
  readonly candidate: Candidate;
}

/** `silvergrain evaluate`. */
export function addEvaluateCommand(program: Command, locations: Locations): void {
  program
    .command("evaluate")
    .description("Measures models on pictures whose large version is known, beside bicubic and Lanczos.")
    .argument("<dir>", "folder of pairs *_HR and *_LR, or of large pictures (they are made small as MATLAB does)")
    .option("--scale <n>", "how many times smaller the small pictures are", integerIn(2, 8), 4)
    .option("--model <id>", "model to measure; may be repeated (default: the project's own)", collect, [])
    .option("--realism <list>", "degrees of realism to measure, as 0,0.5,1", parseRealism, [])
    .option("--save <folder>", "keep the enlarged pictures, to look at")
    .option("--device <device>", "auto, cpu, webgpu, cuda, dml or coreml", parseDevice, "auto" as const)
    .option("--threads <n>", "threads of the CPU (default: one a physical core)", integerIn(1, 1024))
    .option("--json", "one JSON object a line, with every picture and region", false)
    .action(async (dir: string, options: EvaluateOptions) => {
      process.exitCode = await evaluateCommand(resolve(dir), options, locations);
    });
}

async function evaluateCommand(folder: string, options: EvaluateOptions, locations: Locations): Promise<number> {
  const pairs = findPairs(folder);
  const catalogue = readCatalogue(locations.modelsDir, locations.userModelsDir);
  const candidates = candidatesFor(catalogue, options);
  const engine = engineFor(locations);
  const interrupt = listenForInterrupt(() => engine.close(), "this picture");
  const found = new Map<NamedCandidate, Map<PicturePair, EvaluationMessage>>();
  let failures = 0;
  try {
    if (options.save !== undefined) makeFolder(resolve(options.save));
    for (const named of candidates) {
      const evaluations = new Map<PicturePair, EvaluationMessage>();
      found.set(named, evaluations);
      for (const pair of pairs) {
        if (interrupt.signal.aborted) return EXIT.interrupted;
        try {
          const evaluation = await engine.evaluate(paramsFor(pair, named, catalogue, options));
          evaluations.set(pair, evaluation);
          if (options.json) sayJson({ type: "picture", candidate: named.name, picture: pair.name, ...evaluation });
        } catch (error) {
          failures++;
          tellFailure(pair, named, error, options.json);
        }
      }
    }
    // A mean over other pictures would compare nothing.
    const common = pairs.filter((pair) => [...found.values()].every((evaluations) => evaluations.has(pair)));
    const means = common.length === 0 ? [] : [...found].map(([{ name }, all]) => meansOver(name, all, common));
    if (options.json) for (const mean of means) sayJson({ type: "mean", ...mean });
    else {
      const kind = pairs[0]?.low === undefined ? "made small by MATLAB's bicubic" : "pairs";
      say(`${basename(folder)}: ${common.length} of ${pairs.length} pictures ×${options.scale}, ${kind}`);
      for (const line of evaluationTable(means)) say(line);
    }
    return failures > 0 ? EXIT.failed : EXIT.ok;
  } finally {
    engine.close();
    interrupt.stop();
  }
}

function meansOver(
  name: string,
  evaluations: ReadonlyMap<PicturePair, EvaluationMessage>,
  pairs: readonly PicturePair[],
): CandidateMeans {
  return meansOf(
    name,
    pairs.flatMap((pair) => evaluations.get(pair) ?? []),
  );
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw systemError(error, join(folder, "a picture"));
  }
}

function candidatesFor(catalogue: Catalogue, { model: ids, realism }: EvaluateOptions): readonly NamedCandidate[] {
  const own = ids.length === 0 && realism.length === 0;
  const { from, to, default: usual } = catalogue.realism;
  const models = [
    ...(own ? [from, to] : ids).map((id) => chooseModel(catalogue, id, undefined)),
    ...(own ? [usual] : realism).map((share) => realismFacts(catalogue, share)),
  ];
  return [
    { name: "bicubic", candidate: { kind: "baseline", baseline: "bicubic" } },
    { name: "lanczos", candidate: { kind: "baseline", baseline: "lanczos" } },
    ...models.map((model) => ({ name: model.id, candidate: { kind: "model" as const, model } })),
    { name: "the photo itself", candidate: { kind: "reference" } },
  ];
}

function paramsFor(
  pair: PicturePair,
  { name, candidate }: NamedCandidate,
  catalogue: Catalogue,
  options: EvaluateOptions,
): EvaluateParams {
  const { scale, device, save, threads } = options;
  return {
    reference: pair.reference,
    low: pair.low,
    scale,
    candidate: candidate.kind === "model" ? { kind: "model", model: modelMessage(candidate.model) } : candidate,
    save: save === undefined || candidate.kind === "reference" ? undefined : savePath(save, name, pair.name),
    maxMegapixels: MOST_MEGAPIXELS,
    discriminator: discriminatorFacts(catalogue),
    device,
    ...threadPolicy("command-line", threads),
  };
}

function savePath(folder: string, candidate: string, picture: string): string {
  const place = join(resolve(folder), candidate);
  makeFolder(place);
  return join(place, `${picture}.png`);
}

/** What the engine needs of the discriminator. */
function discriminatorFacts({ folder, discriminator }: Catalogue): DiscriminatorFacts {
  const { file, sha256, inputName, outputName, regionPx } = discriminator;
  return { file: join(folder, file), sha256, inputName, outputName, regionPx };
}

function tellFailure(pair: PicturePair, { name }: NamedCandidate, thrown: unknown, json: boolean): void {
  const { code, message } = asSilvergrainError(thrown);
  if (json) sayJson({ type: "failed", candidate: name, picture: pair.name, code, message });
  else say(`✗ ${oneLine(pair.name)} with ${name}: ${oneLine(message)} [${code}]`);
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function parseRealism(text: string): readonly number[] {
  const parse = numberIn(0, 1);
  return [...new Set(text.split(",").map(parse))];
}
