import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { EnhancePlan, Recipe } from "../../../preload/contract.ts";
import { CallError } from "../../../renderer/api.ts";
import { createPlanner, type Order } from "../../../renderer/enhance/plan-store.ts";

const RECIPE: Recipe = {
  model: "auto",
  realism: 0.5,
  size: { kind: "scale", scale: 4 },
  strength: 1,
  format: "same",
  stripGps: false,
};

/** A plan that says of how many photos it is. */
function planFor({ photos }: Order): EnhancePlan {
  return {
    todo: photos.length,
    skipped: [],
    failed: [],
    ms: undefined,
    device: undefined,
    outputBytes: 0,
    workingBytes: 0,
    freeBytes: undefined,
    largest: undefined,
    worn: 0,
  };
}

/** Answers when it is told to, in any order. */
function questions() {
  const asked: { readonly order: Order; readonly answer: () => void; readonly fail: (error: Error) => void }[] = [];
  const ask = (order: Order): Promise<EnhancePlan> =>
    new Promise((resolve, reject) => {
      asked.push({ order, answer: () => resolve(planFor(order)), fail: reject });
    });
  return { asked, ask };
}

const order = (...photos: number[]): Order => ({ photos, recipe: RECIPE });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a planner", () => {
  test("asks once, when the changes have stopped", async () => {
    const { asked, ask } = questions();
    const planner = createPlanner(ask);
    planner.want(order(1));
    await vi.advanceTimersByTimeAsync(200);
    planner.want(order(1, 2));
    await vi.advanceTimersByTimeAsync(249);
    expect(asked).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked.map((each) => each.order.photos)).toEqual([[1, 2]]);
  });

  test("keeps the old plan in view until the new one is there", async () => {
    const { asked, ask } = questions();
    const planner = createPlanner(ask);
    planner.want(order(1));
    await vi.advanceTimersByTimeAsync(250);
    asked[0]?.answer();
    await vi.advanceTimersByTimeAsync(0);
    planner.want(order(1, 2));
    expect(planner.store.getState()).toMatchObject({ plan: { todo: 1 }, isStale: true });
    await vi.advanceTimersByTimeAsync(250);
    asked[1]?.answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(planner.store.getState()).toMatchObject({ plan: { todo: 2 }, isStale: false });
  });

  test("drops an answer that comes after a newer question", async () => {
    const { asked, ask } = questions();
    const planner = createPlanner(ask);
    planner.want(order(1));
    await vi.advanceTimersByTimeAsync(250);
    planner.want(order(1, 2));
    await vi.advanceTimersByTimeAsync(250);
    asked[1]?.answer();
    await vi.advanceTimersByTimeAsync(0);
    asked[0]?.answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(planner.store.getState().plan?.todo).toBe(2);
  });

  test("asks nothing for the same order in another array, and again when told", async () => {
    const { asked, ask } = questions();
    const planner = createPlanner(ask);
    planner.want(order(1, 2));
    await vi.advanceTimersByTimeAsync(250);
    planner.want(order(1, 2));
    await vi.advanceTimersByTimeAsync(500);
    expect(asked).toHaveLength(1);
    planner.again();
    await vi.advanceTimersByTimeAsync(250);
    expect(asked).toHaveLength(2);
  });

  test("has no plan for no photos, whatever is still on its way", async () => {
    const { asked, ask } = questions();
    const planner = createPlanner(ask);
    planner.want(order(1));
    await vi.advanceTimersByTimeAsync(250);
    planner.want(undefined);
    asked[0]?.answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(planner.store.getState()).toEqual({ plan: undefined, failure: undefined, isStale: false });
  });

  test("says why there is no plan, and recovers", async () => {
    const { asked, ask } = questions();
    const planner = createPlanner(ask);
    planner.want(order(1));
    await vi.advanceTimersByTimeAsync(250);
    asked[0]?.fail(new CallError({ code: "MODEL_UNKNOWN", message: "no such model" }));
    await vi.advanceTimersByTimeAsync(0);
    expect(planner.store.getState()).toMatchObject({ plan: undefined, failure: { code: "MODEL_UNKNOWN" } });
    planner.again();
    await vi.advanceTimersByTimeAsync(250);
    asked[1]?.answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(planner.store.getState()).toMatchObject({ plan: { todo: 1 }, failure: undefined });
  });
});
