import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { inspectCalls } from "../../main/app/inspect-calls.ts";
import { Live, type LiveEngine } from "../../main/app/live.ts";
import { madeResult } from "../../main/app/made-results.ts";
import { Patches } from "../../main/app/patches.ts";
import { placesFor } from "../../main/app/places.ts";
import { Pyramids } from "../../main/app/pyramids.ts";
import { QueueDesk } from "../../main/app/queue-desk.ts";
import { powerOf } from "../../main/app/recipe.ts";
import type { LiveRegionRequest } from "../../main/core/enhance.ts";
import { EngineClient } from "../../main/engine/client.ts";
import { spawnEngine } from "../../main/engine/spawn.ts";
import { Library } from "../../main/library/library.ts";
import { PyramidCache } from "../../main/library/pyramid-cache.ts";
import type { QueueEvent } from "../../main/queue/queue-event.ts";
import { DEFAULT_SETTINGS, type LiveRequest } from "../../preload/contract.ts";
import { scanned, until } from "../helpers/library.ts";
import { CATALOGUE, ROOT } from "../helpers/models.ts";
import { card } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

const recipe = { ...DEFAULT_SETTINGS.recipe, model: "srgan-x4" };
const PIN = { uid: "aaaaaaaa-1", name: "eye", x: 0.5, y: 0.25 };

function engineIn(folder: string): EngineClient {
  const engine = new EngineClient({
    start: () =>
      spawnEngine({
        nodePath: process.execPath,
        entryPath: join(ROOT, "dist", "engine.js"),
        cacheDir: join(folder, "cache"),
        version: "0",
        onLog: () => {},
      }),
  });
  onTestFinished(() => engine.close());
  return engine;
}

/** What the inspector's calls need, on real engines, with three photos in the library. */
async function inspector(folder = tempDir()) {
  const root = join(folder, "in");
  mkdirSync(root, { recursive: true });
  for (const name of ["a.png", "b.png", "c.png"]) {
    await card(100, name === "a.png" ? 70 : 50)
      .png()
      .toFile(join(root, name));
  }
  const [worker, viewer] = [engineIn(folder), engineIn(folder)];
  const library = Library.open({
    path: join(folder, "library.db"),
    viewer,
    maxMegapixels: 100,
    thumbnails: { folder: join(folder, "thumbnails"), longEdgePx: 256, has: () => false, made: () => {} },
  });
  const folders = { modelsDir: join(ROOT, "models"), userModelsDir: join(folder, "models") };
  const events: QueueEvent[] = [];
  const noting: Promise<void>[] = [];
  const desk = new QueueDesk({
    path: join(folder, "queue.db"),
    engine: worker,
    probe: (path, maxMegapixels) => viewer.probe(path, maxMegapixels),
    folders,
    canvasCacheBytes: 1e9,
    power: () => powerOf(DEFAULT_SETTINGS),
    listener: (event) => {
      events.push(event);
      if (event.type !== "done") return;
      const id = library.idOfPath(event.job.source);
      const note = async () => {
        const made = await madeResult(desk, folders, event.job, library.row(id ?? 0)?.width ?? 1);
        if (id !== undefined && made !== undefined) library.noteResult(id, made);
      };
      noting.push(note());
    },
    onBroken: (error) => {
      throw error;
    },
  });
  onTestFinished(async () => {
    await desk.close();
    await library.close();
  });
  await library.add([root]);
  await scanned(library);
  await until(() => library.page(0, 9).every(({ width }) => width !== undefined));
  const [a, b, c] = library.page(0, 9).map(({ id }) => id) as [number, number, number];
  const asked: LiveRegionRequest[] = [];
  const engine: LiveEngine = {
    live: (request, control) => {
      asked.push(request);
      return worker.live(request, control as never);
    },
  };
  const patches = new Patches(join(folder, "patches"));
  let target: string | undefined;
  const pyramids = new Pyramids(new PyramidCache({ folder: join(folder, "pyramids") }), viewer);
  const measureTrust = viewer.measureTrust.bind(viewer);
  const live = new Live({
    library,
    desk,
    engine,
    measureTrust,
    folders,
    patches,
    target: () => target,
    power: () => powerOf(DEFAULT_SETTINGS),
    workDir: join(folder, "live"),
  });
  const calls = inspectCalls({ library, desk, folders, pyramids, live, measureTrust });
  const enhance = async (ids: readonly number[], how = recipe) => {
    const photos = await Promise.all(
      ids.map(async (id) => ({ path: (await library.pathOf(id)) ?? "", folderName: "in", place: `${id}.png` })),
    );
    return desk.enhance(placesFor(photos), how, join(folder, "out"), "batch");
  };
  const done = async (count: number) => {
    await until(() => events.filter(({ type }) => type === "done").length >= count);
    await Promise.all(noting);
  };
  const setTarget = (path: string) => {
    target = path;
  };
  return { folder, library, desk, calls, patches, asked, pyramids, enhance, done, setTarget, ids: [a, b, c] as const };
}

