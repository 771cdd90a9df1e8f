import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import type { ModelFacts } from "../core/enhance.ts";
import { expected } from "../core/errors.ts";
import { isWorn } from "../core/wear.ts";
import type { EngineClient } from "../engine/client.ts";
import { findPhotos } from "../library/walk.ts";
import { runBatch } from "../queue/batch.ts";
import { costOf, type PlanDevice } from "../queue/cost.ts";
import { LEDGER_FOLDER, Ledger } from "../queue/ledger.ts";
import { type BatchPlan, type BatchSettings, planBatch } from "../queue/plan.ts";
import type { Locations } from "../system/locations.ts";
import { threadPolicy } from "../system/threads.ts";
import { BatchClock } from "./batch-clock.ts";
import { engineFor } from "./engine.ts";
import { EXIT } from "./exit.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { jsonReporter } from "./json-reporter.ts";
import { chooseModels, modelsOf, restoringAdvice } from "./model-choice.ts";
import {
  type EnhanceOptions,
  integerIn,
  numberIn,
  parseDevice,
  parseFormat,
  parseScale,
  positive,
  sizeRequest,
} from "./options.ts";
import type { BatchSummary, Reporter } from "./reporter.ts";
import { textReporter } from "./text-reporter.ts";

const DEFAULT_MAX_MEGAPIXELS = 400;
const DEFAULT_CACHE_GB = 4;

/** `silvergrain enhance`. */
export function addEnhanceCommand(program: Command, locations: Locations): void {
  program
    .command("enhance")
    .description(
      "Enhances photos and folders of photos into a target folder. Run it again to go on, or to skip what is done.",
    )
    .argument("<paths...>", "photos and folders")
    .requiredOption("--out <folder>", "target folder; the sources' folders are mirrored in it")
    .option(
      "--model <id>",
      "model to use (see: silvergrain models list); auto takes a restoring one for compressed and noisy photos, where it was added",
    )
    .option("--realism <f>", "0 invents nothing, 1 invents texture; for the project's own models", numberIn(0, 1))
    .option("--scale <n>", "how many times as large, 1 to 8 (default: the model's own)", parseScale)
    .option(
      "--long-edge <px>",
      "length of the longer side; photos that long already are skipped",
      integerIn(1, 1_000_000),
    )
    .option("--megapixels <n>", "size in megapixels; photos that large already are skipped", positive)
    .option("--strength <f>", "0 is plain Lanczos enlargement, 1 the model alone", numberIn(0, 1), 1)
    .option("--format <format>", "keep, jpeg, png, webp, tiff or avif", parseFormat, "keep" as const)
    .option("--quality <n>", "1 to 100, for jpeg, webp and avif", integerIn(1, 100))
    .option("--device <device>", "auto, cpu, webgpu, cuda, dml or coreml", parseDevice, "auto" as const)
    .option("--threads <n>", "threads of the CPU (default: one a physical core)", integerIn(1, 1024))
    .option("--tile <px>", "longest side of a tile in source pixels (default: measured)", integerIn(16, 4096))
    .option("--max-megapixels <n>", "largest photo to take", positive, DEFAULT_MAX_MEGAPIXELS)
    .option(
      "--cache-limit <gb>",
      "working canvases to keep, so that a new strength or format needs no new inference",
      numberIn(0, 1e6),
      DEFAULT_CACHE_GB,
    )
    .option("--overwrite", "replace files that are already there and were not made by Silvergrain", false)
    .option("--strip-gps", "leave the GPS position out of the metadata", false)
    .option("--dry-run", "only say what would be done", false)
    .option("--json", "one JSON object a line", false)
    .action(async (paths: string[], options: EnhanceOptions) => {
      process.exitCode = await enhanceCommand(paths, options, locations);
    });
}

