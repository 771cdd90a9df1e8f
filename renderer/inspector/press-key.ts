import { isBehindDialog } from "../shell/behind-dialog.ts";
import { isField } from "../shell/is-field.ts";
import { blindKey, isAllowedBlind } from "./blind-keys.ts";
import { inspectorStore } from "./inspector-store.ts";
import { type Action, actionFor, type Held } from "./keys.ts";
import { hold, runAction } from "./run-action.ts";

/** What a control with the focus has keys of its own for. */
const OWN_KEYS: readonly (readonly [selector: string, keys: readonly string[]])[] = [
  ["input[type=range], [role=slider]", ["arrow", "Home", "End", "PageUp", "PageDown"]],
  ["input[type=radio], select", ["arrow", "Home", "End"]],
  ["button, a, summary, [role=button], input[type=checkbox], select", ["Enter", " "]],
];

/** Which key holds what, by its place: what it types may have changed until it is let go. */
const down = new Map<string, Held>();

/** A key that was pressed while the inspector is open. */
export function pressKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || !isOurs(event)) return;
  if (inspectorStore.getState().blindTest !== undefined && !event.ctrlKey && !event.metaKey && blindKey(event)) {
    event.preventDefault();
    return;
  }
  const action = actionFor(event);
  if (action === undefined || isBlinded(action) || isTabbing(event, action)) return;
  if (action.do === "hold") down.set(event.code, action.held);
  if (runAction(action)) event.preventDefault();
}

/** A key that was let go. */
export function releaseKey({ code }: Pick<KeyboardEvent, "code">): void {
  const held = down.get(code);
  if (held === undefined) return;
  down.delete(code);
  hold(held, false);
}

/** No key is down any more, as far as one can know: the window has lost the keyboard. */
export function releaseAll(): void {
  for (const code of [...down.keys()]) releaseKey({ code });
}

function isOurs(event: KeyboardEvent): boolean {
  if (isBehindDialog() || isField(event.target)) return false;
  // The browser closes it.
  if (event.key === "Escape" && document.querySelector(":popover-open") !== null) return false;
  const { target } = event;
  return !(target instanceof Element) || !ownsKey(target, event.key);
}

function ownsKey(target: Element, key: string): boolean {
  const kind = key.startsWith("Arrow") ? "arrow" : key;
  return OWN_KEYS.some(([selector, keys]) => target.matches(selector) && keys.includes(kind));
}

/** A test stays blind: what shows a name or another view waits until it is over. */
function isBlinded(action: Action): boolean {
  return inspectorStore.getState().blindTest !== undefined && !isAllowedBlind(action);
}

/** Whoever goes from control to control by Tab goes on; else Tab shows and hides the panels. */
function isTabbing({ target }: KeyboardEvent, action: Action): boolean {
  if (action.do !== "panels" || !(target instanceof HTMLElement)) return false;
  const isOnPhoto = target.closest("[data-stage]") !== null && !target.matches("[role=slider]");
  return target !== document.body && target.matches(":focus-visible") && !isOnPhoto;
}
