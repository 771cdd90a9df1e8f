import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { EnhanceRequest } from "../../main/core/enhance.ts";
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

const done: Answer = (message, engine) => engine.say({ type: "result", id: message.id, value: RESULT });

describe("EngineClient", () => {
  test("a death is blamed on the photo in hand, which gets one more try with half the tile, on the CPU", async () => {
    let deaths = 0;
    const { client, engines } = clientOf((message, engine) => {
      if (message.type === "enhance" && message.params.source.endsWith("bad.jpg") && deaths++ === 0) engine.die();
      else done(message, engine);
    });
    await client.enhance(request(), {});
    const results = await Promise.all([
      client.enhance(request({ source: "/bad.jpg" }), {}),
      client.enhance(request({ source: "/c.jpg" }), {}),
    ]);
    expect(results).toHaveLength(2);
    expect(engines).toHaveLength(2);
    const retried = engines[1]?.received.find(
      (message) => message.type === "enhance" && message.params.source === "/bad.jpg",
    );
    expect(retried).toMatchObject({ params: { tilePx: 64, device: "cpu" } });
    const innocent = engines[1]?.received.find(
      (message) => message.type === "enhance" && message.params.source === "/c.jpg",
    );
    expect(innocent).toMatchObject({ params: { device: "auto" } });
  });

  test("a second death fails that photo, and the next one is done", async () => {
    const { client, engines } = clientOf((message, engine) => {
      if (message.type === "enhance" && message.params.source === "/bad.jpg") engine.die();
      else done(message, engine);
    });
    const bad = client.enhance(request({ source: "/bad.jpg" }), {});
    const good = client.enhance(request(), {});
    await expect(bad).rejects.toMatchObject({ code: "ENGINE_DIED", message: expect.stringContaining("bad.jpg") });
    expect(await good).toMatchObject({ tilePx: 128 });
    expect(engines).toHaveLength(2);
  });

  test("silence is a hang: the engine is killed and the photo fails after one more try", async () => {
    const { client, engines } = clientOf(() => {}, 30);
    await expect(client.enhance(request(), {})).rejects.toMatchObject({ code: "ENGINE_HUNG" });
    expect(engines.map((engine) => engine.killed)).toEqual([true, true]);
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

  test("another model gets another process, the same one does not", async () => {
    const { client, engines } = clientOf(done);
    await client.enhance(request(), {});
    await client.enhance(request(), {});
    expect(engines).toHaveLength(1);
    await client.enhance(request({ model: { ...FAKE_MODEL, sha256: "c".repeat(64) } }), {});
    expect(engines).toHaveLength(2);
    expect(engines[0]?.killed).toBe(true);
  });

  test("an abort is sent for the call in hand and ends a waiting one at once", async () => {
    const { client, engines } = clientOf((message, engine) => {
      if (message.type === "cancel")
        engine.say({ type: "failed", id: message.id, code: "CANCELLED", message: "Stopped.", detail: "" });
    });
    const controller = new AbortController();
    const first = client.enhance(request(), { signal: controller.signal });
    const second = client.enhance(request(), { signal: controller.signal });
    await Promise.resolve();
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: "CANCELLED" });
    await expect(second).rejects.toMatchObject({ code: "CANCELLED" });
    expect(engines[0]?.received.map((message) => message.type)).toEqual(["enhance", "cancel"]);
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
    const text = fc.oneof(fc.constantFrom("enhance", "probe", "device", "cancel", "path", "/nowhere"), fc.string());
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
    await vi.waitFor(() =>
      expect(said.some((message) => message.type === "failed" && message.code === "SOURCE_MISSING")).toBe(true),
    );
    await server.close();
  });
});