async function enhanceCommand(
  paths: readonly string[],
  options: EnhanceOptions,
  locations: Locations,
): Promise<number> {
  const target = resolve(options.out);
  const settings = settingsOf(options, locations);
  const reporter = options.json
    ? jsonReporter((line) => process.stdout.write(line))
    : textReporter({ stream: process.stdout, isTerminal: process.stdout.isTTY === true });
  const engine = engineFor(locations);
  const interrupt = listenForInterrupt(() => {
    engine.close();
    reporter.close();
  });
  let ledger: Ledger | undefined;
  try {
    const walk = await findPhotos(paths, target);
    if (walk.photos.length === 0 && walk.failures.length === 0) {
      throw expected("PATH", "photos, or folders with photos in them", paths.join(", "));
    }
    reporter.planning(walk.photos.length);
    const isNew = !existsSync(join(target, LEDGER_FOLDER));
    if (!(options.dryRun && isNew)) ledger = Ledger.open(target, options.dryRun ? "look" : "write");
    const probe = engine.probe.bind(engine);
    const plan = await planBatch(walk.photos, target, settings, ledger, probe, interrupt.signal);
    for (const skipped of plan.skipped) reporter.skipped(skipped);
    for (const { path, error } of [...walk.failures, ...plan.failed]) reporter.failed(path, error);
    const failedBefore = walk.failures.length + plan.failed.length;
    const device =
      plan.todo.length === 0 ? undefined : await measureDevice(engine, plan.todo[0]?.model ?? settings.model, settings);
    const cost = costOf(plan.todo, settings, options.cacheLimit * 1e9, device, target);
    reporter.plan({
      target,
      model: modelsOf(plan, settings),
      todo: plan.todo,
      skipped: plan.skipped.length,
      failed: failedBefore,
      ignored: walk.ignored,
      worn: plan.todo.filter(({ header }) => isWorn(header.wear)).length,
      advice: restoringAdvice(plan, settings, locations),
      cost,
      device,
      dryRun: options.dryRun,
    });
    if (options.dryRun || ledger === undefined) return exitFor(failedBefore + flaggedBefore(plan));
    return await enhanceAll(plan, failedBefore, device, {
      target,
      settings,
      ledger,
      engine,
      reporter,
      signal: interrupt.signal,
      cacheGb: options.cacheLimit,
    });
  } finally {
    engine.close();
    reporter.close();
    ledger?.close();
    interrupt.stop();
  }
}

interface Run {
  readonly target: string;
  readonly settings: BatchSettings;
  readonly ledger: Ledger;
  readonly engine: EngineClient;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly cacheGb: number;
}

async function enhanceAll(
  plan: BatchPlan,
  failedBefore: number,
  device: PlanDevice | undefined,
  run: Run,
): Promise<number> {
  const { reporter, settings } = run;
  const start = performance.now();
  const tally = {
    done: 0,
    failed: failedBefore,
    flagged: flaggedBefore(plan),
    inferenceMs: 0,
  };
  const clock = new BatchClock(plan.todo, settings, device);
  await runBatch(plan.todo, {
    target: run.target,
    settings,
    ledger: run.ledger,
    enhance: run.engine.enhance,
    signal: run.signal,
    canvasCacheBytes: run.cacheGb * 1e9,
    listener: {
      onStart: (planned) => {
        clock.begin(planned);
        reporter.start(planned);
      },
      onProgress: (planned, progress) => {
        clock.progress(progress.tilesTotal === 0 ? 0 : progress.tilesDone / progress.tilesTotal);
        reporter.progress(planned, progress, clock.msLeft());
      },
      onDone: (planned, result) => {
        tally.done++;
        if (result.flags.length > 0) tally.flagged++;
        tally.inferenceMs += result.inferenceMs;
        clock.end();
        reporter.done(planned, result, join(run.target, planned.output));
      },
      onFailed: (planned, error) => {
        tally.failed++;
        clock.end();
        reporter.failed(planned.photo.path, error);
      },
    },
  });
  const interrupted = run.signal.aborted;
  const summary: BatchSummary = { ...tally, skipped: plan.skipped.length, ms: performance.now() - start, interrupted };
  reporter.summary(summary);
  if (interrupted) return EXIT.interrupted;
  return exitFor(tally.failed + tally.flagged);
}

function flaggedBefore(plan: BatchPlan): number {
  return plan.skipped.filter(({ flags }) => flags.length > 0).length;
}

function exitFor(troubles: number): number {
  return troubles > 0 ? EXIT.failed : EXIT.ok;
}

async function measureDevice(engine: EngineClient, model: ModelFacts, settings: BatchSettings): Promise<PlanDevice> {
  const { device, threads, allowSpinning, tilePx } = settings;
  const found = await engine.describeDevice(model, device, threads, allowSpinning);
  return {
    device: found.device,
    corePx: tilePx ?? found.corePx,
    msPerMegapixel: found.msPerMegapixel,
    mmacPerSourcePx: model.mmacPerSourcePx,
  };
}

function settingsOf(options: EnhanceOptions, locations: Locations): BatchSettings {
  return {
    ...chooseModels(options, locations),
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
