import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { libraryStore } from "../library-store.ts";
import * as selection from "./selection.ts";

/** What is selected of what is shown. */
export const selectionStore = createStore<selection.Selection>(() => selection.NOTHING_SELECTED);

/** Changes the selection by a function of what it is and what is shown. */
export function select(change: (before: selection.Selection, ids: readonly number[]) => selection.Selection): void {
  const before = selectionStore.getState();
  const after = change(before, libraryStore.getState().ids);
  if (after !== before) selectionStore.setState(after, true);
}

export function selectAll(): void {
  select(selection.selectAll);
}

export function deselect(): void {
  select(selection.clear);
}

let ordered: { selected: ReadonlySet<number>; ids: readonly number[]; result: readonly number[] } | undefined;

/** The selected photos in the order that they are shown in; the same list until it changes. */
export function selectedIds(): readonly number[] {
  const { selected } = selectionStore.getState();
  const { ids } = libraryStore.getState();
  if (ordered?.selected !== selected || ordered.ids !== ids)
    ordered = { selected, ids, result: selected.size === 0 ? [] : ids.filter((id) => selected.has(id)) };
  return ordered.result;
}

/** `selectedIds` for a component. */
export function useSelectedIds(): readonly number[] {
  useStore(libraryStore, (facts) => facts.ids);
  return useStore(selectionStore, selectedIds);
}

libraryStore.subscribe((facts, before) => {
  if (facts.ids === before.ids) return;
  const isSameView = facts.scope === before.scope && facts.filters === before.filters;
  select((now) => selection.keepShown(now, before.ids, facts.ids, isSameView));
});
