import "./filmstrip.css";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { useLook } from "../gallery/use-look.ts";
import { libraryStore } from "../library-store.ts";
import { inspectorStore } from "./inspector-store.ts";
import { choosePhoto } from "./open-photo.ts";
import { STRIP_ID } from "./run-action.ts";
import { StripPhoto, stripId } from "./strip-photo.tsx";
import { GAP_PX, MARGIN_PX, stripWidth } from "./strip-size.ts";
import { useStripDrag } from "./use-strip-drag.ts";

/** Photos beyond both ends that exist already when one scrolls to them. */
const BEYOND = 4;

/** All photos of the gallery, as it is filtered, in a row of which only what is near the screen exists. */
export function Filmstrip(): ReactNode {
  const { t } = useTranslation("inspector");
  const ids = useStore(libraryStore, (facts) => facts.ids);
  const photo = useStore(inspectorStore, (facts) => facts.photo);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    horizontal: true,
    count: ids.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => ids[index] ?? index,
    estimateSize: (index) => stripWidth(libraryStore.getState().photos.get(ids[index] ?? 0)),
    gap: GAP_PX,
    paddingStart: MARGIN_PX,
    paddingEnd: MARGIN_PX,
    scrollPaddingStart: MARGIN_PX,
    scrollPaddingEnd: MARGIN_PX,
    overscan: BEYOND,
  });
  const drag = useStripDrag(scroller, (target) => {
    const shown = target.closest<HTMLElement>("[data-id]");
    if (shown !== null) choosePhoto(Number(shown.dataset.id));
  });
  const { stop } = drag;
  const at = photo === undefined ? -1 : ids.indexOf(photo);
  useKnownSizes(() => virtualizer.measure(), ids);

  // In the middle, so that what comes next is seen on both sides.
  const isPlaced = useRef(false);
  useLayoutEffect(() => {
    if (at < 0) return;
    virtualizer.scrollToIndex(at, { align: isPlaced.current ? "auto" : "center" });
    isPlaced.current = true;
  }, [virtualizer, at]);

  // A listener of React's cannot keep the wheel from what lies below.
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const turn = (event: WheelEvent): void => {
      if (event.ctrlKey) return;
      event.preventDefault();
      stop();
      const byPx = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY;
      element.scrollLeft += event.deltaMode === WheelEvent.DOM_DELTA_LINE ? byPx * LINE_PX : byPx;
    };
    element.addEventListener("wheel", turn, { passive: false });
    return () => element.removeEventListener("wheel", turn);
  }, [stop]);

  const items = virtualizer.getVirtualItems();
  useLook(items.map(({ index }) => ids[index] ?? 0));
  const isInSight = items.some(({ index }) => index === at);
  return (
    <div
      ref={scroller}
      id={STRIP_ID}
      role="listbox"
      className="filmstrip"
      tabIndex={0}
      aria-label={t("filmstrip")}
      aria-orientation="horizontal"
      aria-activedescendant={photo !== undefined && isInSight ? stripId(photo) : undefined}
      onPointerDown={drag.onPointerDown}
      onPointerMove={drag.onPointerMove}
      onPointerUp={drag.onPointerUp}
      onPointerCancel={drag.onPointerCancel}
      onLostPointerCapture={drag.onPointerCancel}
    >
      <div className="strip-row" role="presentation" style={{ width: virtualizer.getTotalSize() }}>
        {items.map((item) => (
          <StripPhoto
            key={item.key}
            id={ids[item.index] ?? 0}
            index={item.index}
            count={ids.length}
            left={item.start}
            width={item.size}
          />
        ))}
      </div>
    </div>
  );
}

/** Px of a line that a wheel turns by. */
const LINE_PX = 40;

/** Measures anew when photos of the list have got a size, or another one. */
function useKnownSizes(measure: () => void, ids: readonly number[]): void {
  // Sizes come with changes of the library; most change none.
  const version = useStore(libraryStore, (facts) => facts.version);
  const known = useRef<number>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` stands for the map of photos, which stays the same
  useLayoutEffect(() => {
    const { photos } = libraryStore.getState();
    const sum = ids.reduce((before, id) => (before * 31 + stripWidth(photos.get(id))) | 0, ids.length);
    if (known.current !== undefined && known.current !== sum) measure();
    known.current = sum;
  }, [ids, version]);
}
