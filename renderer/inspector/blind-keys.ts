import { answer, endTest, lookAt } from "./blind-test.ts";
import type { Action, Press } from "./keys.ts";

/** What still means the same during a blind test: it shows no side by its name. */
const ALLOWED: ReadonlySet<Action["do"]> = new Set(["toggle-zoom", "fit", "actual-size", "zoom", "stay"]);

export function isAllowedBlind(action: Action): boolean {
  return ALLOWED.has(action.do);
}

/** Keys of a blind test. @returns whether it was one of them */
export function blindKey({ key, code, repeat }: Press): boolean {
  const letter = /^[a-z]$/i.test(key) ? key.toLowerCase() : /^Key[ABX]$/.test(code) ? code.slice(3).toLowerCase() : key;
  if (letter === "a" || letter === "b" || letter === "x") {
    if (!repeat) lookAt(letter);
    return true;
  }
  if (key === "1" || key === "2") {
    // A key that stays down answers once.
    if (!repeat) answer(key === "1" ? "a" : "b");
    return true;
  }
  if (key === "Escape") {
    if (!repeat) endTest();
    return true;
  }
  return false;
}
