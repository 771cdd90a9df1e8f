import { expect, test } from "vitest";
import { QueueClock } from "../../main/queue/clock.ts";
import type { Speed } from "../../main/queue/cost.ts";
import { batchFor, openQueue, planned } from "../helpers/queue.ts";
import { tempDir } from "../helpers/temp.ts";

const PHOTOS = 50;
const TILES = 20;
const WORK = 1000;

/** Fixed "noise" from −1 to 1. */
const noise = (i: number) => ((Math.imul(i + 1, 2654435761) >>> 16) % 2001) / 1000 - 1;

interface Told {
  readonly share: number;
  readonly total: number;
  readonly photoLeft: number;
}

/** A batch of equal photos whose tiles take `tileMs`, and what the clock says at each tile. */
async function simulate(tileMs: (tile: number) => number, speed: Speed | undefined, pauseMs = 0) {
  const folder = tempDir();
  const { store, close } = openQueue(folder);
  await store.add(
    batchFor(folder),
    Array.from({ length: PHOTOS }, (_, i) => planned(`${i}.png`)),
    () => WORK,
  );
  let now = 0;
  let paused = 0;
  const clock = new QueueClock(store, speed, () => now);
  const told: Told[] = [];
  const begin = () => {
    const job = store.claim();
    if (job !== undefined) clock.begin(job);
    return job;
  };
  // The next photo is begun before one ends, as the scheduler does it; a pause puts all of them back first.
  for (let tile = 0, job = begin(), next = begin(); job !== undefined; job = next, next = begin()) {
    // What is not hidden behind inference.
    now += 300;
    const { id } = job;
    const report = (tilesDone: number) =>
      clock.progress(id, { stage: "infer", tilesDone, tilesTotal: TILES, resumed: 0 });
    report(0);
    for (let done = 1; done <= TILES; done++, tile++) {
      now += tileMs(tile);
      report(done);
      const [left, photoLeft] = [clock.msLeft(), clock.msLeftOf(id)];
      const share = tile / (PHOTOS * TILES);
      if (left !== undefined) told.push({ share, total: now - paused + left, photoLeft: photoLeft ?? -1 });
    }
    clock.progress(id, { stage: "waiting", tilesDone: TILES, tilesTotal: TILES, resumed: 0 });
    store.finish(id, { width: 1, height: 1, bytes: 1, sha256: "", flags: [], notes: [] });
    clock.end(id);
    if (pauseMs > 0 && next !== undefined) {
      clock.end(next.id);
      now += pauseMs;
      paused += pauseMs;
      clock.begin(next);
    }
  }
  const left = clock.msLeft();
  close();
  return { told, left, now: now - paused };
}

function swing(told: readonly Told[], whole: number): number {
  const totals = told.filter(({ share }) => share >= 0.05).map(({ total }) => total);
  return (Math.max(...totals) - Math.min(...totals)) / whole;
}

/** A speed that says `ms` for a whole photo. */
const speedOf = (ms: number): Speed => ({ corePx: 64, msPerMegapixel: (ms / WORK) * 1e6, mmacPerSourcePx: 1 });

test.each([
  ["nothing was measured before", undefined],
  ["the measurement was right", speedOf(TILES * 100)],
  ["the measurement was three times too fast", speedOf((TILES * 100) / 3)],
])("the time left swings by less than a fifth once a twentieth is done, where %s", async (_name, speed) => {
  const { told, left, now } = await simulate((tile) => 100 * (1 + 0.5 * noise(tile)), speed);
  expect(told.length).toBeGreaterThan(900);
  expect(swing(told, now)).toBeLessThan(0.2);
  expect(left).toBe(0);
});

test("a pause of an hour after every photo is not taken for slowness", async () => {
  const { told, now } = await simulate(() => 100, speedOf(TILES * 100), 3_600_000);
  expect(swing(told, now)).toBeLessThan(0.2);
});

test("for the photo in hand the time goes down to nothing", async () => {
  const { told } = await simulate(() => 100, speedOf(TILES * 100));
  const first = told.slice(0, TILES).map(({ photoLeft }) => photoLeft);
  expect(first).toEqual([...first].sort((a, b) => b - a));
  expect(first.at(-1)).toBe(0);
});
