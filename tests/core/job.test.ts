import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EMPTY_QUEUE, type JobEvent, nextJob, nextQueue, nextToRun, type QueueState } from "../../main/core/job.ts";
import { NaiveQueue, queueCommands } from "../helpers/naive-queue.ts";

describe("the queue's state machine", () => {
  test("does what a naive model does, whatever happens in whatever order", () => {
    fc.assert(
      fc.property(queueCommands(6), (commands) => {
        const naive = new NaiveQueue();
        let queue: QueueState = EMPTY_QUEUE;
        for (const command of commands) {
          queue = nextQueue(queue, command);
          naive.obey(command);
          expect(queue).toEqual(naive.asState());
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("no job is ever lost or doubled, and an ended one ends once", () => {
    fc.assert(
      fc.property(queueCommands(5), (commands) => {
        let queue: QueueState = EMPTY_QUEUE;
        for (const command of commands) {
          const before = queue;
          queue = nextQueue(queue, command);
          const ids = queue.jobs.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          const gone = before.jobs.filter(({ id }) => !ids.includes(id));
          expect(
            gone.every(({ state }) => command.type === "clear" && (state === "done" || state === "cancelled")),
          ).toBe(true);
          expect(
            queue.jobs.every(({ deaths, state }) => deaths < 2 || state === "failed" || state === "cancelled"),
          ).toBe(true);
          if (queue.paused) expect(nextToRun(queue)).toBeUndefined();
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each<[string, readonly JobEvent["type"][], string | undefined]>([
    ["a photo that the engine dies over has one more try", ["claim", "death"], "queued"],
    ["and fails at the second death", ["claim", "death", "claim", "death"], "failed"],
    ["a retry forgives the deaths", ["claim", "death", "claim", "death", "retry", "claim", "death"], "queued"],
    ["a stop is no death", ["claim", "release", "claim", "release", "claim", "death"], "queued"],
    ["what is done is not cancelled", ["claim", "finish", "cancel"], undefined],
    ["a result that comes after a cancel counts: the file is there", ["claim", "cancel", "finish"], "done"],
    ["a failure that comes after a cancel does not", ["claim", "cancel", "fail"], undefined],
    ["nothing ends that was not begun", ["finish"], undefined],
  ])("%s", (_name, events, state) => {
    let job: ReturnType<typeof nextJob> = { state: "queued", deaths: 0, tilesDone: 0, tilesTotal: 0 };
    for (const type of events) job = job && nextJob(job, { type } as JobEvent);
    expect(job?.state).toBe(state);
  });

  test("progress that cannot be is not believed", () => {
    const running = { state: "running", deaths: 0, tilesDone: 3, tilesTotal: 9 } as const;
    expect(nextJob(running, { type: "progress", tilesDone: 10, tilesTotal: 9 })).toBeUndefined();
    expect(nextJob(running, { type: "progress", tilesDone: -1, tilesTotal: 9 })).toBeUndefined();
    expect(nextJob(running, { type: "progress", tilesDone: 4, tilesTotal: 9 })?.tilesDone).toBe(4);
  });
});
