import type { BatchRow, JobRow, QueueState } from "../../preload/contract.ts";

/** How far a batch is, in photos. What was cancelled counts for nothing. */
export interface BatchFigures {
  readonly finished: number;
  readonly total: number;
  /** 0 to 1, with the tiles of the photos in hand. */
  readonly fraction: number;
  readonly isOver: boolean;
}

/** @param running photos that are being worked on, of any batch */
export function batchFigures(batch: BatchRow, running: readonly JobRow[]): BatchFigures {
  const finished = batch.done + batch.failed;
  const total = finished + batch.queued + batch.running;
  const inHand = running.filter((job) => job.batch === batch.id).reduce((sum, job) => sum + jobFraction(job), 0);
  return {
    finished,
    total,
    fraction: total === 0 ? 0 : Math.min(1, (finished + inHand) / total),
    isOver: batch.queued + batch.running === 0,
  };
}

/** How much of a photo is done, 0 to 1; 0 until the engine has said how many tiles there are. */
export function jobFraction({ tilesDone, tilesTotal }: Pick<JobRow, "tilesDone" | "tilesTotal">): number {
  return tilesTotal === 0 ? 0 : tilesDone / tilesTotal;
}

/** All jobs of a batch, in whatever state. */
export function jobCount({ queued, running, done, failed, cancelled }: BatchRow): number {
  return queued + running + done + failed + cancelled;
}

/** The batch in work: that of the photo in hand, else the first with photos that wait. */
export function batchInWork({ batches, running }: QueueState): BatchRow | undefined {
  const inHand = running[0]?.batch;
  return (
    batches.find(({ id }) => id === inHand) ??
    batches.find(({ queued, paused }) => queued > 0 && !paused) ??
    batches.find(({ queued }) => queued > 0)
  );
}

/** What the footer bar shows. */
export type BarState =
  | { readonly kind: "nothing" }
  | { readonly kind: "over"; readonly batch: BatchRow }
  | {
      readonly kind: "work";
      readonly batch: BatchRow;
      readonly job: JobRow | undefined;
      /** Pausing acts on the batch where that one alone is paused, else on the whole queue. */
      readonly pauses: "queue" | "batch";
      readonly isPaused: boolean;
    };

/** What the footer bar shows: the batch in work, else how the last one ended, else nothing. */
export function barState(queue: QueueState): BarState {
  const batch = batchInWork(queue);
  if (batch !== undefined) {
    const isBatchPaused = batch.paused && !queue.paused;
    return {
      kind: "work",
      batch,
      job: queue.running[0],
      pauses: isBatchPaused ? "batch" : "queue",
      isPaused: queue.paused || isBatchPaused,
    };
  }
  const last = queue.batches.findLast(({ done, failed }) => done + failed > 0);
  return last === undefined ? { kind: "nothing" } : { kind: "over", batch: last };
}
