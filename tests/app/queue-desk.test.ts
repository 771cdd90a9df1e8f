import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { QueueDesk } from "../../main/app/queue-desk.ts";
import { QueueView } from "../../main/app/queue-view.ts";
import { powerOf } from "../../main/app/recipe.ts";
import { EngineClient } from "../../main/engine/client.ts";
import { spawnEngine } from "../../main/engine/spawn.ts";
import { LEDGER_FOLDER, Ledger } from "../../main/queue/ledger.ts";
import type { BatchPhoto } from "../../main/queue/plan.ts";
import type { QueueEvent } from "../../main/queue/queue-event.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../preload/contract.ts";
import { ROOT } from "../helpers/models.ts";
import { card, pixelsOf } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

/** A desk on a real engine, with three small photos to do. */
async function deskIn(folder: string, beforeProbe: () => Promise<void> = async () => {}) {
  mkdirSync(join(folder, "in"), { recursive: true });
  const photos: BatchPhoto[] = [];
  for (const name of ["a.png", "b.png", "c.png"]) {
    const path = join(folder, "in", name);
    if (!existsSync(path)) await card(40, 30).png().toFile(path);
    photos.push({ path, place: name });
  }
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
  const events: QueueEvent[] = [];
  /** As a user sets them. */
  const limits: Pick<Settings, "device" | "threads"> & { canvasBytes: number } = {
    device: DEFAULT_SETTINGS.device,
    threads: DEFAULT_SETTINGS.threads,
    canvasBytes: 1e8,
  };
  const asked: string[] = [];
  const { enhance } = engine;
  Object.assign(engine, {
    enhance: ((request, control) => {
      asked.push(`${request.device} ${request.threads} ${request.allowSpinning}`);
      return enhance(request, control);
    }) satisfies EngineClient["enhance"],
  });
  const desk = new QueueDesk({
    path: join(folder, "queue.db"),
    engine,
    probe: async (path, maxMegapixels) => {
      await beforeProbe();
      return engine.probe(path, maxMegapixels);
    },
    folders: { modelsDir: join(ROOT, "models"), userModelsDir: join(folder, "models") },
    get canvasCacheBytes() {
      return limits.canvasBytes;
    },
    power: () => powerOf(limits),
    listener: (event) => events.push(event),
    onBroken: (error) => {
      throw error;
    },
  });
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    await desk.close();
  };
  onTestFinished(close);
  const ended = (type: QueueEvent["type"]) => events.filter((event) => event.type === type).length;
  return { desk, photos, target: join(folder, "out"), ended, close, limits, asked };
}

const recipe = { ...DEFAULT_SETTINGS.recipe, model: "srgan-x4" };

