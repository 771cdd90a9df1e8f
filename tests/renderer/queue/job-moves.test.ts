import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JobRow } from "../../../preload/contract.ts";
import { dropIndex, type JobMove, moveByOne, moveToFront, moveToIndex } from "../../../renderer/queue/job-moves.ts";
import { jobRow } from "./job-rows.ts";

/** What the queue makes of a move: the jobs, in the order that they have, before another or at the front of what waits. */
function applied(rows: readonly JobRow[], move: JobMove | undefined): readonly number[] {
  const waiting = rows.filter(({ state }) => state === "queued").map(({ id }) => id);
  if (move === undefined) return waiting;
  const moved = waiting.filter((id) => move.jobs.includes(id));
  const rest = waiting.filter((id) => !move.jobs.includes(id));
  const at = move.before === undefined ? 0 : rest.indexOf(move.before);
  expect(at).toBeGreaterThanOrEqual(0);
  return [...rest.slice(0, at), ...moved, ...rest.slice(at)];
}

const ROWS: readonly JobRow[] = [
  jobRow(1, { state: "done" }),
  jobRow(2, { state: "running" }),
  jobRow(3),
  jobRow(4),
  jobRow(5),
  jobRow(6),
];
const chosen = (...ids: number[]) => new Set(ids);

describe("a move", () => {
  test("to the front leaves out what does not wait", () => {
    expect(moveToFront(ROWS, chosen(1, 2, 5))).toMatchObject({ jobs: [5], before: undefined, place: "front" });
    expect(moveToFront(ROWS, chosen(1, 2))).toBeUndefined();
  });

  test("by one row goes past one row, with all that are selected together", () => {
    expect(applied(ROWS, moveByOne(ROWS, chosen(5), -1))).toEqual([3, 5, 4, 6]);
    expect(applied(ROWS, moveByOne(ROWS, chosen(4, 6), -1))).toEqual([4, 6, 3, 5]);
    expect(applied(ROWS, moveByOne(ROWS, chosen(3, 4), 1))).toEqual([5, 3, 4, 6]);
  });

  test("by one row reaches the end, and stops at both ends", () => {
    const move = moveByOne(ROWS, chosen(5), 1);
    expect(applied(ROWS, move)).toEqual([3, 4, 6, 5]);
    expect(move).toMatchObject({ place: "end", count: 1 });
    expect(moveByOne(ROWS, chosen(6), 1)).toBeUndefined();
    expect(moveByOne(ROWS, chosen(3), -1)).toBeUndefined();
  });

  test("to where it is already is none", () => {
    for (const index of [3, 4]) expect(moveToIndex(ROWS, chosen(4), index)).toBeUndefined();
    expect(moveToIndex(ROWS, chosen(5, 6), ROWS.length)).toBeUndefined();
  });

  test("to a row puts the selected ones together before it, for any selection and place", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 6 })), fc.nat({ max: 6 }), (ids, index) => {
        const selected = new Set(ids);
        const waiting = [3, 4, 5, 6];
        const mine = waiting.filter((id) => selected.has(id));
        const above = waiting.filter((id) => !selected.has(id) && ROWS.findIndex((row) => row.id === id) < index);
        const below = waiting.filter((id) => !selected.has(id) && !above.includes(id));
        expect(applied(ROWS, moveToIndex(ROWS, selected, index))).toEqual([...above, ...mine, ...below]);
      }),
    );
  });
});

test("the insertion line stays among the rows that wait", () => {
  expect(dropIndex(ROWS, 0)).toBe(2);
  expect(dropIndex(ROWS, 4)).toBe(4);
  expect(dropIndex(ROWS, 99)).toBe(6);
  expect(dropIndex(ROWS.slice(0, 2), 1)).toBeUndefined();
});
