import { createStore } from "zustand/vanilla";
import type { Mark, QueueState } from "../preload/contract.ts";

/** What is known of the queue, and of every photo's latest enhancement. */
export interface QueueFacts {
  readonly queue: QueueState;
  readonly marks: ReadonlyMap<number, Mark>;
}

const NOTHING: QueueState = {
  paused: false,
  batches: [],
  running: [],
  waiting: undefined,
  msLeft: undefined,
  version: 0,
};

export const queueStore = createStore<QueueFacts>(() => ({ queue: NOTHING, marks: new Map() }));

/** Takes over what the main process says of the queue. */
export function setQueue(queue: QueueState): void {
  queueStore.setState({ queue });
}

/** Takes changed marks over; `none` takes one off. */
export function addMarks(changed: readonly Mark[]): void {
  if (changed.length === 0) return;
  const marks = new Map(queueStore.getState().marks);
  for (const mark of changed) {
    if (mark.state === "none") marks.delete(mark.photo);
    else marks.set(mark.photo, mark);
  }
  queueStore.setState({ marks });
}
