import { type RefObject, useEffect } from "react";
import { useStore } from "zustand";
import { libraryStore } from "../library-store.ts";
import { settingsStore } from "../settings-store.ts";
import { selectionStore } from "./selection-store.ts";

/**
 * Where the grid is scrolled to when one comes back to it or looks at other photos or in another order: to the photo with
 * the focus, or else to the first.
 * @param isReady whether the size of cells is known
 */
export function useBegin(
  scroller: RefObject<HTMLElement | null>,
  reveal: (index: number) => void,
  isReady: boolean,
): void {
  const scope = useStore(libraryStore, (facts) => facts.scope);
  const filters = useStore(libraryStore, (facts) => facts.filters);
  const sort = useStore(settingsStore, ({ settings }) => settings.sort);
  const descending = useStore(settingsStore, ({ settings }) => settings.descending);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what one looks at; `reveal` changes with the size
  useEffect(() => {
    if (!isReady) return;
    const { focus } = selectionStore.getState();
    const index = focus === undefined ? -1 : libraryStore.getState().ids.indexOf(focus);
    if (index >= 0) reveal(index);
    else scroller.current?.scrollTo(0, 0);
  }, [isReady, scope, filters, sort, descending]);
}
