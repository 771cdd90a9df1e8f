import type { KeyboardEvent, RefObject } from "react";
import { moveByOne, moveToFront } from "./job-moves.ts";
import { NO_SELECTION, type SelectHow, select } from "./job-selection.ts";
import { ROW_PX } from "./row-px.ts";
import type { JobListState } from "./use-job-list.ts";

/** What the keys do in a list of photos. @param show scrolls a row into view */
export function useJobKeys(
  list: JobListState,
  box: RefObject<HTMLDivElement | null>,
  show: (index: number) => void,
): (event: KeyboardEvent) => void {
  const { ids, isWhole, selection, setSelection, pages } = list;

  const go = (index: number, how: SelectHow): void => {
    const id = ids[Math.min(Math.max(index, 0), ids.length - 1)];
    if (id === undefined) return;
    setSelection((state) => select(state, ids, id, how));
    show(ids.indexOf(id));
  };
  const withAll = async (act: (all: readonly number[]) => void): Promise<void> => {
    if (!isWhole) await pages.readAll();
    act(pages.store.getState().rows.map(({ id }) => id));
  };

  const plain = (key: string, how: SelectHow): boolean => {
    const active = selection.active === undefined ? -1 : ids.indexOf(selection.active);
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / ROW_PX) - 1);
    switch (key) {
      case "ArrowUp":
        go(active < 0 ? 0 : active - 1, how);
        return true;
      case "ArrowDown":
        go(active + 1, how);
        return true;
      case "PageUp":
        go(active - page, how);
        return true;
      case "PageDown":
        go(active + page, how);
        return true;
      case "Home":
        go(0, how);
        return true;
      case "End":
        void withAll((all) => {
          const id = all.at(-1);
          if (id === undefined) return;
          setSelection((state) => select(state, all, id, how));
          show(all.length - 1);
        });
        return true;
      case " ":
        if (selection.active !== undefined) go(active, how === "walk" ? "toggle" : how);
        return true;
      case "Enter":
        list.reveal();
        return true;
      case "Escape":
        setSelection((state) => ({ ...NO_SELECTION, active: state.active }));
        return true;
      case "Delete":
        void list.cancel();
        return true;
      default:
        return false;
    }
  };

  const moving = (key: string): boolean => {
    const { selected } = selection;
    switch (key) {
      case "ArrowUp":
        void list.move((all) => moveByOne(all, selected, -1));
        return true;
      case "ArrowDown":
        void list.move((all) => moveByOne(all, selected, 1));
        return true;
      case "Home":
        void list.move((all) => moveToFront(all, selected));
        return true;
      default:
        return false;
    }
  };

  return (event) => {
    const hasControl = event.ctrlKey || event.metaKey;
    if (hasControl && event.key === "Enter") return;
    let isOurs = false;
    if (hasControl && event.key.toLowerCase() === "a") {
      isOurs = true;
      void withAll((all) =>
        setSelection({ selected: new Set(all), anchor: all[0], active: selection.active ?? all[0] }),
      );
    } else if (event.altKey) isOurs = moving(event.key);
    else isOurs = plain(event.key, event.shiftKey ? "range" : hasControl ? "walk" : "one");
    if (!isOurs) return;
    event.preventDefault();
    event.stopPropagation();
  };
}
