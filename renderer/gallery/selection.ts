/*
 * What is selected, as a value. It behaves as in file managers: a range runs from the anchor to where one clicks, the
 * anchor is where the last plain or Ctrl click was, and the focus is what the keyboard acts on. `ids` is always all that
 * is shown, in order.
 */

export interface Selection {
  readonly selected: ReadonlySet<number>;
  readonly anchor: number | undefined;
  readonly focus: number | undefined;
}

/** Plain, with Ctrl or Cmd, with Shift, with both. */
export type Reach = "only" | "toggle" | "range" | "add-range";

export const NOTHING_SELECTED: Selection = { selected: new Set(), anchor: undefined, focus: undefined };

/** What a click on a photo makes of a selection. */
export function choose(before: Selection, ids: readonly number[], id: number, reach: Reach): Selection {
  switch (reach) {
    case "only":
      return { selected: new Set([id]), anchor: id, focus: id };
    case "toggle":
      return toggled(before, id);
    case "range":
      return { ...rangeFrom(before, ids, id, new Set()), focus: id };
    case "add-range":
      return { ...rangeFrom(before, ids, id, new Set(before.selected)), focus: id };
  }
}

/** The focus alone goes somewhere, as with Ctrl and an arrow. */
export function focusOn(before: Selection, id: number): Selection {
  return before.focus === id ? before : { ...before, focus: id };
}

/** The photo that has the focus is selected beside what is. */
export function addFocus(before: Selection): Selection {
  if (before.focus === undefined) return before;
  return { ...before, selected: new Set(before.selected).add(before.focus), anchor: before.focus };
}

export function selectAll(before: Selection, ids: readonly number[]): Selection {
  const focus = before.focus ?? ids[0];
  return { selected: new Set(ids), anchor: before.anchor ?? focus, focus };
}

/** The focus stays, so that the arrows go on from it. */
export function clear(before: Selection): Selection {
  return before.selected.size === 0 ? before : { ...before, selected: new Set(), anchor: before.focus };
}

/**
 * What a rubber band makes of the selection that there was when it began.
 * @param hit the photos under it, in order
 * @param toggles whether those are turned over, as with Ctrl, instead of being all that is selected
 */
export function band(before: Selection, hit: readonly number[], toggles: boolean): Selection {
  const selected = new Set(toggles ? before.selected : []);
  for (const id of hit) if (!toggles || !selected.delete(id)) selected.add(id);
  const first = hit[0];
  return first === undefined ? { ...before, selected } : { selected, anchor: first, focus: first };
}

/**
 * The selection after the photos shown have changed: what is not shown is not selected, and the focus goes to the next
 * photo that is left, or else to the one before.
 * @param follows whether that neighbour is selected when the only selected photo went, so that sorting out goes on
 */
export function keepShown(
  before: Selection,
  was: readonly number[],
  ids: readonly number[],
  follows: boolean,
): Selection {
  if (before.focus === undefined && before.anchor === undefined && before.selected.size === 0) return before;
  const shown = new Set(ids);
  const kept = [...before.selected].filter((id) => shown.has(id));
  const hasAll = kept.length === before.selected.size;
  const focus = neighbour(before.focus, was, shown);
  const isAlone = before.selected.size === 1 && kept.length === 0 && before.selected.has(before.focus ?? 0);
  if (follows && isAlone && focus !== undefined) return choose(before, ids, focus, "only");
  const anchor = before.anchor !== undefined && shown.has(before.anchor) ? before.anchor : focus;
  if (hasAll && focus === before.focus && anchor === before.anchor) return before;
  return { selected: hasAll ? before.selected : new Set(kept), anchor, focus };
}

function toggled(before: Selection, id: number): Selection {
  const selected = new Set(before.selected);
  if (!selected.delete(id)) selected.add(id);
  return { selected, anchor: id, focus: id };
}

/** Adds the photos from the anchor to `id`, whichever comes first. */
function rangeFrom(
  before: Selection,
  ids: readonly number[],
  id: number,
  selected: Set<number>,
): Omit<Selection, "focus"> {
  const to = ids.indexOf(id);
  const anchor = [before.anchor, before.focus, ids[0]].find((each) => each !== undefined && ids.includes(each));
  if (to < 0 || anchor === undefined) return before;
  const from = ids.indexOf(anchor);
  for (let at = Math.min(from, to); at <= Math.max(from, to); at++) selected.add(ids[at] ?? id);
  return { selected, anchor };
}

function neighbour(id: number | undefined, was: readonly number[], shown: ReadonlySet<number>): number | undefined {
  if (id === undefined || shown.has(id)) return id;
  const at = was.indexOf(id);
  if (at < 0) return undefined;
  const after = was.slice(at + 1).find((each) => shown.has(each));
  return after ?? was.slice(0, at).findLast((each) => shown.has(each));
}
