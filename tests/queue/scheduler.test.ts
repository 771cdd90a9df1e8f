import { existsSync, mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { Enhance, EnhanceRequest, EnhanceResult } from "../../main/core/enhance.ts";
import { SilvergrainError } from "../../main/core/errors.ts";
import { Ledger } from "../../main/queue/ledger.ts";
import { type PlannedPhoto, stampOf } from "../../main/queue/plan.ts";
import type { QueueEvent } from "../../main/queue/queue-event.ts";
import { Scheduler, type SchedulerOptions } from "../../main/queue/scheduler.ts";
import { QueueStore } from "../../main/queue/store.ts";
import { canvasKey } from "../../main/system/canvas-key.ts";
import { hashBytes, hashFile } from "../../main/system/hash-file.ts";
import { FAKE_MODEL } from "../helpers/models.ts";
import { batchFor, findFakeModel, planned } from "../helpers/queue.ts";
import { tempDir } from "../helpers/temp.ts";

const TILES = 4;

type Step = (request: EnhanceRequest, control: Parameters<Enhance>[1]) => Promise<void> | void;

/** An engine that makes a file of the photo's name, tile by tile; `before` may make trouble. */
function fakeEngine(before: Step = () => {}) {
  const calls: { readonly name: string; readonly careful: boolean }[] = [];
  let inHand = 0;
  let most = 0;
  const enhance: Enhance = async (request, control) => {
    calls.push({ name: request.source.split("/").at(-1) as string, careful: control.careful === true });
    inHand++;
    most = Math.max(most, inHand);
    try {
      await before(request, control);
      for (let tilesDone = 0; tilesDone <= TILES; tilesDone++) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (control.signal?.aborted === true) throw new SilvergrainError("CANCELLED", "Stopped before it was done.");
        control.onProgress?.({ stage: "infer", tilesDone, tilesTotal: TILES, resumed: 0 });
      }
      mkdirSync(join(request.output, ".."), { recursive: true });
      writeFileSync(request.output, request.source);
      return await resultOf(request);
    } finally {
      inHand--;
    }
  };
  return { enhance, calls, most: () => most };
}

async function resultOf(request: EnhanceRequest): Promise<EnhanceResult> {
  return {
    ...request.target,
    bytes: statSync(request.output).size,
    sha256: await hashFile(request.output),
    device: "cpu",
    tilePx: 64,
    tilesInferred: TILES,
    tilesResumed: 0,
    inferenceMs: 1,
    totalMs: 2,
    flags: [],
    notes: [],
  };
}

/** A target folder with photos on the disk, a queue with all of them in it, and a scheduler for it. */
async function queueOf(
  names: readonly string[],
  options: Partial<SchedulerOptions> & { readonly now?: () => number } = {},
) {
  const folder = tempDir();
  const target = join(folder, "out");
  mkdirSync(join(folder, "in"));
  const photos = names.map((name) => photoAt(join(folder, "in", name), name));
  const ledger = Ledger.open(target);
  // As the app has it: batches for several folders in one queue.
  const store = new QueueStore(ledger.books, undefined, options.now);
  const { batch } = await store.add(batchFor(target), photos, () => 1);
  const events: QueueEvent[] = [];
  const scheduler = new Scheduler({
    store,
    ledgerFor: () => ledger,
    enhance: fakeEngine().enhance,
    probe: async () => ({
      ...planned("").header,
      channels: 3,
      space: "srgb",
      orientation: 1,
      pages: 1,
      hasProfile: false,
    }),
    findModel: findFakeModel,
    policy: { threads: 1, allowSpinning: true, mayOverwrite: true },
    canvasCacheBytes: 0,
    speed: undefined,
    diskPatienceMs: Number.POSITIVE_INFINITY,
    firstWaitMs: 5,
    listener: (event) => events.push(event),
    ...options,
  });
  const states = () =>
    Object.fromEntries(store.list({ limit: 1000 }).map(({ place, state, error }) => [place, error?.code ?? state]));
  const run = (signal = new AbortController().signal) => scheduler.run(signal);
  return { folder, target, store, ledger, scheduler, events, batch, states, run, photos };
}

function photoAt(path: string, name: string): PlannedPhoto {
  writeFileSync(path, `photo ${name}`);
  return planned(name, { photo: { path, place: name }, stamp: stampOf(path) });
}

const only = <T extends QueueEvent["type"]>(events: readonly QueueEvent[], type: T) =>
  events.filter((event): event is Extract<QueueEvent, { type: T }> => event.type === type);

