import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DEFAULT_SETTINGS } from "../../../preload/contract.ts";
import { BLINK_HZ, blinkStore, followBlink } from "../../../renderer/inspector/blink-clock.ts";
import { inspectorStore } from "../../../renderer/inspector/inspector-store.ts";
import { showLive, showResult } from "../../../renderer/inspector/live-recipe.ts";

const initial = inspectorStore.getState();
const { recipe } = DEFAULT_SETTINGS;

beforeEach(() => {
  vi.useFakeTimers();
  inspectorStore.setState({ ...initial, photo: 1 }, true);
  blinkStore.setState({ hz: 1 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** How often before comes in so many ms. */
function flashes(ms: number): number {
  let times = 0;
  const stop = inspectorStore.subscribe(({ blinkPhase }, before) => {
    if (blinkPhase === "before" && before.blinkPhase === "after") times++;
  });
  vi.advanceTimersByTime(ms);
  stop();
  return times;
}

test("it blinks once a second by itself, as often as is set, and never above three times", () => {
  const end = followBlink();
  expect(flashes(3000)).toBe(0);
  inspectorStore.setState({ mode: "blink", blinksByItself: true });
  expect(flashes(10_000)).toBe(10);
  blinkStore.setState({ hz: 3 });
  const fastest = flashes(10_000);
  expect(fastest).toBeGreaterThanOrEqual(29);
  expect(fastest).toBeLessThanOrEqual(30);
  expect(Math.max(...BLINK_HZ)).toBe(3);
  inspectorStore.setState({ mode: "split" });
  expect(flashes(3000)).toBe(0);
  inspectorStore.setState({ mode: "blink" });
  end();
  expect(flashes(3000)).toBe(0);
});

test("a recipe is shown live when its slider rests, the last one alone", () => {
  const seen: unknown[] = [];
  const stop = inspectorStore.subscribe(({ after }) => seen.push(after));
  for (const strength of [0.1, 0.2, 0.3]) {
    showLive({ ...recipe, strength });
    vi.advanceTimersByTime(60);
  }
  expect(seen).toEqual([]);
  vi.advanceTimersByTime(60);
  expect(seen).toEqual([{ kind: "live", recipe: { ...recipe, strength: 0.3 } }]);
  stop();
});

test("not for another photo that has come meanwhile, nor after going back to the result", () => {
  showLive(recipe);
  inspectorStore.setState({ photo: 2 });
  vi.advanceTimersByTime(1000);
  expect(inspectorStore.getState().after).toBeUndefined();
  showLive(recipe);
  showResult();
  vi.advanceTimersByTime(1000);
  expect(inspectorStore.getState().after).toBeUndefined();
});
