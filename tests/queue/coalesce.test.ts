import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SilvergrainError } from "../../main/core/errors.ts";
import { type QueueUpdate, UpdateGatherer } from "../../main/queue/coalesce.ts";
import type { Job } from "../../main/queue/job-row.ts";
import { planned } from "../helpers/queue.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const job = (id: number) => ({ id, batch: 1, state: "running", tilesDone: 0, tilesTotal: 0 }) as Job;
const photo = planned("a.png");
const progress = (id: number, tilesDone: number) =>
  ({
    type: "progress",
    job: job(id),
    photo,
    progress: { stage: "infer", tilesDone, tilesTotal: 1000, resumed: 0 },
    msLeft: 1000 - tilesDone,
    batchMsLeft: 5000,
  }) as const;

test("a thousand events a second make ten updates, and the last one has the end of every job", () => {
  const updates: QueueUpdate[] = [];
  const gatherer = new UpdateGatherer((update) => updates.push(update));
  for (let ms = 0; ms < 1000; ms++) {
    gatherer.take(progress(1, ms));
    if (ms % 2 === 0) gatherer.take(progress(2, ms));
    vi.advanceTimersByTime(1);
  }
  gatherer.take({
    type: "done",
    job: { ...job(1), tilesDone: 1000, tilesTotal: 1000 },
    photo,
    target: "/out",
    result: {} as never,
  });
  gatherer.take({ type: "failed", job: job(2), error: new SilvergrainError("SOURCE_CORRUPT", "No photo.") });
  gatherer.close();
  expect(updates.length).toBeLessThanOrEqual(12);
  expect(updates.length).toBeGreaterThanOrEqual(10);
  const last = new Map(updates.flatMap(({ jobs }) => jobs.map((each) => [each.id, each] as const)));
  expect(last.get(1)).toMatchObject({ state: "done", tilesDone: 1000 });
  expect(last.get(2)).toMatchObject({ state: "failed", error: { code: "SOURCE_CORRUPT" } });
});

test("the first event is told at once, a lone later one within a tenth of a second", () => {
  const updates: QueueUpdate[] = [];
  const gatherer = new UpdateGatherer((update) => updates.push(update));
  gatherer.take({ type: "waiting", reason: "paused" });
  expect(updates).toMatchObject([{ waiting: "paused", jobs: [] }]);
  vi.advanceTimersByTime(30);
  gatherer.take({ type: "going-on" });
  expect(updates).toHaveLength(1);
  vi.advanceTimersByTime(100);
  expect(updates[1]).toMatchObject({ waiting: undefined });
});