const failing =
  (name: string, error: SilvergrainError): Step =>
  (request) => {
    if (request.source.endsWith(name)) throw error;
  };

describe("the rest goes on", () => {
  test("when a photo is corrupt, deleted or changed; each says why", async () => {
    const engine = fakeEngine(failing("bad.png", new SilvergrainError("SOURCE_CORRUPT", "bad.png is damaged.")));
    const { folder, states, run, store, events } = await queueOf(
      ["a.png", "bad.png", "gone.png", "new.png", "z.png"],
      engine,
    );
    rmSync(join(folder, "in", "gone.png"));
    writeFileSync(join(folder, "in", "new.png"), "another photo");
    await run();
    expect(states()).toEqual({
      "a.png": "done",
      "bad.png": "SOURCE_CORRUPT",
      "gone.png": "SOURCE_MISSING",
      "new.png": "SOURCE_CHANGED",
      "z.png": "done",
    });
    expect(
      only(events, "failed")
        .map(({ error }) => error.message)
        .every((text) => text.endsWith(".")),
    ).toBe(true);
    expect(store.batches()[0]?.jobs).toMatchObject({ done: 2, failed: 3, queued: 0 });
  });

  test("and a retry takes the photo as it is now", async () => {
    const { folder, states, run, store } = await queueOf(["a.png", "gone.png"]);
    const path = join(folder, "in", "gone.png");
    renameSync(path, `${path}.away`);
    await run();
    expect(states()).toMatchObject({ "gone.png": "SOURCE_MISSING" });
    writeFileSync(path, "a new photo under the old name");
    expect(store.retry("all").map(({ place }) => place)).toEqual(["gone.png"]);
    await run();
    expect(states()).toEqual({ "a.png": "done", "gone.png": "done" });
  });

  test("when a target folder is pulled out: its batch is held, and goes on when it is back", async () => {
    const { folder, states, run, store, scheduler, events, target, batch } = await queueOf(["a.png", "b.png"], {
      enhance: async (request, control) => {
        if (request.output.includes("/usb/"))
          throw new SilvergrainError("TARGET_UNWRITABLE", "Was its disk unplugged?");
        return fakeEngine().enhance(request, control);
      },
    });
    const usb = join(folder, "usb");
    const other = await store.add(
      batchFor(usb),
      [photoAt(join(folder, "in", "u.png"), "u.png"), photoAt(join(folder, "in", "v.png"), "v.png")],
      () => 1,
    );
    store.move(
      store.list({ batch: other.batch, limit: 9 }).map(({ id }) => id),
      undefined,
    );
    await run();
    expect(states()).toEqual({ "a.png": "done", "b.png": "done", "u.png": "queued", "v.png": "queued" });
    expect(store.batches().find(({ id }) => id === other.batch)).toMatchObject({
      paused: true,
      held: { code: "TARGET_UNWRITABLE", message: expect.stringContaining("unplugged") },
    });
    expect(only(events, "batch-held")).toHaveLength(1);
    expect(target).not.toBe(usb);
    expect(batch).not.toBe(other.batch);
    scheduler.setBatchPaused(other.batch, false);
    expect(store.batches().find(({ id }) => id === other.batch)?.held).toBeUndefined();
  });
});

describe("a photo that the engine dies over", () => {
  test("gets one more try, carefully and alone, and fails at the second death", async () => {
    const engine = fakeEngine(failing("bad.png", new SilvergrainError("ENGINE_DIED", "The engine died.")));
    const { states, run, events } = await queueOf(["bad.png", "b.png", "c.png"], engine);
    await run();
    expect(states()).toEqual({ "bad.png": "ENGINE_DIED", "b.png": "done", "c.png": "done" });
    expect(engine.calls.filter(({ name }) => name === "bad.png").map(({ careful }) => careful)).toEqual([false, true]);
    expect(only(events, "put-back").map(({ code }) => code)).toEqual(["ENGINE_DIED"]);
  });

  test("has nothing beside it at its second try", async () => {
    const beside: string[] = [];
    const inHand = new Set<string>();
    const engine = fakeEngine(failing("bad.png", new SilvergrainError("ENGINE_DIED", "The engine died.")));
    const { run } = await queueOf(["bad.png", "b.png", "c.png", "d.png"], {
      enhance: async (request, control) => {
        if (control.careful === true) beside.push(...inHand);
        inHand.add(request.source);
        try {
          return await engine.enhance(request, control);
        } finally {
          inHand.delete(request.source);
        }
      },
    });
    await run();
    expect(engine.calls.some(({ careful }) => careful)).toBe(true);
    expect(beside).toEqual([]);
  });

  test("is remembered over a restart of the host", async () => {
    const engine = fakeEngine(failing("bad.png", new SilvergrainError("ENGINE_HUNG", "The engine hangs.")));
    const { store, run, ledger } = await queueOf(["bad.png"], {
      ...engine,
      listener: (event) => {
        if (event.type === "put-back") stop.abort();
      },
    });
    const stop = new AbortController();
    await run(stop.signal);
    expect(store.list({ limit: 1 })[0]).toMatchObject({ state: "queued", deaths: 1 });
    expect(new QueueStore(ledger.books, undefined).list({ limit: 1 })[0]).toMatchObject({ state: "queued", deaths: 1 });
  });
});

