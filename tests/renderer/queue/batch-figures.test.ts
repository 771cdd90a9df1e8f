import { describe, expect, test } from "vitest";
import type { QueueState } from "../../../preload/contract.ts";
import { barState, batchFigures, batchInWork, jobCount } from "../../../renderer/queue/batch-figures.ts";
import { batchRow, jobRow } from "./job-rows.ts";

const QUEUE: QueueState = {
  paused: false,
  batches: [],
  running: [],
  waiting: undefined,
  msLeft: undefined,
  version: 1,
};

describe("how far a batch is", () => {
  const batch = batchRow(1, { queued: 65, running: 1, done: 32, failed: 2, cancelled: 7 });

  test("counts what failed as finished, and what was cancelled not at all", () => {
    expect(batchFigures(batch, [])).toMatchObject({ finished: 34, total: 100, fraction: 0.34, isOver: false });
    expect(jobCount(batch)).toBe(107);
  });

  test("counts the tiles of its own photos in hand", () => {
    const own = jobRow(1, { state: "running", tilesDone: 41, tilesTotal: 82 });
    const other = { ...own, batch: 2 };
    const begun = jobRow(3, { state: "running" });
    expect(batchFigures(batch, [own, other, begun]).fraction).toBeCloseTo(0.345);
  });

  test("is over when nothing waits or runs, also for one that was cancelled as a whole", () => {
    expect(batchFigures(batchRow(1, { cancelled: 3 }), [])).toEqual({
      finished: 0,
      total: 0,
      fraction: 0,
      isOver: true,
    });
  });
});

describe("the batch in work", () => {
  const over = batchRow(1, { done: 3 });
  const waits = batchRow(2, { queued: 5 });
  const paused = batchRow(3, { queued: 5, paused: true });

  test("is that of the photo in hand", () => {
    const running = [jobRow(9, { batch: 3, state: "running" })];
    expect(batchInWork({ ...QUEUE, batches: [over, waits, paused], running })?.id).toBe(3);
  });

  test("is the next that will be worked on, else one that is paused, else none", () => {
    expect(batchInWork({ ...QUEUE, batches: [over, paused, waits] })?.id).toBe(2);
    expect(batchInWork({ ...QUEUE, batches: [over, paused] })?.id).toBe(3);
    expect(batchInWork({ ...QUEUE, batches: [over] })).toBeUndefined();
  });
});

describe("the bar at the foot", () => {
  test("shows nothing for an empty queue", () => {
    expect(barState(QUEUE)).toEqual({ kind: "nothing" });
  });

  test("shows how the last batch ended", () => {
    const batches = [batchRow(1, { done: 3 }), batchRow(2, { done: 4, failed: 1 }), batchRow(3, { cancelled: 2 })];
    expect(barState({ ...QUEUE, batches })).toMatchObject({ kind: "over", batch: { id: 2 } });
  });

  test("pauses the queue, and resumes the batch where that alone is paused", () => {
    const batches = [batchRow(1, { queued: 3 })];
    expect(barState({ ...QUEUE, batches })).toMatchObject({ pauses: "queue", isPaused: false });
    expect(barState({ ...QUEUE, batches, paused: true })).toMatchObject({ pauses: "queue", isPaused: true });
    const held = [batchRow(1, { queued: 3, paused: true })];
    expect(barState({ ...QUEUE, batches: held })).toMatchObject({ pauses: "batch", isPaused: true });
    expect(barState({ ...QUEUE, batches: held, paused: true })).toMatchObject({ pauses: "queue", isPaused: true });
  });
});