describe("the app's queue", () => {
  test("plans without making anything, enhances, and finds what is done", async () => {
    const { desk, photos, target, ended } = await deskIn(tempDir());
    const plan = await desk.plan(photos, recipe, target, new AbortController().signal);
    expect(plan).toMatchObject({
      todo: 3,
      skipped: [],
      failed: [],
      device: "cpu",
      largest: { width: 160, height: 120 },
    });
    expect(plan.ms).toBeGreaterThan(0);
    expect(plan.freeBytes).toBeGreaterThan(0);
    expect(existsSync(target)).toBe(false);

    desk.start();
    const { batch, added } = await desk.enhance(photos, recipe, target, "three");
    expect(added).toBe(3);
    await expect.poll(() => ended("done"), { timeout: 60_000 }).toBe(3);
    expect((await pixelsOf(join(target, "a.png"))).info).toMatchObject({ width: 160, height: 120 });

    desk.closeIdleLedgers();
    const again = await desk.plan(photos, recipe, target, new AbortController().signal);
    expect(again).toMatchObject({ todo: 0, skipped: [{ reason: "done", photos: 3 }] });
    expect(readFileSync(await desk.report(batch as number), "utf8").split("\n").length).toBeGreaterThan(3);
  });

  test("is left in the middle and goes on when it is opened again", async () => {
    const folder = tempDir();
    const first = await deskIn(folder);
    first.desk.start();
    await first.desk.enhance(first.photos, recipe, first.target, "three");
    await expect.poll(() => first.ended("started"), { timeout: 60_000 }).toBeGreaterThan(0);
    await first.close();
    const second = await deskIn(folder);
    const waiting = second.desk.store.batches()[0]?.jobs;
    expect((waiting?.queued ?? 0) + (waiting?.done ?? 0)).toBe(3);
    second.desk.start();
    await expect.poll(() => second.desk.store.batches()[0]?.jobs.done, { timeout: 60_000 }).toBe(3);
  });

  test("works with the device and the threads that are set, and keeps as many canvases as it may", async () => {
    const { desk, photos, target, ended, limits, asked } = await deskIn(tempDir());
    const canvases = () => readdirSync(join(target, LEDGER_FOLDER, "work")).filter((name) => name.endsWith(".tif"));
    limits.device = "cpu";
    limits.threads = 2;
    await desk.enhance(photos.slice(0, 1), recipe, target, "one");
    // Threads hold for what waits already, a device for what comes: it is part of how a batch was planned.
    limits.threads = 1;
    limits.device = "auto";
    desk.start();
    await expect.poll(() => ended("done"), { timeout: 60_000 }).toBe(1);
    expect(asked).toEqual(["cpu 1 false"]);
    expect(canvases()).toHaveLength(1);

    limits.threads = 2;
    limits.canvasBytes = 0;
    await desk.enhance(photos.slice(1, 2), recipe, target, "two");
    await expect.poll(() => ended("done"), { timeout: 60_000 }).toBe(2);
    expect(asked.slice(1)).toEqual(["auto 2 false"]);
    await expect.poll(canvases).toEqual([]);
  });

  test("a device that will not do is said before anything is queued", async () => {
    const { desk, photos, target, limits } = await deskIn(tempDir());
    const plan = () => desk.plan(photos, recipe, target, new AbortController().signal);
    limits.device = "cpu";
    expect(await plan()).toMatchObject({ device: "cpu" });
    // What was measured of one device says nothing of another.
    limits.device = "dml";
    await expect(plan()).rejects.toMatchObject({ code: "DEVICE_UNAVAILABLE" });
    await expect(desk.enhance(photos, recipe, target, "three")).rejects.toMatchObject({ code: "DEVICE_UNAVAILABLE" });
    limits.device = "cpu";
    expect(await plan()).toMatchObject({ device: "cpu" });
  });

  test("plans in a folder of results while another plan is made there, photos are queued, and a batch ends", async () => {
    let pass = () => {};
    let gate = Promise.resolve();
    const { desk, photos, target } = await deskIn(tempDir(), () => gate);
    const signal = new AbortController().signal;
    await desk.enhance(photos.slice(0, 1), recipe, target, "one");
    desk.scheduler.cancel("all");
    desk.clear("all");

    gate = new Promise((resolve) => {
      pass = resolve;
    });
    const plans = [1, 2].map(() => desk.plan(photos, recipe, target, signal));
    const queued = desk.enhance(photos, recipe, target, "three");
    // As when the last photo of a batch for another folder is done.
    desk.closeIdleLedgers();
    pass();
    expect((await Promise.all(plans)).map(({ todo }) => todo)).toEqual([3, 3]);
    expect((await queued).added).toBe(3);
  });

  test("goes on in a folder that was taken away when there is one of its name again", async () => {
    const { desk, photos, target, ended } = await deskIn(tempDir());
    await desk.enhance(photos, recipe, target, "three");
    renameSync(target, `${target} away`);
    desk.start();
    await expect.poll(() => ended("batch-held"), { timeout: 60_000 }).toBe(1);
    expect(desk.store.batches()).toMatchObject([{ jobs: { queued: 3, running: 0, done: 0 } }]);
    mkdirSync(target);
    desk.setPaused(desk.store.batches()[0]?.id, false);
    await expect.poll(() => ended("done"), { timeout: 60_000 }).toBe(3);
  });

  test("lets go of a folder for which there is nothing to do", async () => {
    const { desk, photos, target } = await deskIn(tempDir());
    const size = { kind: "long-edge", px: 16 } as const;
    expect(await desk.enhance(photos, { ...recipe, size }, target, "three")).toMatchObject({ added: 0 });
    Ledger.open(target).close();
  });

  test("shows marks by photo, and batches with what is left", async () => {
    const { desk, photos, target, ended } = await deskIn(tempDir());
    const ids = new Map(photos.map(({ path }, i) => [path, i + 1]));
    const view = new QueueView(desk, {
      idOfPath: (path) => ids.get(path),
      row: () => ({ width: 40 }),
      enhanced: () => [
        { photo: 1, scale: 2, isFlagged: false },
        { photo: 9, scale: 4, isFlagged: true },
      ],
      noteEnhanced: () => {},
    });
    await desk.enhance(photos, recipe, target, "three");
    expect(view.marks().map(({ photo, state }) => [photo, state])).toEqual([
      [1, "queued"],
      [9, "done"],
      [2, "queued"],
      [3, "queued"],
    ]);
    desk.scheduler.cancel({ jobs: [desk.store.list({ limit: 1 })[0]?.id as number] });
    desk.start();
    await expect.poll(() => ended("done"), { timeout: 60_000 }).toBe(2);
    expect(view.marks().map(({ state, scale }) => [state, scale])).toEqual([
      // The first was cancelled; what was made of it before is there still.
      ["done", 2],
      ["done", 4],
      ["done", 4],
      ["done", 4],
    ]);
    expect(view.changedMarks()).toEqual([]);
    desk.clear({ jobs: [desk.store.list({ limit: 3, states: ["done"] })[0]?.id as number] });
    expect(view.changedMarks()).toMatchObject([{ photo: 2, state: "none" }]);
    expect(view.changedMarks()).toEqual([]);
    expect(view.state().batches).toMatchObject([{ name: "three", done: 1, cancelled: 1, queued: 0, running: 0 }]);
  });
});
