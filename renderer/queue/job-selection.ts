import type { JobRow } from "../../preload/contract.ts";

/** What is selected in a list, as file managers have it. */
export interface JobSelectionState {
  readonly selected: ReadonlySet<number>;
  /** Where a range begins. */
  readonly anchor: number | undefined;
  /** The one that the keyboard is at. */
  readonly active: number | undefined;
}

export const NO_SELECTION: JobSelectionState = { selected: new Set(), anchor: undefined, active: undefined };

/** `one` alone, `toggle` one more or less, `range` from the anchor, `walk` the keyboard's place only. */
export type SelectHow = "one" | "toggle" | "range" | "walk";

/** The selection after a row was clicked or walked to. @param ids the list's jobs, in its order */
export function select(
  state: JobSelectionState,
  ids: readonly number[],
  id: number,
  how: SelectHow,
): JobSelectionState {
  switch (how) {
    case "one":
      return { selected: new Set([id]), anchor: id, active: id };
    case "walk":
      return { ...state, active: id };
    case "toggle": {
      const selected = new Set(state.selected);
      if (!selected.delete(id)) selected.add(id);
      return { selected, anchor: id, active: id };
    }
    case "range": {
      const to = ids.indexOf(id);
      const from = state.anchor === undefined ? -1 : ids.indexOf(state.anchor);
      if (from < 0) return { selected: new Set([id]), anchor: id, active: id };
      const range = ids.slice(Math.min(from, to), Math.max(from, to) + 1);
      return { selected: new Set(range), anchor: state.anchor, active: id };
    }
    default:
      return how satisfies never;
  }
}

/** How a click selects. */
export function howFrom(event: {
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}): SelectHow {
  if (event.shiftKey) return "range";
  return event.ctrlKey || event.metaKey ? "toggle" : "one";
}

/** What can be done to the rows that are selected. */
export interface Possible {
  readonly move: readonly JobRow[];
  readonly cancel: readonly JobRow[];
  readonly retry: readonly JobRow[];
  /** The one result to be shown. */
  readonly reveal: JobRow | undefined;
}

/** What can be done to the rows that are selected; those that it means nothing to are left out. */
export function possible(rows: readonly JobRow[], selected: ReadonlySet<number>): Possible {
  const chosen = rows.filter(({ id }) => selected.has(id));
  return {
    move: chosen.filter(({ state }) => state === "queued"),
    cancel: chosen.filter(({ state }) => state === "queued" || state === "running"),
    retry: chosen.filter(({ state }) => state === "failed"),
    reveal: chosen.length === 1 && chosen[0]?.state === "done" ? chosen[0] : undefined,
  };
}
