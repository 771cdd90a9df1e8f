import type { MouseEvent } from "react";
import { isField } from "../shell/is-field.ts";

/**
 * A press on a button leaves the keyboard where it is, so that space and arrows go on meaning the photo. What is being
 * written ends all the same.
 */
export function keepFocus(event: MouseEvent): void {
  if (isField(document.activeElement)) return;
  if (event.target instanceof Element && event.target.closest("button") !== null) event.preventDefault();
}
