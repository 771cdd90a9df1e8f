import { describe, expect, test } from "vitest";
import { type Action, actionFor, type Press } from "../../../renderer/inspector/keys.ts";

/** A key by its name: "Ctrl+0", "Shift+ArrowLeft", with the place where an American keyboard has it. */
function press(name: string, part: Partial<Press> = {}): Press {
  const held = name.length > 1 ? name.split("+").slice(0, -1) : [];
  const key = name.endsWith("++") || name === "+" ? "+" : (name.split("+").at(-1) ?? "");
  const code = /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : /^\d$/.test(key) ? `Digit${key}` : "";
  return {
    key,
    code,
    shiftKey: held.includes("Shift"),
    ctrlKey: held.includes("Ctrl"),
    metaKey: held.includes("Meta"),
    altKey: held.includes("Alt"),
    repeat: false,
    ...part,
  };
}

test.each<readonly [string, Action]>([
  ["g", { do: "gallery" }],
  ["e", { do: "stay" }],
  ["Enter", { do: "stay" }],
  ["z", { do: "toggle-zoom" }],
  ["Ctrl+0", { do: "fit" }],
  ["Meta+0", { do: "fit" }],
  ["Ctrl+1", { do: "actual-size" }],
  ["+", { do: "zoom", by: 1 }],
  ["=", { do: "zoom", by: 1 }],
  ["-", { do: "zoom", by: -1 }],
  ["Ctrl++", { do: "zoom", by: 1 }],
  ["Ctrl+-", { do: "zoom", by: -1 }],
  ["c", { do: "compare" }],
  ["s", { do: "mode", mode: "split" }],
  ["y", { do: "mode", mode: "side" }],
  ["\\", { do: "hold", held: "before" }],
  ["b", { do: "mode", mode: "blink" }],
  ["d", { do: "mode", mode: "difference" }],
  ["l", { do: "lens" }],
  ["m", { do: "pinning" }],
  ["n", { do: "hop-pin", by: 1 }],
  ["Shift+N", { do: "hop-pin", by: -1 }],
  ["k", { do: "keep-original" }],
  ["t", { do: "blind-test" }],
  ["p", { do: "flag", flag: "pick" }],
  ["x", { do: "flag", flag: "reject" }],
  ["u", { do: "flag", flag: "none" }],
  ["0", { do: "stars", stars: 0 }],
  ["5", { do: "stars", stars: 5 }],
  ["6", { do: "label", label: "red" }],
  ["9", { do: "label", label: "blue" }],
  ["w", { do: "hold", held: "live-view" }],
  ["F6", { do: "filmstrip" }],
  ["Tab", { do: "panels" }],
  ["?", { do: "sheet" }],
  ["[", { do: "lens-zoom", by: -1 }],
  ["]", { do: "lens-zoom", by: 1 }],
  ["ArrowLeft", { do: "arrow", x: -1, y: 0 }],
  ["Shift+ArrowDown", { do: "arrow", x: 0, y: 10 }],
  ["Home", { do: "photo", to: "first" }],
  ["End", { do: "photo", to: "last" }],
  ["Escape", { do: "leave" }],
  ["Ctrl+Enter", { do: "enhance" }],
])("%s", (name, action) => {
  expect(actionFor(press(name))).toEqual(action);
});

test.each([
  "Shift+Tab",
  "Alt+1",
  "Alt+ArrowLeft",
  "Ctrl+s",
  "Ctrl+c",
  "Ctrl+z",
  "Meta+p",
  "a",
  "q",
  "F5",
  " ",
  "Ctrl+Shift+I",
])("%s means nothing here", (name) => {
  expect(actionFor(press(name))).toBeUndefined();
});

describe("a key that stays down", () => {
  const repeat = { repeat: true };
  test.each(["\\", "w", "s", "c", "l", "m", "b", "k", "p", "g", "Tab", "F6", "Escape", "z", "6"])(
    "%s does what it does once",
    (name) => expect(actionFor(press(name, repeat))).toEqual({ do: "stay" }),
  );

  test("goes on where that is what it is for", () => {
    for (const name of ["+", "-", "[", "ArrowRight", "n"])
      expect(actionFor(press(name, repeat))).toEqual(actionFor(press(name)));
  });
});

describe("another keyboard", () => {
  test("Caps Lock makes no other key of a letter", () => {
    expect(actionFor(press("S", { shiftKey: false }))).toEqual({ do: "mode", mode: "split" });
    expect(actionFor(press("N", { shiftKey: false }))).toEqual({ do: "hop-pin", by: 1 });
  });

  test("letters are where Latin ones are: Greek, Russian, a Chinese input method", () => {
    expect(actionFor(press("σ", { code: "KeyS" }))).toEqual({ do: "mode", mode: "split" });
    expect(actionFor(press("п", { code: "KeyG" }))).toEqual({ do: "gallery" });
    expect(actionFor(press("Process", { code: "KeyL" }))).toEqual({ do: "lens" });
  });

  test("a Latin letter is what is printed on it: z on a German keyboard is where y is on an American one", () => {
    expect(actionFor(press("z", { code: "KeyY" }))).toEqual({ do: "toggle-zoom" });
  });

  test("\\ is there by AltGr, and by its place", () => {
    const altGr = { ctrlKey: true, altKey: true };
    expect(actionFor(press("\\", { ...altGr, code: "Minus" }))).toEqual({ do: "hold", held: "before" });
    expect(actionFor(press("#", { code: "Backslash" }))).toEqual({ do: "hold", held: "before" });
    expect(actionFor(press("ü", { code: "BracketLeft" }))).toEqual({ do: "lens-zoom", by: -1 });
    // On it stands +, which is closer.
    expect(actionFor(press("+", { code: "BracketRight" }))).toEqual({ do: "zoom", by: 1 });
  });

  test("Ctrl+0 and Ctrl+1 are by place where digits need Shift", () => {
    expect(actionFor(press("à", { code: "Digit0", ctrlKey: true }))).toEqual({ do: "fit" });
    expect(actionFor(press("&", { code: "Digit1", ctrlKey: true }))).toEqual({ do: "actual-size" });
    expect(actionFor(press("6", { code: "Digit6", shiftKey: true }))).toEqual({ do: "label", label: "red" });
  });
});
