import { z } from "zod";
import { assertNever, expected } from "../core/errors.ts";
import { JOB_STATES } from "../core/job.ts";
import type { Batch } from "./batches.ts";
import type { Job } from "./job-row.ts";
import { reportText } from "./report.ts";
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
  /** Of a batch; of the last one, unless told. */
  z.object({ verb: z.literal("report"), batch: z.int().positive().optional(), as: z.enum(["json", "csv"]) }),
]);
export type QueueRequest = z.infer<typeof QueueRequest>;

/** A request as it came from another process. @throws SilvergrainError USAGE */
export function parseRequest(raw: unknown): QueueRequest {
  const parsed = QueueRequest.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw expected("the request", "a command for the queue", "something else");
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
  /** A report, where one was asked for. */
  readonly text: string | undefined;
  /** Milliseconds for all that waits and runs, where that is known. */
  readonly msLeft: number | undefined;
}

/**
 * Does what was asked.
 * @param scheduler whoever runs the queue, where somebody does: it must stop what is in hand
 * @param working whether somebody does, or is about to
 * @throws SilvergrainError USAGE for a batch that is not there
 */
export function obey(
  request: QueueRequest,
  store: QueueStore,
  scheduler: Scheduler | undefined,
  working = scheduler !== undefined,
): QueueAnswer {
  if ("batch" in request && request.batch !== undefined) batchOf(store, request.batch);
  const { jobs = [], changed = 0, text } = act(request, store, scheduler);
  return {
    working,
    paused: store.isPaused,
    batches: store.batches(),
    jobs,
    changed,
    text,
    msLeft: scheduler?.clock.msLeft(),
  };
}

function act(
  request: QueueRequest,
  store: QueueStore,
  scheduler: Scheduler | undefined,
): { readonly jobs?: readonly Job[]; readonly changed?: number; readonly text?: string } {
  const changed = (count: number) => ({ changed: count });
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
      // One whose newer plan waits already gives way to it.
      return changed((scheduler ?? store).retry(request.selection).filter(({ state }) => state === "queued").length);
    case "cancel":
      return changed((scheduler ?? store).cancel(request.selection).length);
    case "clear":
      return changed(
        store.clear(request.selection, request.alsoFailed ? ["done", "cancelled", "failed"] : ["done", "cancelled"]),
      );
    case "move":
      return changed(store.move(request.jobs, request.before));
    case "report": {
      const batch = batchOf(store, request.batch);
      return { text: reportText(store, batch, request.as) };
    }
    default:
      return assertNever(request);
  }
}

/** A batch; the last one, unless told. @throws SilvergrainError USAGE where it is not there */
function batchOf(store: QueueStore, wanted: number | undefined): Batch {
  const batches = store.batches();
  const found = wanted === undefined ? batches.at(-1) : batches.find(({ id }) => id === wanted);
  if (found !== undefined) return found;
  const known = batches.length === 0 ? "a folder with a batch in it" : batches.map(({ id }) => id).join(", ");
  throw expected("the batch", known, wanted ?? "none");
}
