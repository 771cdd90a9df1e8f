import type { BatchRow, JobRow } from "../../../preload/contract.ts";

/** A job that waits, in the order of its id. */
export function jobRow(id: number, part: Partial<JobRow> = {}): JobRow {
  return {
    id,
    batch: 1,
    photo: id,
    name: `${id}.jpg`,
    state: "queued",
    tilesDone: 0,
    tilesTotal: 0,
    msLeft: undefined,
    code: undefined,
    message: undefined,
    isFlagged: false,
    cursor: { priority: 0, position: id, id },
    ...part,
  };
}

/** A batch with nothing in it. */
export function batchRow(id: number, part: Partial<BatchRow> = {}): BatchRow {
  return {
    id,
    name: `Batch ${id}`,
    target: "/home/ana/Enhanced",
    paused: false,
    code: undefined,
    queued: 0,
    running: 0,
    done: 0,
    failed: 0,
    cancelled: 0,
    msLeft: undefined,
    ...part,
  };
}
