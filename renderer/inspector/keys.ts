import { LABELS, type Label } from "../../preload/contract.ts";
import type { Mode } from "./inspector-store.ts";

/** What a key press is, as far as the inspector cares. `code` names the place of the key on the keyboard. */
export type Press = Pick<KeyboardEvent, "key" | "code" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey" | "repeat">;

/** What is held down as long as its key is. */
export type Held = "before" | "live-view";

/** What a key means in the inspector. */
export type Action =
  | { readonly do: "gallery" | "leave" | "stay" | "sheet" }
  | { readonly do: "mode"; readonly mode: Mode }
  | { readonly do: "compare" | "lens" | "pinning" | "blind-test" | "filmstrip" | "panels" | "enhance" }
  | { readonly do: "hold"; readonly held: Held }
  | { readonly do: "toggle-zoom" | "fit" | "actual-size" }
  | { readonly do: "zoom" | "lens-zoom" | "hop-pin"; readonly by: 1 | -1 }
  | { readonly do: "arrow"; readonly x: number; readonly y: number }
  | { readonly do: "photo"; readonly to: "first" | "last" }
  | { readonly do: "flag"; readonly flag: "pick" | "reject" | "none" }
  | { readonly do: "stars"; readonly stars: number }
  | { readonly do: "label"; readonly label: Label }
  | { readonly do: "keep-original" };

const LETTERS: Readonly<Record<string, Action>> = {
  g: { do: "gallery" },
  e: { do: "stay" },
  z: { do: "toggle-zoom" },
  c: { do: "compare" },
  s: { do: "mode", mode: "split" },
  y: { do: "mode", mode: "side" },
  b: { do: "mode", mode: "blink" },
  d: { do: "mode", mode: "difference" },
  l: { do: "lens" },
  m: { do: "pinning" },
  k: { do: "keep-original" },
  t: { do: "blind-test" },
  p: { do: "flag", flag: "pick" },
  x: { do: "flag", flag: "reject" },
  u: { do: "flag", flag: "none" },
  w: { do: "hold", held: "live-view" },
};

const NAMED: Readonly<Record<string, Action>> = {
  Enter: { do: "stay" },
  Escape: { do: "leave" },
  Home: { do: "photo", to: "first" },
  End: { do: "photo", to: "last" },
  F6: { do: "filmstrip" },
  Tab: { do: "panels" },
  "?": { do: "sheet" },
  "\\": { do: "hold", held: "before" },
  "+": { do: "zoom", by: 1 },
  "=": { do: "zoom", by: 1 },
  "-": { do: "zoom", by: -1 },
  "−": { do: "zoom", by: -1 },
  _: { do: "zoom", by: -1 },
  "[": { do: "lens-zoom", by: -1 },
  "]": { do: "lens-zoom", by: 1 },
};

/** Keys by their place, where what is printed on them is something else: a German keyboard has # at the backslash. */
const PLACES: Readonly<Record<string, Action>> = {
  Backslash: { do: "hold", held: "before" },
  BracketLeft: { do: "lens-zoom", by: -1 },
  BracketRight: { do: "lens-zoom", by: 1 },
  NumpadAdd: { do: "zoom", by: 1 },
  NumpadSubtract: { do: "zoom", by: -1 },
};

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Source px that an arrow moves a pinned lens with Shift. */
const FAR_PX = 10;

/** What may be done again and again while its key stays down. */
const REPEATS: ReadonlySet<Action["do"]> = new Set(["zoom", "lens-zoom", "arrow", "hop-pin"]);

/**
 * What a key means. What would flip back and forth while a key stays down is taken and does nothing then: `stay`.
 * @returns `undefined` for a key that means nothing here
 */
export function actionFor(press: Press): Action | undefined {
  const action = meaningOf(press);
  return action !== undefined && press.repeat && !REPEATS.has(action.do) ? { do: "stay" } : action;
}

function meaningOf(press: Press): Action | undefined {
  const { key, code, shiftKey } = press;
  // On many keyboards these need AltGr, which comes as Ctrl and Alt, or Option.
  const isTyped = press.altKey && ["\\", "[", "]"].includes(key);
  if (press.altKey && !isTyped) return undefined;
  if ((press.ctrlKey || press.metaKey) && !isTyped) return command(press);
  const arrow = ARROWS[key];
  if (arrow !== undefined) {
    const px = shiftKey ? FAR_PX : 1;
    return { do: "arrow", x: arrow[0] * px, y: arrow[1] * px };
  }
  // Shift+Tab goes to what can be pressed.
  if (key === "Tab" && shiftKey) return undefined;
  const letter = letterOf(press);
  if (letter === "n") return { do: "hop-pin", by: shiftKey ? -1 : 1 };
  return judgement(key) ?? NAMED[key] ?? LETTERS[letter] ?? PLACES[code];
}

function command({ key, code, shiftKey }: Press): Action | undefined {
  if (shiftKey && key !== "+") return undefined;
  if (key === "0" || code === "Digit0" || code === "Numpad0") return { do: "fit" };
  if (key === "1" || code === "Digit1" || code === "Numpad1") return { do: "actual-size" };
  if (key === "+" || key === "=") return { do: "zoom", by: 1 };
  if (key === "-") return { do: "zoom", by: -1 };
  return key === "Enter" ? { do: "enhance" } : undefined;
}

function judgement(key: string): Action | undefined {
  if (!/^\d$/.test(key)) return undefined;
  const digit = Number(key);
  if (digit <= 5) return { do: "stars", stars: digit };
  const label = LABELS[digit - 5];
  return label === undefined ? undefined : { do: "label", label };
}

/** The letter of a key, whatever Caps Lock says; where the layout has none, as in Greek, the one at its place. */
function letterOf({ key, code }: Press): string {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  const isForeign = !isAscii(key) || key === "Process";
  return isForeign && /^Key[A-Z]$/.test(code) ? code.slice(3).toLowerCase() : "";
}

function isAscii(key: string): boolean {
  return key.codePointAt(0) !== undefined && (key.codePointAt(0) ?? 0) < 128;
}
