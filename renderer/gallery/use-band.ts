import { type PointerEvent, type RefObject, useRef } from "react";
import { type Box, type CellRange, cellsIn, type Geometry, idsIn } from "./geometry.ts";
import { band, type Selection } from "./selection.ts";
import { select, selectionStore } from "./selection-store.ts";

/** So far a pointer goes before a press becomes a band. */
const SLACK_PX = 5;
/** The band scrolls when the pointer is so near to an edge, or beyond it. */
const EDGE_PX = 28;

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Drag {
  readonly pointer: number;
  /** In what is scrolled, so that it stays where it is while that scrolls. */
  readonly start: Point;
  readonly before: Selection;
  readonly toggles: boolean;
  /** On the screen. */
  at: Point;
  isBand: boolean;
  range: CellRange | undefined;
  frame: number;
}

/**
 * The rubber band: a press that moves selects what the rectangle touches, also what is scrolled out of sight. It is drawn
 * without React, once a frame.
 */
export function useBand(
  scroller: RefObject<HTMLElement | null>,
  line: RefObject<HTMLElement | null>,
  geometry: Geometry,
) {
  const drag = useRef<Drag>(undefined);

  return {
    isBanding: () => drag.current?.isBand === true,

    /** @param before the selection before the press, which the band changes and Escape brings back */
    begin(event: PointerEvent, before: Selection): void {
      const element = scroller.current;
      if (element === null || event.button !== 0) return;
      const at = { x: event.clientX, y: event.clientY };
      const toggles = event.ctrlKey || event.metaKey;
      const start = inside(element, at);
      drag.current = {
        pointer: event.pointerId,
        start,
        before,
        toggles,
        at,
        isBand: false,
        range: undefined,
        frame: 0,
      };
    },

    move(event: PointerEvent): void {
      const now = drag.current;
      const element = scroller.current;
      if (now === undefined || element === null || event.pointerId !== now.pointer) return;
      now.at = { x: event.clientX, y: event.clientY };
      if (now.isBand) return;
      const here = inside(element, now.at);
      if (Math.hypot(here.x - now.start.x, here.y - now.start.y) < SLACK_PX) return;
      now.isBand = true;
      element.setPointerCapture(now.pointer);
      follow(now);
    },

    end(): void {
      stop();
    },

    /** Puts the selection back that there was. Returns whether there was a band. */
    cancel(): boolean {
      const now = drag.current;
      if (now?.isBand !== true) return false;
      selectionStore.setState(now.before, true);
      stop();
      return true;
    },
  };

  function follow(now: Drag): void {
    const element = scroller.current;
    if (element === null || drag.current !== now) return;
    scrollAtEdges(element, now.at.y);
    const box = boxOf(now.start, inside(element, now.at));
    draw(line.current, box);
    const range = cellsIn(box, geometry);
    if (!isSame(range, now.range)) {
      now.range = range;
      select((_, ids) => band(now.before, idsIn(range, geometry.columns, ids), now.toggles));
    }
    now.frame = requestAnimationFrame(() => follow(now));
  }

  function stop(): void {
    const now = drag.current;
    if (now === undefined) return;
    cancelAnimationFrame(now.frame);
    drag.current = undefined;
    if (line.current !== null) line.current.hidden = true;
    scroller.current?.releasePointerCapture?.(now.pointer);
  }
}

function inside(element: HTMLElement, at: Point): Point {
  const { left, top } = element.getBoundingClientRect();
  const x = Math.min(Math.max(at.x - left, 0), element.clientWidth);
  const y = Math.min(Math.max(at.y - top, 0), element.clientHeight);
  return { x, y: y + element.scrollTop };
}

function scrollAtEdges(element: HTMLElement, y: number): void {
  const { top, bottom } = element.getBoundingClientRect();
  const above = Math.max(0, top + EDGE_PX - y);
  const below = Math.max(0, y - (bottom - EDGE_PX));
  // The further out, the quicker.
  element.scrollTop += Math.round(((below - above) * 40) / 100);
}

function boxOf(a: Point, b: Point): Box {
  return { left: Math.min(a.x, b.x), right: Math.max(a.x, b.x), top: Math.min(a.y, b.y), bottom: Math.max(a.y, b.y) };
}

function draw(line: HTMLElement | null, box: Box): void {
  if (line === null) return;
  line.hidden = false;
  line.style.transform = `translate(${box.left}px, ${box.top}px)`;
  line.style.width = `${box.right - box.left}px`;
  line.style.height = `${box.bottom - box.top}px`;
}

function isSame(a: CellRange | undefined, b: CellRange | undefined): boolean {
  return a?.left === b?.left && a?.right === b?.right && a?.top === b?.top && a?.bottom === b?.bottom;
}
