import { mkdirSync, readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { ModelFacts } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import { area, roundUp } from "../core/geometry.ts";
import { windowNear } from "../core/tiles.ts";
import { writeFileAtomically } from "../system/atomic-file.ts";
import { probeWindow } from "./providers.ts";
import type { Session, SessionOptions } from "./session.ts";

/** What was measured of a model on a device. */
export interface Tuning {
  /** Longest side of a tile's core, in source px. */
  readonly corePx: number;
  /** Milliseconds a megapixel of windows takes. */
  readonly msPerMegapixel: number;
}

const Tuning = z.object({ corePx: z.int().positive(), msPerMegapixel: z.number().positive() });
const TuningFile = z.record(z.string(), Tuning);

/** What a session may allocate for one window. The whole program stays under 1.5 GB with it. */
const MAX_BUDGET_BYTES = 850e6;
const SMALL_CORE_PX = 48;
const MIN_CORE_PX = 16;
const MAX_CORE_PX = 512;
/** A GPU's memory cannot be seen from here: larger windows are tried while they pay, until this much time is spent. */
const MAX_MEASURING_MS = 4000;

/**
 * The tile size for a model on a device: from the cache, else measured now and cached.
 * @param cacheDir folder of the cache; a cache that cannot be read or written is done without
 */
export async function tuneFor(
  session: Session,
  model: ModelFacts,
  options: SessionOptions,
  cacheDir: string,
): Promise<Tuning> {
  const key = [
    model.sha256.slice(0, 16),
    session.device,
    options.threads,
    options.allowSpinning,
    cpus()[0]?.model,
  ].join("|");
  const known = readCache(cacheDir);
  const found = known[key];
  if (found !== undefined) return found;
  const tuning = await measureAll(session, model);
  try {
    mkdirSync(cacheDir, { recursive: true });
    writeFileAtomically(cachePath(cacheDir), JSON.stringify({ ...readCache(cacheDir), [key]: tuning }, null, 2));
  } catch {
    // A cache that cannot be written costs a measurement next time, nothing more.
  }
  return tuning;
}

/** A model that takes one size of window has nothing to choose; where none fits the memory, it cannot be used. */
async function measureAll(session: Session, model: ModelFacts): Promise<Tuning> {
  const { fixed } = model.windows;
  if (fixed !== undefined) {
    const corePx = Math.max(MIN_CORE_PX, Math.min(fixed.width, fixed.height) - 2 * model.padPx);
    return { corePx, msPerMegapixel: await measure(session, model, corePx) };
  }
  return await (session.device === "cpu" ? measureCpu(session, model) : measureGpu(session, model));
}

/**
 * On the CPU the time a window pixel takes does not depend on the window (srgan-x4: 15.9 µs at 96 px, 17.5 at 272),
 * so the largest core wins whose window still fits the memory: the pads are then the smallest part of the work.
 */
async function measureCpu(session: Session, model: ModelFacts): Promise<Tuning> {
  const small = SMALL_CORE_PX + 2 * model.padPx;
  const before = process.memoryUsage.rss();
  let first: number;
  try {
    first = await measure(session, model, small);
  } catch (error) {
    if (!(error instanceof SilvergrainError) || error.code !== "OUT_OF_MEMORY") throw error;
    return { corePx: MIN_CORE_PX, msPerMegapixel: await measure(session, model, MIN_CORE_PX + 2 * model.padPx) };
  }
  const bytesPerPixel = Math.max(1, (process.memoryUsage.rss() - before) / (small * small));
  const budget = Math.min(MAX_BUDGET_BYTES, totalmem() / 6);
  const windowPx = Math.floor(Math.sqrt(budget / bytesPerPixel));
  const corePx = Math.floor((windowPx - 2 * model.padPx) / MIN_CORE_PX) * MIN_CORE_PX;
  return { corePx: within(corePx), msPerMegapixel: first };
}

async function measureGpu(session: Session, model: ModelFacts): Promise<Tuning> {
  const start = performance.now();
  let best: Tuning | undefined;
  for (let core = MIN_CORE_PX; core <= MAX_CORE_PX; core *= 2) {
    const windowPx = core + 2 * model.padPx;
    let msPerMegapixel: number;
    try {
      msPerMegapixel = await measure(session, model, windowPx);
    } catch (error) {
      if (best === undefined) throw error;
      return best;
    }
    const cost = (tuning: Tuning) => tuning.msPerMegapixel * ((tuning.corePx + 2 * model.padPx) / tuning.corePx) ** 2;
    const candidate = { corePx: core, msPerMegapixel };
    if (best === undefined || cost(candidate) < cost(best)) best = candidate;
    // The next one is four times the work, and is run twice.
    const spent = performance.now() - start;
    if (spent + (8 * (msPerMegapixel * windowPx * windowPx)) / 1e6 > MAX_MEASURING_MS) break;
  }
  return best ?? { corePx: MIN_CORE_PX, msPerMegapixel: 1 };
}

/** Milliseconds per megapixel of the second of two runs; the first grows arenas and compiles. */
async function measure(session: Session, model: ModelFacts, windowPx: number): Promise<number> {
  const size = windowNear(windowPx, model.windows);
  const window = probeWindow(model.range, size);
  await session.run(window, size);
  const start = performance.now();
  await session.run(window, size);
  return ((performance.now() - start) * 1e6) / area(size);
}

function within(corePx: number): number {
  return Math.min(MAX_CORE_PX, Math.max(MIN_CORE_PX, roundUp(corePx, MIN_CORE_PX)));
}

function cachePath(cacheDir: string): string {
  return join(cacheDir, "tuning.json");
}

function readCache(cacheDir: string): Record<string, Tuning> {
  try {
    return TuningFile.parse(JSON.parse(readFileSync(cachePath(cacheDir), "utf8")));
  } catch {
    // None yet, or one of another version: measured anew.
    return {};
  }
}
