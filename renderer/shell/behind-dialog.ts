import { roomStore } from "./room-store.ts";

/** Whether a dialog is open, or about to be. What lies behind it takes no keys and no commands, whatever has the focus. */
export function isBehindDialog(): boolean {
  return roomStore.getState().dialog !== undefined || document.querySelector("dialog[open]") !== null;
}