const lensOn = (photo: number, part: Partial<LiveRequest> = {}): LiveRequest => ({
  photo,
  recipe,
  rect: { x: 10, y: 10, width: 20, height: 20 },
  shrink: 0,
  infer: true,
  lane: "lens",
  ...part,
});

describe("what can be compared with a photo", () => {
  test("is the original, what waits for it, and then its results until they are gone", async () => {
    const { calls, desk, enhance, done, ids, folder, pyramids } = await inspector();
    const [a] = ids;
    const before = await calls.inspect(a, "now");
    expect(before).toMatchObject({ photo: a, results: [], lost: 0, waiting: undefined, pins: [], tests: [] });
    expect(before.original).toMatchObject({ width: 100, height: 70 });
    expect((await pyramids.tile(before.original.key, { level: 0, x: 0, y: 0 }))?.samples.length).toBe(108 * 78 * 3);
    const half = { ...recipe, strength: 0.5, size: { kind: "scale", scale: 2 } } as const;
    await enhance([a], half);
    expect((await calls.inspect(a, "now")).waiting).toMatchObject({
      model: "srgan-x4",
      strength: 0.5,
      size: half.size,
    });
    desk.start();
    await done(1);
    const after = await calls.inspect(a, "now");
    expect(after.waiting).toBeUndefined();
    expect(after.results).toEqual([
      expect.objectContaining({
        width: 200,
        height: 140,
        model: "srgan-x4",
        scale: 2,
        strength: 0.5,
        realism: undefined,
      }),
    ]);
    const key = after.results[0]?.key ?? "";
    expect((await pyramids.tile(key, { level: 0, x: 0, y: 0 }))?.samples.length).toBe(208 * 148 * 3);
    const map = await calls.trust({ kind: "source", photo: a, result: key });
    expect(map).toMatchObject({ cellPx: 8, across: 13, down: 9, area: { x: 0, y: 0, width: 100, height: 70 } });
    expect(map.cells).toHaveLength(13 * 9);
    await expect(calls.trust({ kind: "source", photo: a, result: before.original.key })).rejects.toMatchObject({
      code: "USAGE",
    });
    // Its entry in the queue is not needed for it.
    desk.clear("all");
    expect((await calls.inspect(a, "ahead")).results).toHaveLength(1);
    const output = join(folder, "out", `${a}.png`);
    expect(existsSync(output)).toBe(true);
    writeFileSync(output, "something else");
    expect(await calls.inspect(a, "now")).toMatchObject({ results: [], lost: 1 });
  });

  test("of a mix of models says the mix and the share", async () => {
    const { calls, desk, enhance, done, ids } = await inspector();
    const [a] = ids;
    const { id } = CATALOGUE.realism;
    await enhance([a], { ...recipe, model: id, realism: 0.25 });
    expect((await calls.inspect(a, "now")).waiting).toMatchObject({ model: id, realism: 0.25 });
    desk.start();
    await done(1);
    expect((await calls.inspect(a, "now")).results).toMatchObject([
      { model: id, realism: 0.25, scale: 4, strength: 1 },
    ]);
  });
});

test("a pin is on all photos of the batch, also of one that came to it later and after the queue is empty", async () => {
  const { calls, desk, enhance, ids } = await inspector();
  const [a, b, c] = ids;
  await enhance([a, b]);
  await calls.setPin(a, PIN);
  await enhance([a, c], { ...recipe, strength: 0.5 });
  const pinsOf = async (photo: number) => (await calls.inspect(photo, "now")).pins;
  expect(await pinsOf(b)).toEqual([PIN]);
  expect(await pinsOf(c)).toEqual([PIN]);
  desk.scheduler.cancel("all");
  desk.clear("all");
  expect(await pinsOf(b)).toEqual([PIN]);
  expect(await pinsOf(c)).toEqual([]);
  await calls.removePin(b, PIN.uid);
  expect(await pinsOf(a)).toEqual([]);
  await calls.saveBlindTest(a, { a: "original", b: "result", trials: 10, correct: 9, madeMs: 1 });
  expect((await calls.inspect(a, "now")).tests).toHaveLength(1);
});

