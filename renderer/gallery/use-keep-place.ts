import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from "react";
import { libraryStore } from "../library-store.ts";
import { type Geometry, MARGIN_PX } from "./geometry.ts";
import { selectionStore } from "./selection-store.ts";

/**
 * Keeps what one looks at on the screen while cells change their size: the photo with the focus if it is in sight, else
 * the first in sight. Returns a function that scrolls as little as it takes to show a photo, by its index.
 */
export function useKeepPlace(scroller: RefObject<HTMLElement | null>, geometry: Geometry): (index: number) => void {
  /** A photo's index and how far below the upper edge it is. */
  const kept = useRef({ index: 0, below: MARGIN_PX });
  const last = useRef(geometry);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const remember = () => {
      kept.current = placeIn(element, last.current);
    };
    element.addEventListener("scroll", remember, { passive: true });
    const stop = selectionStore.subscribe(remember);
    return () => {
      element.removeEventListener("scroll", remember);
      stop();
    };
  }, [scroller]);

  useLayoutEffect(() => {
    const element = scroller.current;
    const { index, below } = kept.current;
    if (element === null || last.current === geometry) return;
    last.current = geometry;
    element.scrollTop = topOf(index, geometry) - below;
  }, [scroller, geometry]);

  return useCallback(
    (index: number) => {
      const element = scroller.current;
      if (element === null) return;
      const top = topOf(index, geometry) - MARGIN_PX;
      const bottom = top + geometry.heightPx + 2 * MARGIN_PX;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight;
    },
    [scroller, geometry],
  );
}

function placeIn(element: HTMLElement, geometry: Geometry): { index: number; below: number } {
  const { focus } = selectionStore.getState();
  const focused = focus === undefined ? -1 : libraryStore.getState().ids.indexOf(focus);
  const below = topOf(focused, geometry) - element.scrollTop;
  if (focused >= 0 && below > -geometry.heightPx && below < element.clientHeight) return { index: focused, below };
  const row = Math.max(0, Math.floor((element.scrollTop - MARGIN_PX) / geometry.pitchPx));
  const index = row * geometry.columns;
  return { index, below: topOf(index, geometry) - element.scrollTop };
}

function topOf(index: number, { columns, pitchPx }: Geometry): number {
  return MARGIN_PX + Math.floor(index / columns) * pitchPx;
}