describe("a true pause", () => {
  test("stops at the next tile, outlives a restart, and goes on", async () => {
    let paused = false;
    const { scheduler, states, run, store, events, ledger } = await queueOf(["a.png", "b.png"], {
      listener: (event) => {
        events.push(event);
        if (event.type !== "progress" || event.progress.tilesDone !== 2 || paused) return;
        paused = true;
        scheduler.setPaused(true);
      },
    });
    const running = run();
    await vi.waitFor(() => expect(only(events, "waiting").map(({ reason }) => reason)).toEqual(["paused"]), {
      timeout: 20_000,
    });
    expect(states()).toEqual({ "a.png": "queued", "b.png": "queued" });
    expect(store.list({ limit: 1 })[0]?.tilesDone).toBeGreaterThanOrEqual(2);
    expect(new QueueStore(ledger.books, undefined).isPaused).toBe(true);
    scheduler.setPaused(false);
    await running;
    expect(states()).toEqual({ "a.png": "done", "b.png": "done" });
  });

  test("one that is cancelled while it runs stops, and its file is not made", async () => {
    const { scheduler, states, run, events, store } = await queueOf(["a.png", "b.png"], {
      listener: (event) => {
        events.push(event);
        if (event.type === "progress" && event.job.place === "a.png" && event.progress.tilesDone === 1)
          scheduler.cancel({ jobs: [event.job.id] });
      },
    });
    await run();
    expect(states()).toEqual({ "a.png": "cancelled", "b.png": "done" });
    expect(only(events, "cancelled").map(({ job }) => job.place)).toEqual(["a.png"]);
    expect(store.clear("all")).toBe(2);
    expect(store.batches()).toEqual([]);
  });

  test("of a batch is waited out like one of the whole queue", async () => {
    const { scheduler, states, run, events, batch } = await queueOf(["a.png", "b.png"]);
    scheduler.setBatchPaused(batch, true);
    const running = run();
    await vi.waitFor(() => expect(only(events, "waiting").map(({ reason }) => reason)).toEqual(["paused"]), {
      timeout: 20_000,
    });
    scheduler.setBatchPaused(batch, false);
    await running;
    expect(states()).toEqual({ "a.png": "done", "b.png": "done" });
  });

  test("what was cancelled stays cancelled when a pause comes after it", async () => {
    const { scheduler, states, run, events } = await queueOf(["a.png"], {
      listener: (event) => {
        events.push(event);
        if (event.type !== "progress" || event.progress.tilesDone !== 1) return;
        scheduler.cancel("all");
        scheduler.setPaused(true);
      },
    });
    await run();
    expect(states()).toEqual({ "a.png": "cancelled" });
    expect(only(events, "cancelled")).toHaveLength(1);
    expect(only(events, "put-back")).toHaveLength(0);
  });

  test("a stop puts everything back", async () => {
    const stop = new AbortController();
    const { states, run } = await queueOf(["a.png", "b.png"], {
      listener: (event) => {
        if (event.type === "progress") stop.abort();
      },
    });
    await run(stop.signal);
    expect(states()).toEqual({ "a.png": "queued", "b.png": "queued" });
  });

  test("a stop in the middle of a claim too", async () => {
    const stop = new AbortController();
    const { states, run, store, events } = await queueOf(["a.png", "b.png"]);
    const claim = store.claim.bind(store);
    store.claim = (id) => {
      const job = claim(id);
      stop.abort();
      return job;
    };
    await run(stop.signal);
    expect(states()).toEqual({ "a.png": "queued", "b.png": "queued" });
    expect(only(events, "failed")).toEqual([]);
  });
});

