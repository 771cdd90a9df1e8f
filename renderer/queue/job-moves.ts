import type { JobRow } from "../../preload/contract.ts";

/** A call of `move`, and what it comes to in words. */
export interface JobMove {
  readonly jobs: readonly number[];
  readonly before: number | undefined;
  /** How many photos the user moved. */
  readonly count: number;
  /** Where they are then. */
  readonly place: "front" | "end" | { readonly before: string };
}

/** Whether a row can be moved: only what waits has a place. */
export function isMovable({ state }: JobRow): boolean {
  return state === "queued";
}

/** Puts the selected rows to the very front of the queue. */
export function moveToFront(rows: readonly JobRow[], selected: ReadonlySet<number>): JobMove | undefined {
  const jobs = movableIds(rows, selected);
  return jobs.length === 0 ? undefined : { jobs, before: undefined, count: jobs.length, place: "front" };
}

/** Puts the selected rows one row earlier or later, together. */
export function moveByOne(rows: readonly JobRow[], selected: ReadonlySet<number>, by: -1 | 1): JobMove | undefined {
  const waiting = rows.filter(isMovable);
  const mine = waiting.flatMap(({ id }, i) => (selected.has(id) ? [i] : []));
  const [first, last] = [mine[0], mine.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  if (by < 0) {
    const before = waiting[first - 1];
    return before === undefined ? undefined : beforeRow(rows, selected, before);
  }
  if (waiting[last + 1] === undefined) return undefined;
  const before = waiting[last + 2];
  return before === undefined ? toEnd(waiting, selected) : beforeRow(rows, selected, before);
}

/**
 * Puts the selected rows where they are dropped.
 * @param index of the row that they are dropped before; the list's length for the end
 */
export function moveToIndex(
  rows: readonly JobRow[],
  selected: ReadonlySet<number>,
  index: number,
): JobMove | undefined {
  if (movableIds(rows, selected).length === 0) return undefined;
  const before = rows.slice(index).find((row) => isMovable(row) && !selected.has(row.id));
  const move = before === undefined ? toEnd(rows.filter(isMovable), selected) : beforeRow(rows, selected, before);
  return move !== undefined && isInPlace(rows, selected, before) ? undefined : move;
}

/** Where an insertion line may be: among the rows that wait, no earlier than the first of them. */
export function dropIndex(rows: readonly JobRow[], index: number): number | undefined {
  const first = rows.findIndex(isMovable);
  const last = rows.findLastIndex(isMovable);
  return first < 0 ? undefined : Math.min(Math.max(index, first), last + 1);
}

function movableIds(rows: readonly JobRow[], selected: ReadonlySet<number>): readonly number[] {
  return rows.filter((row) => isMovable(row) && selected.has(row.id)).map(({ id }) => id);
}

function beforeRow(rows: readonly JobRow[], selected: ReadonlySet<number>, before: JobRow): JobMove {
  const jobs = movableIds(rows, selected);
  return { jobs, before: before.id, count: jobs.length, place: { before: before.name } };
}

/** A move is always before another job, so the ones that follow are put before the selected ones. */
function toEnd(waiting: readonly JobRow[], selected: ReadonlySet<number>): JobMove | undefined {
  const first = waiting.findIndex(({ id }) => selected.has(id));
  const head = waiting[first];
  const others = waiting.slice(first + 1).filter(({ id }) => !selected.has(id));
  if (head === undefined || others.length === 0) return undefined;
  return {
    jobs: others.map(({ id }) => id),
    before: head.id,
    count: movableIds(waiting, selected).length,
    place: "end",
  };
}

/** Whether the selected rows lie together just before that row already. */
function isInPlace(rows: readonly JobRow[], selected: ReadonlySet<number>, before: JobRow | undefined): boolean {
  const waiting = rows.filter(isMovable);
  const end = before === undefined ? waiting.length : waiting.indexOf(before);
  const count = movableIds(rows, selected).length;
  return end >= count && waiting.slice(end - count, end).every(({ id }) => selected.has(id));
}
