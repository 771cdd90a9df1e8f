import { z } from "zod";
import { assertNever, expected } from "../core/errors.ts";
import { JOB_STATES } from "../core/job.ts";
import type { Batch } from "./batches.ts";
import type { Job } from "./job-row.ts";
import type { Scheduler } from "./scheduler.ts";
import type { QueueStore } from "./store.ts";

/*
 * What may be asked of a queue, by whoever holds it or by another process that asks the holder. One language for both.
 */

const Ids = z.array(z.int().positive()).min(1).max(100_000);
const Selection = z.union([
  z.object({ jobs: Ids }).strict(),
  z.object({ batch: z.int().positive() }).strict(),
  z.literal("all"),
]);

export const QueueRequest = z.discriminatedUnion("verb", [
  z.object({
    verb: z.literal("list"),
    batch: z.int().positive().optional(),
    states: z.array(z.enum(JOB_STATES)).optional(),
    after: z.object({ priority: z.number(), position: z.number(), id: z.int() }).optional(),
    limit: z.int().min(1).max(1000),
  }),
  /** Of a batch, or of the whole queue. */
  z.object({ verb: z.literal("pause"), batch: z.int().positive().optional() }),
  z.object({ verb: z.literal("resume"), batch: z.int().positive().optional() }),
  z.object({ verb: z.literal("retry"), selection: Selection }),
  z.object({ verb: z.literal("cancel"), selection: Selection }),
  z.object({ verb: z.literal("clear"), selection: Selection, alsoFailed: z.boolean() }),
  z.object({ verb: z.literal("move"), jobs: Ids, before: z.int().positive().optional() }),
]);
export type QueueRequest = z.infer<typeof QueueRequest>;

/** A request as it came from another process. @throws SilvergrainError USAGE */
export function parseRequest(raw: unknown): QueueRequest {
  const parsed = QueueRequest.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw expected("the request", "a command for the queue", JSON.stringify(raw));
}

/** What came of it. `working` is whether somebody is running the queue at this moment. */
export interface QueueAnswer {
  readonly working: boolean;
  readonly paused: boolean;
  readonly batches: readonly Batch[];
  /** The page that was asked for; for the other verbs none. */
  readonly jobs: readonly Job[];
  /** How many jobs were changed. */
  readonly changed: number;
  /** Milliseconds for all that waits and runs, where that is known. */
  readonly msLeft: number | undefined;
}

/**
 * Does what was asked.
 * @param scheduler whoever runs the queue, where somebody does: it must stop what is in hand
 */
export function obey(request: QueueRequest, store: QueueStore, scheduler: Scheduler | undefined): QueueAnswer {
  const { jobs, changed } = act(request, store, scheduler);
  return {
    working: scheduler !== undefined,
    paused: store.isPaused,
    batches: store.batches(),
    jobs,
    changed,
    msLeft: scheduler?.clock.msLeft(),
  };
}

function act(
  request: QueueRequest,
  store: QueueStore,
  scheduler: Scheduler | undefined,
): { readonly jobs: readonly Job[]; readonly changed: number } {
  const changed = (count: number) => ({ jobs: [], changed: count });
  switch (request.verb) {
    case "list": {
      const { batch, states, after, limit } = request;
      return {
        jobs: store.list({
          limit,
          ...(batch === undefined ? {} : { batch }),
          ...(states === undefined ? {} : { states }),
          ...(after === undefined ? {} : { after }),
        }),
        changed: 0,
      };
    }
    case "pause":
    case "resume": {
      const paused = request.verb === "pause";
      if (request.batch !== undefined) (scheduler ?? store).setBatchPaused(request.batch, paused);
      else (scheduler ?? store).setPaused(paused);
      return changed(0);
    }
    case "retry":
      return changed((scheduler ?? store).retry(request.selection).length);
    case "cancel":
      return changed((scheduler ?? store).cancel(request.selection).length);
    case "clear":
      return changed(
        store.clear(request.selection, request.alsoFailed ? ["done", "cancelled", "failed"] : ["done", "cancelled"]),
      );
    case "move":
      store.move(request.jobs, request.before);
      scheduler?.wake();
      return changed(request.jobs.length);
    default:
      return assertNever(request);
  }
}
