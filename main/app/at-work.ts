import type { Batch } from "../queue/batches.ts";

/** A queue, as far as it tells whether it works. */
export interface WorkingQueue {
  /** The whole of it. */
  readonly isPaused: boolean;
  batches(): readonly Pick<Batch, "paused" | "jobs">[];
}

/** Whether a batch is at work, the moment between two of its photos included; what is paused is not. */
export function isAtWork(queue: WorkingQueue): boolean {
  return queue
    .batches()
    .some(({ paused, jobs }) => jobs.running > 0 || (jobs.queued > 0 && !paused && !queue.isPaused));
}