describe("a full disk", () => {
  const full = new SilvergrainError("DISK_FULL", "The disk is full.");

  test("is waited for, while what fits goes on, until there is room", async () => {
    let free = 0;
    const engine = fakeEngine((request) => {
      if (request.source.endsWith("large.png") && free < 10e6) throw full;
    });
    const { states, run, events } = await queueOf(["large.png", "a.png", "b.png"], {
      ...engine,
      freeBytes: () => free,
    });
    const running = run();
    await vi.waitFor(() => expect(only(events, "waiting").map(({ reason }) => reason)).toEqual(["disk-full"]), {
      timeout: 20_000,
    });
    expect(states()).toEqual({ "large.png": "queued", "a.png": "done", "b.png": "done" });
    free = 20e6;
    await running;
    expect(states()).toEqual({ "large.png": "done", "a.png": "done", "b.png": "done" });
    expect(only(events, "going-on")).toHaveLength(1);
  });

  test("does not send ten thousand photos through the engine in vain", async () => {
    const engine = fakeEngine(() => {
      throw full;
    });
    const { run, states } = await queueOf(
      ["a", "b", "c", "d", "e", "f", "g"].map((name) => `${name}.png`),
      {
        ...engine,
        freeBytes: () => 0,
      },
    );
    const stop = new AbortController();
    const running = run(stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(new Set(engine.calls.map(({ name }) => name)).size).toBeLessThanOrEqual(5);
    stop.abort();
    await running;
    expect(new Set(Object.values(states()))).toEqual(new Set(["queued"]));
  });

  test("of which the queue itself cannot be written is waited out too, and nothing is forgotten", async () => {
    let isFull = false;
    let times = 0;
    const engine = fakeEngine((request) => {
      if (!request.source.endsWith("b.png") || times++ > 0) return;
      isFull = true;
      throw full;
    });
    const { states, run, store, events } = await queueOf(["a.png", "b.png"], {
      ...engine,
      freeBytes: () => (isFull ? 0 : 1e9),
    });
    const { release } = store;
    store.release = (id) => {
      if (isFull) throw full;
      return release.call(store, id);
    };
    const running = run();
    await vi.waitFor(() => expect(only(events, "waiting").map(({ reason }) => reason)).toEqual(["disk-full"]), {
      timeout: 20_000,
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    isFull = false;
    await running;
    expect(states()).toEqual({ "a.png": "done", "b.png": "done" });
  });

  test("on which nothing can be claimed ends the run with the reason once patience is over", async () => {
    const { run, store, states, events } = await queueOf(["a.png", "b.png"], {
      freeBytes: () => 0,
      diskPatienceMs: 20,
    });
    store.claim = () => {
      throw full;
    };
    await expect(run()).rejects.toMatchObject({ code: "DISK_FULL" });
    expect(states()).toEqual({ "a.png": "queued", "b.png": "queued" });
    expect(only(events, "waiting")).toHaveLength(1);
  });

  test("fails what does not fit once patience is over, and the rest goes on", async () => {
    const engine = fakeEngine(failing("large.png", full));
    const { states, run } = await queueOf(["large.png", "a.png"], {
      ...engine,
      freeBytes: () => 0,
      diskPatienceMs: 30,
    });
    await run();
    expect(states()).toEqual({ "large.png": "DISK_FULL", "a.png": "done" });
  });
});

test("it waits while the machine runs on its battery", async () => {
  let onBattery = true;
  const { states, run, events } = await queueOf(["a.png"], { isOnBattery: async () => onBattery, batteryEveryMs: 5 });
  const running = run();
  await vi.waitFor(() => expect(only(events, "waiting").map(({ reason }) => reason)).toEqual(["battery"]), {
    timeout: 20_000,
  });
  expect(states()).toEqual({ "a.png": "queued" });
  onBattery = false;
  await running;
  expect(states()).toEqual({ "a.png": "done" });
});

test("canvases of photos in hand are neither trimmed nor given up for room", async () => {
  const stems: string[] = [];
  const engine = fakeEngine((request) => {
    const stem = join(request.workDir, canvasKey(request));
    for (const [ending, text] of [
      ["tif", "pixels"],
      ["done", "\u0001"],
      ["json", "{}"],
    ])
      writeFileSync(`${stem}.${ending}`, text as string);
    stems.push(stem);
    if (request.source.endsWith("full.png")) throw new SilvergrainError("DISK_FULL", "The disk is full.");
  });
  let missing = 0;
  const { run } = await queueOf(["full.png", "b.png", "c.png", "d.png", "e.png"], {
    ...engine,
    diskPatienceMs: 0,
    listener: (event) => {
      // At every tile, the canvas of its photo is there.
      if (event.type === "progress" && !existsSync(`${stems.find((stem) => stem.endsWith(keyOf(event.photo)))}.tif`))
        missing++;
    },
  });
  const keyOf = (photo: PlannedPhoto) =>
    canvasKey({ sourceSha256: hashBytes(`photo ${photo.photo.place}`), model: photo.model, passes: photo.passes });
  await run();
  expect(stems.length).toBeGreaterThan(4);
  expect(missing).toBe(0);
});

describe("what is in hand at one time", () => {
  test("three photos, so that decoding and writing hide behind inference", async () => {
    const engine = fakeEngine();
    const { run } = await queueOf(
      Array.from({ length: 8 }, (_, i) => `${i}.png`),
      engine,
    );
    await run();
    expect(engine.most()).toBe(3);
  });

  test("in the queue's order, however long it takes to read each", async () => {
    const engine = fakeEngine();
    const { folder, run, store, target } = await queueOf([], engine);
    const photos = ["large.png", "b.png", "c.png"].map((name) => photoAt(join(folder, "in", name), name));
    writeFileSync(join(folder, "in", "large.png"), Buffer.alloc(50_000_000));
    const [large, ...rest] = photos as [PlannedPhoto, ...PlannedPhoto[]];
    await store.add(batchFor(target), [{ ...large, stamp: stampOf(large.photo.path) }, ...rest], () => 1);
    await run();
    expect(engine.calls.map(({ name }) => name)).toEqual(["large.png", "b.png", "c.png"]);
  });

  test("a large photo alone", async () => {
    const engine = fakeEngine();
    const { folder, run, store, target } = await queueOf([], engine);
    const photos = ["a.png", "b.png"].map((name) => ({
      ...photoAt(join(folder, "in", name), name),
      target: { width: 20_000, height: 15_000 },
    }));
    await store.add(batchFor(target), photos, () => 1);
    await run();
    expect(engine.calls).toHaveLength(2);
    expect(engine.most()).toBe(1);
  });

  test("two plans for one file, one after the other; the newer one stays", async () => {
    const engine = fakeEngine();
    const { run, store, target, photos, states } = await queueOf(["a.png"], {
      ...engine,
      listener: (event) => {
        if (event.type !== "progress" || added) return;
        added = true;
        void store.add(
          { ...batchFor(target), settings: { ...batchFor(target).settings, strength: 0.5 } },
          photos,
          () => 1,
        );
      },
    });
    let added = false;
    await run();
    expect(engine.calls).toHaveLength(2);
    expect(engine.most()).toBe(1);
    expect(states()).toEqual({ "a.png": "done" });
    expect(store.list({ limit: 9 })).toHaveLength(2);
  });
});

test("a clock that is set back changes nothing", async () => {
  let now = 2e12;
  const { states, run, store, events } = await queueOf(["a.png", "b.png", "c.png"], {
    now: () => {
      now -= 3_600_000;
      return now;
    },
  });
  await run();
  expect(states()).toEqual({ "a.png": "done", "b.png": "done", "c.png": "done" });
  expect(store.list({ limit: 9 }).map(({ place }) => place)).toEqual(["a.png", "b.png", "c.png"]);
  for (const { msLeft, batchMsLeft } of only(events, "progress")) {
    expect(msLeft ?? 0).toBeGreaterThanOrEqual(0);
    expect(batchMsLeft ?? 0).toBeGreaterThanOrEqual(0);
  }
});

test("a photo that was only touched is taken after a retry", async () => {
  const { folder, states, run, store } = await queueOf(["a.png"]);
  utimesSync(join(folder, "in", "a.png"), 1, 1);
  await run();
  expect(states()).toEqual({ "a.png": "SOURCE_CHANGED" });
  store.retry("all");
  await run();
  expect(states()).toEqual({ "a.png": "done" });
});

test("a result that is there and is what would come out is not made again", async () => {
  const engine = fakeEngine();
  const { run, store, target, photos } = await queueOf(["a.png"], engine);
  await run();
  store.clear("all");
  await store.add(batchFor(target), photos, () => 1);
  await run();
  expect(engine.calls).toHaveLength(1);
  expect(store.list({ limit: 1 })[0]).toMatchObject({ state: "done", result: { width: 256, height: 192 } });
  expect(FAKE_MODEL.scale).toBe(4);
});