describe("a live part", () => {
  test("is given out once, and its tiles are the job's: those of the batch that waits", async () => {
    const { calls, desk, enhance, done, ids, folder, patches, asked } = await inspector();
    const [a] = ids;
    await enhance([a]);
    const patch = await calls.live(lensOn(a));
    expect(asked[0]?.workDir).toBe(join(folder, "out", ".silvergrain", "work"));
    expect(patch.tilesInferred).toBeGreaterThan(0);
    expect(patch.isWhole).toBe(true);
    const samples = await patches.take(patch.token ?? "");
    expect(samples?.length).toBe(patch.width * patch.height * 4);
    expect(await patches.take(patch.token ?? "")).toBeUndefined();
    expect((await calls.live(lensOn(a))).tilesInferred).toBe(0);
    desk.start();
    await done(1);
    expect(desk.store.jobsOf(asked[0]?.source ?? "", ["done"])[0]?.result?.notes).toContain("resumed");
  });

  test("without a batch goes to the folder of the results, and without one to the cache", async () => {
    const { calls, ids, folder, asked, setTarget } = await inspector();
    const [a] = ids;
    await calls.live(lensOn(a));
    expect(asked.at(-1)?.workDir).toBe(join(folder, "live"));
    mkdirSync(join(folder, "out"));
    setTarget(join(folder, "out"));
    await calls.live(lensOn(a, { recipe: { ...recipe, strength: 0.9 } }));
    expect(asked.at(-1)?.workDir).toBe(join(folder, "out", ".silvergrain", "work"));
    setTarget(join(folder, "gone"));
    await calls.live(lensOn(a, { recipe: { ...recipe, strength: 0.8 } }));
    expect(asked.at(-1)?.workDir).toBe(join(folder, "live"));
    expect(existsSync(join(folder, "gone"))).toBe(false);
  });

  test("of twenty places leaves no queue: one or two are asked for, all but the last are dropped", async () => {
    const { calls, ids, asked } = await inspector();
    const [a] = ids;
    await calls.live(lensOn(a));
    const since = asked.length;
    const places = Array.from({ length: 20 }, (_, i) =>
      Promise.resolve(calls.live(lensOn(a, { rect: { x: i * 4, y: 5, width: 9, height: 9 } }))).then(
        () => "done",
        ({ code }: { readonly code: string }) => code,
      ),
    );
    const ended = await Promise.all(places);
    expect(ended.slice(0, -1).every((each) => each === "CANCELLED")).toBe(true);
    expect(ended.at(-1)).toBe("done");
    expect(asked.length - since).toBeLessThanOrEqual(2);
  });

  test("that is dropped is told, and lanes do not drop each other's", async () => {
    const { calls, ids } = await inspector();
    const [a] = ids;
    const lens = calls.live(lensOn(a));
    const view = calls.live(lensOn(a, { lane: "view" }));
    await calls.dropLive("lens");
    await expect(lens).rejects.toMatchObject({ code: "CANCELLED" });
    expect((await view).isWhole).toBe(true);
  });

  test("of more than one pass, or of a photo that is large enough, is refused in words", async () => {
    const { calls, ids } = await inspector();
    const [a] = ids;
    const eight = { ...recipe, size: { kind: "scale", scale: 8 } } as const;
    await expect(calls.live(lensOn(a, { recipe: eight }))).rejects.toMatchObject({
      code: "USAGE",
      message: expect.stringContaining("more than one pass"),
    });
    const small = { ...recipe, size: { kind: "long-edge", px: 50 } } as const;
    await expect(calls.live(lensOn(a, { recipe: small }))).rejects.toMatchObject({
      code: "USAGE",
      message: expect.stringContaining("as large already"),
    });
  });

  test("that only shows what is there has nothing to show at first", async () => {
    const { calls, ids } = await inspector();
    expect(await calls.live(lensOn(ids[0], { infer: false }))).toMatchObject({ token: undefined, isWhole: false });
  });
});

test("two models are compared in a part of a photo, and too large a part is refused", async () => {
  const { calls, ids, folder } = await inspector();
  const [a] = ids;
  const rect = { x: 20, y: 10, width: 40, height: 30 };
  const map = await calls.trust({ kind: "models", photo: a, rect });
  expect(map).toMatchObject({ cellPx: 8, across: 5, down: 4, area: rect });
  expect(Math.max(...map.cells)).toBeGreaterThan(0);
  expect(readdirSync(join(folder, "patches"))).toEqual([]);
  await expect(
    calls.trust({ kind: "models", photo: a, rect: { x: 200, y: 0, width: 5, height: 5 } }),
  ).rejects.toMatchObject({ code: "USAGE" });
});
