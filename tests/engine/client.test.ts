import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { EnhanceRequest, Stage } from "../../main/core/enhance.ts";
import { isEngineDeath } from "../../main/core/errors.ts";
import { EngineClient, type EnginePort } from "../../main/engine/client.ts";
import { Enhancer } from "../../main/engine/enhancer.ts";
import type { HostMessage } from "../../main/engine/protocol.ts";
import { EngineServer } from "../../main/engine/server.ts";
import { FAKE_MODEL, fakeSession } from "../helpers/models.ts";
import { tempDir } from "../helpers/temp.ts";

type Answer = (message: HostMessage, engine: FakeEngine) => void;

/** An engine that does what the test says. */
class FakeEngine implements EnginePort {
  readonly received: HostMessage[] = [];
  private listener: (raw: unknown) => void = () => {};
  private closed: (how: string) => void = () => {};
  killed = false;

  constructor(private readonly answer: Answer) {}

  send(message: HostMessage): void {
    this.received.push(message);
    queueMicrotask(() => this.answer(message, this));
  }
  onMessage(listener: (raw: unknown) => void): void {
    this.listener = listener;
  }
  onClose(listener: (how: string) => void): void {
    this.closed = listener;
  }
  kill(): void {
    this.killed = true;
  }
  say(raw: unknown): void {
    this.listener(raw);
  }
  die(): void {
    this.closed("was ended by SIGKILL");
  }
}

const RESULT = {
  width: 4,
  height: 4,
  bytes: 1,
  sha256: "a".repeat(64),
  device: "cpu",
  tilePx: 128,
  tilesInferred: 1,
  tilesResumed: 0,
  inferenceMs: 1,
  totalMs: 1,
  flags: [],
  notes: [],
};

function request(changes: Partial<EnhanceRequest> = {}): EnhanceRequest {
  return {
    source: "/photos/a.jpg",
    sourceSha256: "b".repeat(64),
    sourceStamp: { bytes: 1, mtimeMs: 1 },
    output: "/out/a.jpg",
    receipt: "/out/w/receipt",
    workDir: "/out/w",
    model: FAKE_MODEL,
    passes: 1,
    target: { width: 4, height: 4 },
    strength: 1,
    format: "jpeg",
    quality: undefined,
    stripGps: false,
    device: "auto",
    threads: 1,
    allowSpinning: true,
    tilePx: undefined,
    maxMegapixels: 400,
    ...changes,
  };
}

function clientOf(answer: Answer, hangTimeoutMs = 1000) {
  const engines: FakeEngine[] = [];
  const client = new EngineClient({
    hangTimeoutMs,
    start: () => {
      const engine = new FakeEngine(answer);
      engines.push(engine);
      return engine;
    },
  });
  return { client, engines };
}

const OTHER_MODEL = { ...FAKE_MODEL, sha256: "c".repeat(64) };
const REGION = { ...request(), rect: { x: 0, y: 0, width: 2, height: 2 }, save: "/out/region.png" };

const stageOf = (id: number, stage: Stage) => ({
  type: "progress",
  id,
  progress: { stage, tilesDone: 0, tilesTotal: 1, resumed: 0 },
});
const turn = () => new Promise((resolve) => setImmediate(resolve));

function sourceOf(message: HostMessage): string | undefined {
  if (message.type === "probe") return message.params.path;
  return message.type === "enhance" || message.type === "region" ? message.params.source : undefined;
}

const done: Answer = (message, engine) => engine.say({ type: "result", id: message.id, value: RESULT });

