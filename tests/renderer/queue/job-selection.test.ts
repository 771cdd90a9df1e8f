import { describe, expect, test } from "vitest";
import { howFrom, NO_SELECTION, possible, type SelectHow, select } from "../../../renderer/queue/job-selection.ts";
import { jobRow } from "./job-rows.ts";

const IDS = [10, 20, 30, 40, 50];

function stepped(...steps: readonly [number, SelectHow][]) {
  return steps.reduce((state, [id, how]) => select(state, IDS, id, how), NO_SELECTION);
}

describe("a selection", () => {
  test("is one row after a click", () => {
    expect([...stepped([10, "one"], [30, "one"]).selected]).toEqual([30]);
  });

  test("grows and shrinks with Ctrl", () => {
    expect([...stepped([10, "one"], [30, "toggle"], [10, "toggle"]).selected]).toEqual([30]);
  });

  test("spans from the anchor with Shift, both ways, and the anchor stays", () => {
    expect([...stepped([30, "one"], [50, "range"]).selected]).toEqual([30, 40, 50]);
    expect([...stepped([30, "one"], [50, "range"], [10, "range"]).selected]).toEqual([10, 20, 30]);
  });

  test("spans from the last toggled row", () => {
    expect([...stepped([10, "one"], [40, "toggle"], [50, "range"]).selected]).toEqual([40, 50]);
  });

  test("is the row alone where the anchor is gone or never was", () => {
    expect([...stepped([20, "range"]).selected]).toEqual([20]);
    expect([...stepped([99, "one"], [20, "range"]).selected]).toEqual([20]);
  });

  test("stays as it is while the keyboard walks", () => {
    const state = stepped([10, "one"], [40, "walk"]);
    expect([...state.selected]).toEqual([10]);
    expect(state.active).toBe(40);
  });
});

test.each([
  [{ shiftKey: false, ctrlKey: false, metaKey: false }, "one"],
  [{ shiftKey: true, ctrlKey: true, metaKey: false }, "range"],
  [{ shiftKey: false, ctrlKey: true, metaKey: false }, "toggle"],
  [{ shiftKey: false, ctrlKey: false, metaKey: true }, "toggle"],
])("a click with %j selects %s", (event, how) => expect(howFrom(event)).toBe(how));

test("what can be done follows the states of what is selected", () => {
  const rows = [
    jobRow(1, { state: "done" }),
    jobRow(2, { state: "failed" }),
    jobRow(3, { state: "running" }),
    jobRow(4),
    jobRow(5, { state: "cancelled" }),
  ];
  const can = possible(rows, new Set([1, 2, 3, 4, 5, 99]));
  expect(can.move.map(({ id }) => id)).toEqual([4]);
  expect(can.cancel.map(({ id }) => id)).toEqual([3, 4]);
  expect(can.retry.map(({ id }) => id)).toEqual([2]);
  expect(can.reveal).toBeUndefined();
  expect(possible(rows, new Set([1])).reveal?.id).toBe(1);
  expect(possible(rows, new Set([2])).reveal).toBeUndefined();
});
