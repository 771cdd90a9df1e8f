import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { asSilvergrainError } from "../core/errors.ts";
import { engineFor } from "../engine/spawn.ts";
import type { Walk } from "../library/walk.ts";
import { LEDGER_FOLDER, Ledger } from "../queue/ledger.ts";
import { QueueStore } from "../queue/store.ts";
import type { Locations } from "../system/locations.ts";
import { EXIT } from "./exit.ts";
import { handOver, openUnlessHeld } from "./hand-over.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { LiveControl, serveOrNot } from "./live-control.ts";
import {
  addRunOptions,
  type EnhanceOptions,
  integerIn,
  numberIn,
  parseDevice,
  parseFormat,
  parseScale,
  positive,
} from "./options.ts";
import { addPrepared, foundBefore, type PrepareContext, type Prepared, prepare, walkPhotos } from "./prepare.ts";
import type { Reporter } from "./reporter.ts";
import { reporterFor } from "./reporter-for.ts";
import { QueueRun } from "./run-queue.ts";
import { settingsOf } from "./settings.ts";

const DEFAULT_MAX_MEGAPIXELS = 400;
const OPEN_TRIES = 3;

/** `silvergrain enhance`. */
export function addEnhanceCommand(program: Command, locations: Locations): void {
  const command = program
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
    .option("--tile <px>", "longest side of a tile in source pixels (default: measured)", integerIn(16, 4096))
    .option("--max-megapixels <n>", "largest photo to take", positive, DEFAULT_MAX_MEGAPIXELS)
    .option("--overwrite", "replace files that are already there and were not made by Silvergrain", false)
    .option("--strip-gps", "leave the GPS position out of the metadata", false)
    .option("--dry-run", "only say what would be done", false)
    .option("--json", "one JSON object a line", false);
  addRunOptions(command).action(async (paths: string[], options: EnhanceOptions) => {
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
  const reporter = reporterFor(options);
  const engine = engineFor(locations, { giveWay: options.background });
  const interrupt = listenForInterrupt(() => {
    engine.close();
    reporter.close();
  });
  const cacheBytes = options.cacheLimit * 1e9;
  const context = { target, settings, engine, locations, reporter, signal: interrupt.signal, cacheBytes };
  let ledger: Ledger | undefined;
  try {
    const walk = await walkPhotos(paths, target);
    const isNew = !existsSync(join(target, LEDGER_FOLDER));
    if (options.dryRun) {
      ledger = isNew ? undefined : Ledger.open(target, "look");
      return exitFor(await prepare(walk, ledger, context, true));
    }
    const folder = join(target, LEDGER_FOLDER);
    ledger = await openUnlessHeld(folder, () => openOrUndefined(target));
    // While another one plans our photos there is no tile to wait for.
    interrupt.signal.addEventListener("abort", () => {
      if (ledger === undefined) process.exit(EXIT.interrupted);
    });
    for (let tries = 1; ledger === undefined; tries++) {
      try {
        return await giveToFirst(target, paths, options, reporter);
      } catch (error) {
        // The first may have been about to end; then the folder is free in a moment.
        if (asSilvergrainError(error).code !== "TARGET_BUSY" || tries === OPEN_TRIES) throw error;
        ledger = await openUnlessHeld(folder, () => openOrUndefined(target));
      }
    }
    return await enhanceAll(walk, ledger, context, options);
  } finally {
    engine.close();
    reporter.close();
    ledger?.close();
    interrupt.stop();
  }
}

/** Runs the batch, and whatever later starts hand over meanwhile. */
async function enhanceAll(
  walk: Walk,
  ledger: Ledger,
  context: PrepareContext,
  options: EnhanceOptions,
): Promise<number> {
  const { target, locations, engine, reporter } = context;
  const store = new QueueStore(ledger.books, target);
  const control = new LiveControl(store, ledger, context);
  // Whoever starts a batch wants it to run, even if an earlier one was paused here; a pause that comes later counts.
  store.setPaused(false);
  const served = await serveOrNot(ledger, control);
  try {
    const prepared = await prepare(walk, ledger, context, false);
    const batch = await addPrepared(store, prepared, context, nameOf(walk));
    const run = new QueueRun({
      target,
      store,
      ledger,
      engine,
      reporter,
      locations,
      policy: { ...context.settings, mayOverwrite: true },
      device: prepared.device,
      how: options,
    });
    run.include(batch, foundBefore(prepared));
    control.begin(run);
    return await run.run(context.signal);
  } finally {
    await served?.close();
  }
}

/** A target folder's ledger; `undefined` where another Silvergrain has it. @throws SilvergrainError TARGET_UNWRITABLE, DISK_FULL */
export function openOrUndefined(target: string, access: "write" | "look" = "write"): Ledger | undefined {
  try {
    return Ledger.open(target, access);
  } catch (error) {
    if (asSilvergrainError(error).code === "TARGET_BUSY") return undefined;
    throw error;
  }
}

/** Another Silvergrain works in this folder: the photos go into its queue. */
async function giveToFirst(
  target: string,
  paths: readonly string[],
  options: EnhanceOptions,
  reporter: Reporter,
): Promise<number> {
  const absolute = paths.map((path) => resolve(path));
  const handed = await handOver(join(target, LEDGER_FOLDER), absolute, { ...options, out: target });
  reporter.handedOver(target, handed);
  return handed.failed > 0 ? EXIT.failed : EXIT.ok;
}

/** A batch is called after what it was made from. */
function nameOf({ photos }: Walk): string {
  const [first] = photos;
  if (first === undefined) return "nothing";
  return photos.length === 1 ? basename(first.path) : `${basename(dirname(first.path))} (${photos.length})`;
}

function exitFor(prepared: Prepared): number {
  const { failed, flagged } = foundBefore(prepared);
  return failed + flagged > 0 ? EXIT.failed : EXIT.ok;
}
