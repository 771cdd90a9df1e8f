import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ModelFacts } from "../main/core/enhance.ts";
import { Ledger } from "../main/queue/ledger.ts";
import type { BatchSettings, PlannedPhoto } from "../main/queue/plan.ts";
import { QueueStore } from "../main/queue/store.ts";
import { nextTurn } from "../main/system/next-turn.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const MEGABYTE = 1024 * 1024;

/** What the queue itself takes with many jobs in it: times in ms, each the slowest of its kind. */
export async function benchStore(folder: string, count: number, model: ModelFacts): Promise<Record<string, unknown>> {
  const target = join(folder, "store");
  mkdirSync(target, { recursive: true });
  const ledger = Ledger.open(target);
  const store = new QueueStore(ledger.books, target);
  const photos = Array.from({ length: count }, (_, i) => photoOf(i, model));
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const [addMs] = await timed(() => store.add({ name: "many", target, settings: settingsOf(model) }, photos, () => 1));
  loop.disable();
  const [addAgainMs, again] = await timed(() =>
    store.add({ name: "again", target, settings: settingsOf(model) }, photos, () => 1),
  );
  const pages = await pageMs(store);
  const claims: number[] = [];
  const heap: number[] = [];
  for (let i = 0; i < count; i++) {
    // As in real life: between two photos the event loop turns, and libsql lets go of what was collected.
    await nextTurn();
    const [ms, job] = await timed(async () => store.claim());
    claims.push(ms);
    if (job === undefined) throw new Error("Expected a job to claim.");
    store.identify(job.id, "0".repeat(64), "1".repeat(64));
    const result = { width: 1, height: 1, bytes: 1, sha256: "2".repeat(64), flags: [], notes: [] };
    store.finish(job.id, result, () => ledger.claim(job.output, job.source, "0", "1"));
    // What has piled up by the first tenth, and what has come on top by the end; collected often, so that it is no garbage.
    if ((i + 1) % Math.ceil(count / 10) === 0) heap.push(memory());
  }
  claims.sort((a, b) => a - b);
  const [batchesMs] = await timed(async () => store.batches());
  ledger.close();
  return {
    jobs: count,
    addMs,
    longestBlockMs: loop.max / 1e6,
    addAgainMs,
    knownAgain: again.known,
    claimMedianMs: claims[Math.floor(count / 2)],
    claim99Ms: claims[Math.floor(count * 0.99)],
    claimsUnder5Ms: claims.filter((ms) => ms < 5).length,
    claimSlowestMs: claims.at(-1),
    pageSlowestMs: pages.at(-1),
    batchesMs,
    memoryMb: heap.map((bytes) => Math.round(bytes / MEGABYTE)),
  };
}

/** What a run told of its time: the estimate of the whole, at each tile, against the whole as it came out. */
export function steadiness(
  events: readonly { readonly atMs: number; readonly msLeft: number; readonly share: number }[],
  totalMs: number,
): Record<string, number> {
  const estimates = events.filter(({ share }) => share >= 0.05).map(({ atMs, msLeft }) => atMs + msLeft);
  const [low, high] = [Math.min(...estimates), Math.max(...estimates)];
  return { lowestEstimate: low / totalMs, highestEstimate: high / totalMs, swing: (high - low) / totalMs };
}

async function timed<T>(act: () => Promise<T>): Promise<readonly [ms: number, value: T]> {
  const start = performance.now();
  const value = await act();
  return [performance.now() - start, value];
}

async function pageMs(store: QueueStore): Promise<readonly number[]> {
  const times: number[] = [];
  let after: Parameters<QueueStore["list"]>[0]["after"];
  for (;;) {
    const [ms, page] = await timed(async () => store.list({ limit: 100, ...(after === undefined ? {} : { after }) }));
    times.push(ms);
    after = page.at(-1);
    if (after === undefined) return times.sort((a, b) => a - b);
  }
}

/** Resident bytes after a full collection: what is not garbage. */
function memory(): number {
  collect();
  return process.memoryUsage().rss;
}

function photoOf(i: number, model: ModelFacts): PlannedPhoto {
  const place = `2026/day ${i % 31}/IMG_${i}.jpg`;
  return {
    photo: { path: join("/photos", place), place },
    header: { format: "jpeg", size: { width: 6000, height: 4000 }, bits: 8, hasAlpha: false, wear: {} },
    model,
    stamp: { bytes: 1e7, mtimeMs: 1 },
    format: "jpeg",
    target: { width: 24_000, height: 16_000 },
    passes: 1,
    output: place,
  };
}

function settingsOf(model: ModelFacts): BatchSettings {
  return {
    model,
    restoring: undefined,
    size: { kind: "native" },
    strength: 1,
    format: "keep",
    quality: undefined,
    stripGps: false,
    device: "cpu",
    threads: 1,
    allowSpinning: true,
    tilePx: undefined,
    maxMegapixels: 400,
    overwrite: false,
  };
}
