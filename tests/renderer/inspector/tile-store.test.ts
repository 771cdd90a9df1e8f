import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Failure, type Picture, TILE_APRON_PX } from "../../../preload/contract.ts";
import { type FetchedTile, TileFailure } from "../../../renderer/inspector/tiles/fetch-tile.ts";
import { MAX_IN_FLIGHT } from "../../../renderer/inspector/tiles/tile-fetches.ts";
import { coarsest, type TilePlace, tileId, tileSize } from "../../../renderer/inspector/tiles/tile-grid.ts";
import { TileStore } from "../../../renderer/inspector/tiles/tile-store.ts";
import type { WantedTile } from "../../../renderer/inspector/tiles/wanted-tile.ts";

const PICTURE: Picture = { key: "a", width: 8192, height: 8192 };
const TILE_BYTES = 520 * 520 * 3;

function wanted(x: number, y = 0, { picture = PICTURE, level = 0, isInSight = true } = {}): WantedTile {
  const place = { picture, level, x, y };
  return { ...place, id: tileId(place), isInSight };
}

function samplesOf(place: TilePlace, value = 7): FetchedTile {
  const { width, height } = tileSize(place);
  return { samples: new Uint8Array(width * height * 3).fill(value), isPreview: false };
}

/** A store whose fetches are answered by the test, and whose clock is the test's. */
function openStore(limitBytes?: number, { mindsAbort = true } = {}) {
  const asked = new Map<string, { place: TilePlace; signal: AbortSignal; give: (tile: FetchedTile | Error) => void }>();
  const order: string[] = [];
  const timers: { ms: number; run: () => void; isOff: boolean }[] = [];
  const store = new TileStore({
    ...(limitBytes !== undefined && { limitBytes }),
    fetchTile: (place, signal) =>
      new Promise((resolve, reject) => {
        order.push(tileId(place));
        const give = (tile: FetchedTile | Error) => (tile instanceof Error ? reject(tile) : resolve(tile));
        asked.set(tileId(place), { place, signal, give });
        if (mindsAbort) signal.addEventListener("abort", () => reject(signal.reason));
      }),
    later: (ms, run) => {
      const timer = { ms, run, isOff: false };
      timers.push(timer);
      return () => {
        timer.isOff = true;
      };
    },
  });
  const give = async (tile: WantedTile, answer: FetchedTile | Error = samplesOf(tile)) => {
    const found = asked.get(tile.id);
    asked.delete(tile.id);
    found?.give(answer);
    await settled();
  };
  return { store, asked, order, timers, give };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("getting tiles", () => {
  test("they are asked for in their order, a few at a time", async () => {
    const { store, order, give } = openStore();
    const tiles = Array.from({ length: 12 }, (_, x) => wanted(x));
    store.want(tiles);
    expect(order).toEqual(tiles.slice(0, MAX_IN_FLIGHT).map(({ id }) => id));
    expect(store.counts()).toEqual({ tiles: 0, bytes: 0, pending: MAX_IN_FLIGHT });
    await give(tiles[3] as WantedTile);
    expect(order.at(-1)).toBe(tiles[MAX_IN_FLIGHT]?.id);
    expect(store.counts()).toEqual({ tiles: 1, bytes: TILE_BYTES, pending: MAX_IN_FLIGHT });
  });

  test("what is not wanted any more is called off, what still is goes on", () => {
    const { store, asked, order } = openStore();
    const [a, b, c] = [wanted(0), wanted(1), wanted(2)];
    store.want([a, b]);
    store.want([c, b]);
    expect(asked.get(a.id)?.signal.aborted).toBe(true);
    expect(asked.get(b.id)?.signal.aborted).toBe(false);
    expect(order).toEqual([a.id, b.id, c.id]);
    expect(store.counts().pending).toBe(2);
  });

  test("what is out of sight gives its place to what has come into sight", () => {
    const { store, asked } = openStore();
    const around = Array.from({ length: MAX_IN_FLIGHT }, (_, x) => wanted(x, 5, { isInSight: false }));
    store.want(around);
    const seen = [wanted(0), wanted(1), wanted(2)];
    store.want([...seen, ...around]);
    for (const { id } of seen) expect(asked.get(id)?.signal.aborted).toBe(false);
    expect(around.filter(({ id }) => asked.get(id)?.signal.aborted === false)).toHaveLength(MAX_IN_FLIGHT - 3);
    expect(store.counts().pending).toBe(MAX_IN_FLIGHT);
  });

  test.each([true, false])(
    "a tile that was called off is neither kept nor a failure; it came nevertheless: %s",
    async (came) => {
      const { store, give } = openStore(undefined, { mindsAbort: !came });
      let told = 0;
      store.onFailure(() => told++);
      const tile = wanted(0);
      store.want([tile]);
      store.want([]);
      await give(tile);
      expect(store.counts()).toEqual({ tiles: 0, bytes: 0, pending: 0 });
      expect(told).toBe(0);
    },
  );

  test("a preview is shown, and the exact tile asked for again, later every time", async () => {
    const { store, give, timers, order } = openStore();
    let calls = 0;
    store.onTiles(() => calls++);
    const tile = wanted(0);
    store.want([tile]);
    await give(tile, { ...samplesOf(tile, 1), isPreview: true });
    expect(store.get(tile.id)?.isPreview).toBe(true);
    expect(store.colourAt(PICTURE, 3, 3)).toBeUndefined();
    store.want([tile]);
    expect(order).toHaveLength(1);
    timers[0]?.run();
    expect(order).toHaveLength(2);
    await give(tile, { ...samplesOf(tile, 2), isPreview: true });
    expect(timers.map(({ ms }) => ms)).toEqual([300, 450]);
    timers[1]?.run();
    await give(tile, samplesOf(tile, 3));
    expect(store.get(tile.id)?.isPreview).toBe(false);
    expect(store.colourAt(PICTURE, 3, 3)).toEqual([3, 3, 3]);
    expect(store.counts()).toEqual({ tiles: 1, bytes: TILE_BYTES, pending: 0 });
    expect(calls).toBe(3);
    expect(order).toHaveLength(3);
  });

  test("the wait for an exact tile ends when it is not wanted", async () => {
    const { store, give, timers } = openStore();
    const tile = wanted(0);
    store.want([tile]);
    await give(tile, { ...samplesOf(tile), isPreview: true });
    store.want([]);
    expect(timers[0]?.isOff).toBe(true);
  });

  test("a failure is told once for a picture; the tile is tried again later", async () => {
    const { store, give, timers, order } = openStore();
    const told: [string, Failure][] = [];
    store.onFailure((key, failure) => told.push([key, failure]));
    const [a, b] = [wanted(0), wanted(1)];
    store.want([a, b]);
    const failure = { code: "FILE_MISSING", message: "The file is not there any more." };
    await give(a, new TileFailure(failure));
    await give(b, new TileFailure(failure));
    expect(told).toEqual([["a", failure]]);
    expect(timers.map(({ ms }) => ms)).toEqual([2000, 2000]);
    expect(store.counts().pending).toBe(0);
    timers[0]?.run();
    expect(order).toEqual([a.id, b.id, a.id]);
    await give(a);
    expect(store.get(a.id)).toBeDefined();
  });

  test("samples that are too few are a failure with both numbers, and not a tile", async () => {
    const { store, give } = openStore();
    const told: string[] = [];
    store.onFailure((_, { message }) => told.push(message));
    const tile = wanted(0);
    store.want([tile]);
    await give(tile, { samples: new Uint8Array(12), isPreview: false });
    expect(told).toEqual([expect.stringMatching(/811200.*12 came/)]);
    expect(store.counts().tiles).toBe(0);
  });

  test("an answer that does not come is a failure like any other", async () => {
    const { store, give } = openStore();
    const told: string[] = [];
    store.onFailure((_, { code }) => told.push(code));
    const tile = wanted(0);
    store.want([tile]);
    await give(tile, new TypeError("Failed to fetch"));
    expect(told).toEqual(["INTERNAL"]);
  });
});

describe("keeping tiles", () => {
  test("what was in sight longest ago goes first", async () => {
    const { store, give } = openStore(TILE_BYTES * 3);
    const [a, b, c, d] = [wanted(0), wanted(1), wanted(2), wanted(3)];
    for (const tile of [a, b, c]) {
      store.want([tile]);
      await give(tile);
    }
    store.want([a]);
    store.want([d]);
    await give(d);
    expect([a, b, c, d].map(({ id }) => store.get(id) !== undefined)).toEqual([true, false, true, true]);
  });

  test("what is in sight stays, even where it alone is more than the limit", async () => {
    const { store, give } = openStore(TILE_BYTES * 2);
    const tiles = [0, 1, 2, 3].map((x) => wanted(x));
    store.want(tiles);
    for (const tile of tiles) await give(tile);
    expect(store.counts().tiles).toBe(4);
    store.want([]);
    expect(store.counts().bytes).toBeLessThanOrEqual(TILE_BYTES * 2);
  });

  test("what is out of sight and does not fit is not asked for", () => {
    // Counted with what the graphics card will have of them: seven bytes a px.
    const { store, order } = openStore(520 * 520 * 7 * 3);
    const tiles = Array.from({ length: 6 }, (_, x) => wanted(x, 0, { isInSight: x < 2 }));
    store.want(tiles);
    expect(order).toEqual(tiles.slice(0, 3).map(({ id }) => id));
  });

  test("what painters hold is counted, and freed with its tile", async () => {
    const { store, give } = openStore();
    const tile = wanted(0);
    store.want([tile]);
    await give(tile);
    const kept = store.get(tile.id);
    if (kept === undefined) throw new Error("Expected the tile");
    let freed = 0;
    store.hold(kept, store, 1000, () => freed++);
    expect(store.counts().bytes).toBe(TILE_BYTES + 1000);
    store.hold(kept, store, 500, () => freed++);
    expect([freed, store.counts().bytes]).toEqual([1, TILE_BYTES + 500]);
    store.clear();
    expect([freed, store.counts().bytes]).toEqual([2, 0]);
    // Too late: the tile has gone.
    store.hold(kept, store, 500, () => freed++);
    expect([freed, store.counts().bytes]).toEqual([3, 0]);
  });

  test("whatever is wanted and comes: bytes are counted right, kept to the limit, and nothing in sight is dropped", async () => {
    const step = fc.record({
      x: fc.integer({ min: 0, max: 12 }),
      y: fc.integer({ min: 0, max: 12 }),
      columns: fc.integer({ min: 1, max: 3 }),
      rows: fc.integer({ min: 1, max: 2 }),
      holds: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const limit = 520 * 520 * 7 * 8;
        const { store, asked } = openStore(limit);
        const whole = coarsest(PICTURE);
        for (const { x, y, columns, rows, holds } of steps) {
          const seen = Array.from({ length: columns * rows }, (_, i) =>
            wanted(x + (i % columns), y + Math.floor(i / columns)),
          );
          const ring = [wanted(x, y + rows, { isInSight: false }), wanted(x + columns, y, { isInSight: false })];
          store.want([{ ...whole, id: tileId(whole), isInSight: true }, ...seen, ...ring]);
          while (asked.size > 0) {
            for (const [id, { place, give }] of asked) {
              asked.delete(id);
              give(samplesOf(place));
            }
            await settled();
          }
          for (const { id } of seen) {
            const tile = store.get(id);
            expect(tile).toBeDefined();
            if (holds && tile !== undefined) store.hold(tile, asked, 520 * 520 * 4, () => {});
          }
          for (const { id } of [...seen, { id: tileId(whole) }]) expect(store.get(id)).toBeDefined();
          expect(store.counts().bytes).toBeLessThanOrEqual(limit);
        }
        store.release("all", asked);
        expect(store.counts().bytes).toBe(
          Array.from({ length: 16 * 16 }, (_, i) => store.get(wanted(i % 16, i >> 4).id)?.samples.length ?? 0).reduce(
            (a, b) => a + b,
            store.get(tileId(whole))?.samples.length ?? 0,
          ),
        );
      }),
      { numRuns: 25 },
    );
  });
});

test("the colour of a px is that of level 0, at its place in its tile", async () => {
  const picture = { key: "b", width: 700, height: 600 };
  const { store, give } = openStore();
  const tile = wanted(1, 1, { picture });
  store.want([tile]);
  const { samples } = samplesOf(tile);
  const { width } = tileSize(tile);
  samples.set([9, 8, 7], ((20 + TILE_APRON_PX) * width + 30 + TILE_APRON_PX) * 3);
  await give(tile, { samples, isPreview: false });
  expect(store.colourAt(picture, 542.9, 532.1)).toEqual([9, 8, 7]);
  expect(store.colourAt(picture, 541.9, 532.1)).toEqual([7, 7, 7]);
  for (const [x, y] of [
    [3, 3],
    [700, 520],
    [600, -1],
    [Number.NaN, 3],
  ] as const) {
    expect(store.colourAt(picture, x, y)).toBeUndefined();
  }
});
