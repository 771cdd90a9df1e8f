import { type PointerEvent, type RefObject, useCallback, useEffect, useRef } from "react";
import * as drag from "./strip-drag.ts";

/** Drags a strip that is scrolled sideways. @param onClick a press that was no drag, with the element under it */
export function useStripDrag(scroller: RefObject<HTMLElement | null>, onClick: (target: Element) => void) {
  const state = useRef<drag.StripDrag>(drag.RESTING);
  const frame = useRef(0);

  const stop = useCallback((): void => {
    cancelAnimationFrame(frame.current);
    state.current = drag.RESTING;
  }, []);
  useEffect(() => stop, [stop]);
  const slide = (atMs: number): void => {
    state.current = drag.glide(state.current, atMs);
    const element = scroller.current;
    if (state.current.phase !== "gliding" || element === null) return;
    const { scroll } = state.current;
    element.scrollLeft = scroll;
    // At its end there is nothing left to glide over.
    if (scroll < 0 || scroll > element.scrollWidth - element.clientWidth) stop();
    else frame.current = requestAnimationFrame(slide);
  };

  return {
    stop,
    onPointerDown(event: PointerEvent<HTMLElement>): void {
      if (event.button !== 0 || !event.isPrimary) return;
      stop();
      state.current = drag.press(event.pointerId, event.clientX, event.currentTarget.scrollLeft);
    },
    onPointerMove(event: PointerEvent<HTMLElement>): void {
      const before = state.current.phase;
      // The button went up where nobody saw it.
      if ((before === "pressed" || before === "dragged") && event.buttons === 0) {
        state.current = drag.cancel(state.current);
        return;
      }
      state.current = drag.move(state.current, event.pointerId, event.clientX, event.timeStamp);
      // Captured only now: a press that is captured at once has no element under it when it ends.
      const now: drag.StripDrag["phase"] = state.current.phase;
      if (before === "pressed" && now === "dragged") event.currentTarget.setPointerCapture(event.pointerId);
      const scroll = drag.draggedTo(state.current);
      if (scroll !== undefined) event.currentTarget.scrollLeft = scroll;
    },
    onPointerUp(event: PointerEvent<HTMLElement>): void {
      const canGlide = !matchMedia("(prefers-reduced-motion: reduce)").matches;
      const end = drag.release(state.current, event.pointerId, event.timeStamp, canGlide);
      state.current = end.state;
      if (end.isClick && event.target instanceof Element) onClick(event.target);
      if (end.state.phase === "gliding") frame.current = requestAnimationFrame(slide);
    },
    onPointerCancel(): void {
      state.current = drag.cancel(state.current);
    },
  };
}
