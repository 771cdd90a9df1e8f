import type { Point } from "./geometry.ts";

let place: Point | undefined;

/** Where the pointer is on the surface, in device px; `undefined` while it is elsewhere. No store holds it: it changes too often. */
export function pointerPlace(): Point | undefined {
  return place;
}

/** For the stage, which alone sees the pointer. */
export function setPointerPlace(now: Point | undefined): void {
  place = now;
}
