import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DEFAULT_SETTINGS, type LivePatch, type LiveRequest } from "../../../preload/contract.ts";
import { LiveLooks } from "../../../renderer/inspector/live-looks.ts";

const { recipe } = DEFAULT_SETTINGS;

interface Asked {
  readonly request: LiveRequest;
  readonly answer: (patch: Partial<LivePatch>) => void;
  readonly fail: (code: string) => void;
}

let asked: Asked[] = [];
let dropped: string[] = [];
let failures: unknown[] = [];

function request(x: number, part: Partial<LiveRequest> = {}): LiveRequest {
  return { photo: 1, recipe, rect: { x, y: 0, width: 10, height: 10 }, shrink: 0, infer: true, lane: "lens", ...part };
}

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  dropped = [];
  failures = [];
  vi.stubGlobal("window", {
    silvergrain: {
      live: (wanted: LiveRequest) =>
        new Promise((resolve) => {
          const answer = (patch: Partial<LivePatch>) => {
            const area = wanted.rect;
            const whole = { token: `t${asked.length}`, area, width: 40, height: 40, isWhole: true, tilesInferred: 1 };
            resolve({ ok: true, value: { ...whole, ...patch } });
          };
          const fail = (code: string) => resolve({ ok: false, failure: { code, message: "It was so." } });
          asked.push({ request: wanted, answer, fail });
        }),
      dropLive: async (lane: string) => {
        dropped.push(lane);
        return { ok: true, value: undefined };
      },
    },
  });
  vi.stubGlobal("fetch", async () => new Response(new Uint8Array(40 * 40 * 4).fill(200)));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function looks(): LiveLooks {
  return new LiveLooks({ onChange: () => {}, onFailure: (error) => failures.push(error) });
}

/** What is at hand is done, and so much time goes by. */
async function pass(ms = 100): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

describe("live looks", () => {
  test("of a pointer that moves across twenty places ask for the first and the last, not for what lies between", async () => {
    const live = looks();
    for (let x = 0; x < 20; x++) {
      live.want(request(x * 100));
      await pass(5);
    }
    await pass();
    expect(asked.length).toBeLessThanOrEqual(3);
    expect(asked.at(-1)?.request.rect.x).toBe(1900);
    asked.at(-1)?.answer({});
    await pass();
    expect(live.isBusy).toBe(false);
    expect(live.patchesOf(1, recipe)).toHaveLength(1);
  });

  test("are not asked for twice, nor for what is there", async () => {
    const live = looks();
    live.want(request(0));
    await pass();
    live.want(request(0));
    await pass();
    expect(asked).toHaveLength(1);
    asked[0]?.answer({ area: { x: 0, y: 0, width: 64, height: 64 } });
    await pass();
    live.want(request(30));
    await pass();
    expect(asked).toHaveLength(1);
    live.want(request(60));
    await pass();
    expect(asked).toHaveLength(2);
  });

  test("that only gave what was there already are asked for again", async () => {
    const live = looks();
    live.want(request(0, { infer: false }));
    await pass();
    asked[0]?.answer({ isWhole: false });
    await pass();
    live.want(request(0, { infer: false }));
    await pass();
    expect(asked).toHaveLength(2);
  });

  test("belong to one recipe, but for the format, which has no say in the px", async () => {
    const live = looks();
    live.want(request(0));
    await pass();
    asked[0]?.answer({});
    await pass();
    expect(live.patchesOf(1, { ...recipe, strength: 0.3 })).toEqual([]);
    expect(live.patchesOf(2, recipe)).toEqual([]);
    expect(live.patchesOf(1, { ...recipe, format: "png" })).toHaveLength(1);
  });

  test("that were given up are no failure; one that failed is told once, and not asked for again", async () => {
    const live = looks();
    live.want(request(0));
    await pass();
    asked[0]?.fail("CANCELLED");
    await pass();
    expect(failures).toEqual([]);
    live.want(request(10));
    await pass();
    asked[1]?.fail("MODEL_CORRUPT");
    await pass();
    live.want(request(20));
    await pass();
    expect(failures).toHaveLength(1);
    expect(asked).toHaveLength(2);
  });

  test("nobody wants any more are dropped, and their answer is kept all the same", async () => {
    const live = looks();
    live.want(request(0));
    await pass();
    live.drop("lens");
    await pass();
    expect(dropped).toEqual(["lens"]);
    expect(live.isBusy).toBe(false);
    asked[0]?.answer({});
    await pass();
    expect(live.patchesOf(1, recipe)).toHaveLength(1);
  });

  test("lie over coarser ones, and take the place of what lies wholly under them", async () => {
    const live = looks();
    live.want(request(0, { lane: "view", shrink: 2, rect: { x: 0, y: 0, width: 100, height: 100 } }));
    await pass();
    asked[0]?.answer({});
    live.want(request(5));
    await pass();
    asked[1]?.answer({});
    await pass();
    expect(live.patchesOf(1, recipe).map(({ area }) => area.width)).toEqual([100, 10]);
    live.want(request(0, { rect: { x: 0, y: 0, width: 90, height: 90 } }));
    await pass();
    asked[2]?.answer({});
    await pass();
    expect(live.patchesOf(1, recipe).map(({ area }) => area.width)).toEqual([100, 90]);
  });

  test("that failed are told once, and asked for again after a while", async () => {
    const live = looks();
    live.want(request(0));
    await pass();
    asked[0]?.fail("MODEL_CORRUPT");
    await pass();
    live.want(request(100));
    await pass();
    expect([asked.length, failures.length]).toEqual([1, 1]);
    await pass(30_000);
    live.want(request(100));
    await pass();
    expect(asked.length).toBe(2);
  });
});
