import { beforeEach, describe, expect, test, vi } from "vitest";
import { blindKey, isAllowedBlind } from "../../../renderer/inspector/blind-keys.ts";
import {
  answer,
  beginTest,
  blindStore,
  drawTrial,
  endTest,
  type Rivals,
} from "../../../renderer/inspector/blind-test.ts";
import { inspectorStore } from "../../../renderer/inspector/inspector-store.ts";
import { inspectionOf } from "./inspections.ts";

const saved: unknown[][] = [];
vi.stubGlobal("window", {
  silvergrain: {
    saveBlindTest: async (...args: unknown[]) => {
      saved.push(args);
      return { ok: true, value: undefined };
    },
  },
});

const RIVALS: Rivals = {
  first: { shown: { kind: "original" }, name: "Original · Lanczos" },
  second: { shown: { kind: "result", key: "r" }, name: "Silvergrain · 4×" },
};
const initial = inspectorStore.getState();
const state = () => inspectorStore.getState().blindTest;

/** A coin that falls as it is told to. */
function falls(...sides: readonly boolean[]) {
  let at = 0;
  return () => sides[at++ % sides.length] ?? true;
}

beforeEach(() => {
  saved.length = 0;
  inspectorStore.setState({ ...initial, photo: 7, inspection: inspectionOf(7) }, true);
  blindStore.setState({ isChoosing: false, rivals: undefined, outcome: undefined });
});

describe("a trial", () => {
  test("has sides by one toss and X by another", () => {
    const [original, result] = [RIVALS.first.shown, RIVALS.second.shown];
    expect(drawTrial(RIVALS, falls(true, true))).toMatchObject({ a: original, b: result, xIs: "a" });
    expect(drawTrial(RIVALS, falls(true, false))).toMatchObject({ a: original, b: result, xIs: "b" });
    expect(drawTrial(RIVALS, falls(false, true))).toMatchObject({ a: result, b: original, xIs: "a" });
  });

  test("is drawn evenly by the coin of the browser, each apart from the one before", () => {
    beginTest(RIVALS);
    const seen = new Map<string, number>();
    let repeats = 0;
    for (let times = 0; times < 800; times++) {
      const before = `${state()?.a.kind} ${state()?.xIs}`;
      seen.set(before, (seen.get(before) ?? 0) + 1);
      answer("a");
      if (before === `${state()?.a.kind} ${state()?.xIs}`) repeats++;
    }
    // Four ways of 200 each; seven standard deviations to each side.
    expect(seen.size).toBe(4);
    for (const times of [...seen.values(), repeats]) expect(Math.abs(times - 200)).toBeLessThan(90);
  });
});

describe("a test", () => {
  test("puts away what would tell the pictures apart", () => {
    inspectorStore.setState({ showsLens: true, showsBefore: true, isPinning: true });
    beginTest(RIVALS);
    expect(inspectorStore.getState()).toMatchObject({ showsLens: false, showsBefore: false, isPinning: false });
    expect(inspectorStore.getState().trust).toBeUndefined();
  });

  test("counts, and says nothing of it until it is over; then it is saved with the photo", () => {
    beginTest(RIVALS, falls(true, true));
    answer("a", falls(true, false));
    answer("a", falls(true, false));
    answer("b", falls(true, true));
    expect(state()).toMatchObject({ trials: 3, correct: 2 });
    expect(blindStore.getState().outcome).toBeUndefined();
    expect(saved).toEqual([]);
    endTest(1234);
    const outcome = { a: "Original · Lanczos", b: "Silvergrain · 4×", trials: 3, correct: 2, madeMs: 1234 };
    expect(state()).toBeUndefined();
    expect(blindStore.getState().outcome).toEqual(outcome);
    expect(inspectorStore.getState().inspection?.tests).toEqual([outcome]);
    expect(saved).toEqual([[7, outcome]]);
  });

  test("without an answer leaves nothing behind", () => {
    beginTest(RIVALS);
    endTest();
    expect(saved).toEqual([]);
    expect(blindStore.getState().outcome).toBeUndefined();
  });

  test("ends by itself where no more trials are saved", () => {
    beginTest(RIVALS);
    for (let times = 0; times < 1000; times++) answer("a");
    expect(state()).toBeUndefined();
    expect(saved).toHaveLength(1);
  });
});

describe("keys of a test", () => {
  const press = (key: string, repeat = false) =>
    blindKey({ key, code: "", repeat, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false });

  test("look at A, B and X, and answer once however long they stay down", () => {
    beginTest(RIVALS);
    expect(press("a")).toBe(true);
    expect(state()?.looksAt).toBe("a");
    press("B");
    expect(state()?.looksAt).toBe("b");
    press("1");
    press("1", true);
    press("2");
    expect(state()).toMatchObject({ trials: 2, looksAt: "x" });
    press("Escape");
    expect(state()).toBeUndefined();
  });

  test("leave zoom as it is, and nothing that shows a side by its name", () => {
    expect(isAllowedBlind({ do: "zoom", by: 1 })).toBe(true);
    expect(isAllowedBlind({ do: "hold", held: "before" })).toBe(false);
    expect(isAllowedBlind({ do: "lens" })).toBe(false);
    expect(isAllowedBlind({ do: "mode", mode: "difference" })).toBe(false);
  });
});
