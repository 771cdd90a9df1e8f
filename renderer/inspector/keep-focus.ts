import type { MouseEvent } from "react";

/** A press on a button leaves the keyboard where it is, so that space and arrows go on meaning the photo. */
export function keepFocus(event: MouseEvent): void {
  if (event.target instanceof Element && event.target.closest("button, [role=option]") !== null) event.preventDefault();
}
