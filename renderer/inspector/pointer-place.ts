import type { Point } from "./geometry.ts";

let place: Point | undefined;

/** Where the pointer is on the surface, in device px; `undefined` while it is elsewhere. */
export function pointerPlace(): Point | undefined {
  return place;
}

/** For the stage, which owns the pointer. It is no state that anything is drawn from: who wants to know asks. */
export function setPointerPlace(at: Point | undefined): void {
  place = at;
}
