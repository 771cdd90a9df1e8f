import { type RefObject, useEffect, useRef } from "react";

/** A ref to what takes the focus as it comes up: in a dialog, what had it may just have gone. */
export function useArrivalFocus<T extends HTMLElement>(): RefObject<T | null> {
  const element = useRef<T>(null);
  useEffect(() => element.current?.focus(), []);
  return element;
}