describe("EngineClient", () => {
  test("a death is blamed on what the engine was working on; what only waited is done by the next engine", async () => {
    const { client, engines } = clientOf((message, engine) => {
      if (engine === engines[0])
        engine.say(stageOf(message.id, sourceOf(message) === "/waiting.jpg" ? "waiting" : "infer"));
      else done(message, engine);
    });
    const inferring = client.enhance(request({ source: "/bad.jpg" }), {});
    const waiting = client.enhance(request({ source: "/waiting.jpg" }), {});
    const encoding = client.enhance(request({ source: "/encoding.jpg" }), {});
    await turn();
    engines[0]?.say(stageOf(2, "encode"));
    const notBegun = client.enhance(request({ source: "/not-begun.jpg" }), {});
    engines[0]?.die();
    for (const [name, call] of Object.entries({ bad: inferring, encoding })) {
      const error = await call.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "ENGINE_DIED", message: expect.stringContaining(`${name}.jpg`) });
      expect(isEngineDeath(error)).toBe(true);
    }
    expect(await waiting).toMatchObject({ tilePx: 128 });
    expect(await notBegun).toMatchObject({ tilePx: 128 });
    expect(engines).toHaveLength(2);
    expect(engines[1]?.received.map(sourceOf)).toEqual(["/waiting.jpg", "/not-begun.jpg"]);
  });

  test("a header is read once more where the engine died over it, and no more than that", async () => {
    const header = {
      format: "png",
      size: { width: 1, height: 1 },
      channels: 3,
      bits: 8,
      hasAlpha: false,
      space: "srgb",
      orientation: 1,
      pages: 1,
      hasProfile: false,
      wear: {},
    };
    let deaths = 0;
    const { client, engines } = clientOf((message, engine) => {
      engine.say({ type: "started", id: message.id });
      const isBad = message.type === "probe" && message.params.path === "/bad.jpg";
      if (isBad || deaths++ === 0) engine.die();
      else engine.say({ type: "result", id: message.id, value: header });
    });
    expect(await client.probe("/a.jpg", 400)).toMatchObject({ format: "png" });
    expect(engines).toHaveLength(2);
    await expect(client.probe("/bad.jpg", 400)).rejects.toMatchObject({ code: "ENGINE_DIED" });
    expect(engines).toHaveLength(3);
  });

  describe("what only looks at a photo", () => {
    const looks: Readonly<Record<string, (client: EngineClient) => Promise<unknown>>> = {
      details: (client) => client.details("/a.jpg", 400),
      thumbnail: (client) =>
        client.thumbnail({ path: "/a.jpg", folder: "/cache", maxMegapixels: 400, longEdgePx: 512 }),
      embedded: (client) => client.embedded("/a.jpg", "/e.jpg"),
    };

    test.each(Object.keys(looks))("%s is tried twice where the engine dies over it, and blamed then", async (name) => {
      const { client, engines } = clientOf((message, engine) => {
        engine.say({ type: "started", id: message.id });
        engine.die();
      });
      await expect(looks[name]?.(client)).rejects.toMatchObject({
        code: "ENGINE_DIED",
        message: expect.stringMatching(/a\.jpg/),
      });
      expect(engines).toHaveLength(2);
    });

    test.each(Object.keys(looks))("%s waits for no photo that is enhanced and ends nobody's engine", async (name) => {
      const { client, engines } = clientOf(() => {});
      const calls = [client.enhance(request(), {}), client.enhance(request({ model: OTHER_MODEL }), {})];
      calls.push(looks[name]?.(client) as Promise<never>);
      expect(engines[0]?.received.map(({ type }) => type)).toEqual(["enhance", name]);
      client.close();
      for (const each of await Promise.allSettled(calls)) expect(each).toMatchObject({ status: "rejected" });
    });

    test.each(Object.keys(looks))("%s that gets nonsense for an answer rejects", async (name) => {
      const { client } = clientOf((message, engine) =>
        engine.say({ type: "result", id: message.id, value: { width: -1 } }),
      );
      await expect(looks[name]?.(client)).rejects.toThrow();
    });

    test("where a photo has no thumbnail in it, that is no error", async () => {
      const { client } = clientOf((message, engine) => engine.say({ type: "result", id: message.id, value: null }));
      expect(await client.embedded("/a.jpg", "/e.jpg")).toBeUndefined();
    });
  });

  test("an engine that dies with nothing begun is started once more, not for ever", async () => {
    const { client, engines } = clientOf((_message, engine) => engine.die());
    await expect(client.enhance(request(), {})).rejects.toMatchObject({ code: "ENGINE_DIED" });
    expect(engines).toHaveLength(2);
    await expect(client.probe("/photos/a.jpg", 400)).rejects.toMatchObject({ code: "ENGINE_DIED" });
    expect(engines, "two for each, as a header is read once more").toHaveLength(4);
  });

  test("a careful call has half the tile, the CPU, and the engine for itself", async () => {
    const { client, engines } = clientOf(() => {});
    const before = client.enhance(request({ source: "/before.jpg" }), {});
    const careful = client.enhance(request({ source: "/careful.jpg" }), { careful: true });
    const after = client.enhance(request({ source: "/after.jpg" }), {});
    const probed = client.probe("/probed.jpg", 400).catch(() => {});
    const engine = engines[0] as FakeEngine;
    const sent = () => engine.received.map(sourceOf);
    expect(sent(), "a probe need not wait for a photo that is to be alone").toEqual(["/before.jpg", "/probed.jpg"]);
    engine.say({ type: "result", id: 0, value: RESULT });
    await before;
    const lateProbe = client.probe("/late.jpg", 400).catch(() => {});
    expect(sent(), "but no more of them once only they are left").toHaveLength(2);
    engine.say({ type: "failed", id: 3, code: "SOURCE_MISSING", message: "Gone.", detail: "" });
    await probed;
    expect(sent()).toEqual(["/before.jpg", "/probed.jpg", "/careful.jpg"]);
    expect(engine.received[2]).toMatchObject({ params: { tilePx: 64, device: "cpu" } });
    engine.say({ type: "result", id: 1, value: { ...RESULT, tilePx: 64 } });
    await careful;
    expect(sent().slice(3)).toEqual(["/after.jpg", "/late.jpg"]);
    expect(engine.received[3]).toMatchObject({ params: { device: "auto" } });
    client.close();
    await expect(after).rejects.toMatchObject({ code: "CANCELLED" });
    await lateProbe;
  });

  test("silence is a hang: the engine is killed, and what it was working on is told so", async () => {
    const { client, engines } = clientOf((message, engine) => engine.say(stageOf(message.id, "infer")), 30);
    const error = await client.enhance(request(), {}).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "ENGINE_HUNG" });
    expect(isEngineDeath(error)).toBe(true);
    expect(engines.map((engine) => engine.killed)).toEqual([true]);
  });

  test("a silent engine is found out also when it is given more and more", async () => {
    vi.useFakeTimers();
    try {
      const { client, engines } = clientOf(() => {}, 1000);
      const calls = [client.enhance(request(), {}).catch(() => {})];
      for (let i = 0; i < 3; i++) {
        await vi.advanceTimersByTimeAsync(400);
        calls.push(client.enhance(request(), {}).catch(() => {}));
      }
      expect(engines[0]?.killed).toBe(true);
      client.close();
      await Promise.all(calls);
    } finally {
      vi.useRealTimers();
    }
  });

  test("where auto brings the engine down the CPU is measured instead", async () => {
    const report = { device: "cpu", refusals: [], corePx: 192, msPerMegapixel: 1 };
    const { client, engines } = clientOf((message, engine) => {
      if (message.type !== "device") return;
      engine.say({ type: "started", id: message.id });
      if (message.params.device === "auto") engine.die();
      else engine.say({ type: "result", id: message.id, value: report });
    });
    expect(await client.describeDevice(FAKE_MODEL, "auto", 1, true)).toEqual(report);
    expect(engines).toHaveLength(2);
  });

  test("heartbeats keep a slow engine alive", async () => {
    vi.useFakeTimers();
    try {
      const { client, engines } = clientOf(() => {}, 1000);
      const slow = client.enhance(request(), {});
      for (let i = 0; i < 5; i++) {
        await vi.advanceTimersByTimeAsync(900);
        engines[0]?.say({ type: "heartbeat" });
      }
      engines[0]?.say({ type: "result", id: 0, value: RESULT });
      expect(await slow).toMatchObject({ width: 4 });
      expect(engines[0]?.killed).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  test("another model gets another process when all that use the present one are done, the same one does not", async () => {
    const { client, engines } = clientOf(() => {});
    const first = client.enhance(request(), {});
    const second = client.enhance(request(), {});
    const other = client.enhance(request({ model: OTHER_MODEL }), {});
    const third = client.enhance(request(), {});
    expect(engines[0]?.received.map(({ id }) => id)).toEqual([0, 1]);
    engines[0]?.say({ type: "result", id: 0, value: RESULT });
    await first;
    expect(engines).toHaveLength(1);
    engines[0]?.say({ type: "result", id: 1, value: RESULT });
    await second;
    expect(engines[0]?.killed).toBe(true);
    expect(engines[1]?.received.map(({ id }) => id)).toEqual([2]);
    engines[1]?.say({ type: "result", id: 2, value: RESULT });
    await other;
    engines[2]?.say({ type: "result", id: 3, value: RESULT });
    expect(await third).toMatchObject({ tilePx: 128 });
  });

  test("a probe and a region of another model wait for nobody and end nobody's engine", async () => {
    const { client, engines } = clientOf(() => {});
    const photo = client.enhance(request(), {}).catch(() => {});
    const other = client.enhance(request({ model: OTHER_MODEL }), {});
    const looked = client.region({ ...REGION, model: OTHER_MODEL }, {});
    const probed = client.probe("/photos/a.jpg", 400).catch(() => {});
    expect(engines).toHaveLength(1);
    expect(engines[0]?.received.map(({ type }) => type)).toEqual(["enhance", "region", "probe"]);
    engines[0]?.say({ type: "result", id: 0, value: RESULT });
    await photo;
    expect(
      engines[1]?.received.map(({ type, id }) => [type, id]),
      "what the change of models cut off is sent again",
    ).toEqual([
      ["enhance", 1],
      ["region", 2],
      ["probe", 3],
    ]);
    engines[1]?.say({ type: "result", id: 2, value: { width: 8, height: 8, tilesInferred: 1, tilesReused: 0 } });
    expect(await looked).toEqual({ width: 8, height: 8, tilesInferred: 1, tilesReused: 0 });
    client.close();
    await expect(other).rejects.toMatchObject({ code: "CANCELLED" });
    await probed;
  });

  test("an abort is sent for a call in hand and ends one that was not sent at once", async () => {
    const { client, engines } = clientOf((message, engine) => {
      if (message.type === "cancel")
        engine.say({ type: "failed", id: message.id, code: "CANCELLED", message: "Stopped.", detail: "" });
    });
    const controller = new AbortController();
    const first = client.enhance(request(), { signal: controller.signal });
    const second = client.enhance(request({ model: OTHER_MODEL }), { signal: controller.signal });
    await Promise.resolve();
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: "CANCELLED" });
    await expect(second).rejects.toMatchObject({ code: "CANCELLED" });
    expect(engines[0]?.received.map((message) => message.type)).toEqual(["enhance", "cancel"]);
  });

  test("a call that was stopped is not given to the next engine", async () => {
    const { client, engines } = clientOf(() => {});
    const controller = new AbortController();
    const waiting = client.enhance(request(), { signal: controller.signal });
    controller.abort();
    engines[0]?.die();
    await expect(waiting).rejects.toMatchObject({ code: "CANCELLED" });
    expect(engines).toHaveLength(1);
  });

  test("whatever an engine says, the client neither throws nor believes it", async () => {
    const { client, engines } = clientOf(() => {});
    const pending = client.enhance(request(), {});
    pending.catch(() => {});
    fc.assert(
      fc.property(fc.anything(), (raw) => {
        engines[0]?.say(raw);
      }),
      { numRuns: 2000 },
    );
    engines[0]?.say({ type: "result", id: 0, value: { ...RESULT, width: -1 } });
    await expect(pending).rejects.toThrow();
  });
});

describe("EngineServer", () => {
  test("any message is answered or ignored, never thrown at", async () => {
    const said: { type: string; code?: string }[] = [];
    const server = new EngineServer(
      new Enhancer({ cacheDir: tempDir(), version: "1", open: fakeSession() }),
      (message) => said.push(message),
    );
    const text = fc.oneof(
      fc.constantFrom("enhance", "region", "probe", "device", "cancel", "path", "/nowhere"),
      fc.string(),
    );
    const like = fc.record({
      type: text,
      id: fc.oneof(fc.integer(), fc.anything()),
      params: fc.oneof(fc.dictionary(text, fc.anything()), fc.anything()),
    });
    fc.assert(
      fc.property(fc.oneof(fc.anything(), like), (raw) => server.receive(raw)),
      { numRuns: 2000 },
    );
    server.receive({ type: "probe", id: 7, params: { path: "/nowhere/at/all.jpg", maxMegapixels: 400 } });
    await vi.waitFor(
      () => expect(said.some((message) => message.type === "failed" && message.code === "SOURCE_MISSING")).toBe(true),
      { timeout: 20_000 },
    );
    await server.close();
  });
});
