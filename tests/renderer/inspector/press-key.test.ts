import { beforeEach, describe, expect, test, vi } from "vitest";
import { selectionStore } from "../../../renderer/gallery/selection-store.ts";
import { resizeSurface } from "../../../renderer/inspector/actions.ts";
import { inspectorStore } from "../../../renderer/inspector/inspector-store.ts";
import { setPointerPlace } from "../../../renderer/inspector/pointer-place.ts";
import { pressKey, releaseAll, releaseKey } from "../../../renderer/inspector/press-key.ts";
import { applyPhotos, libraryStore } from "../../../renderer/library-store.ts";
import { settingsStore } from "../../../renderer/settings-store.ts";
import { openDialog, roomStore } from "../../../renderer/shell/room-store.ts";
import { photoRow } from "../../helpers/photo-rows.ts";
import { inspectionOf } from "./inspections.ts";

/** Just enough of an element: what it is, in words of selectors. */
class FakeElement {
  readonly #is: readonly string[];

  constructor(...is: readonly string[]) {
    this.#is = is;
  }

  matches(selector: string): boolean {
    return selector.split(", ").some((each) => this.#is.includes(each));
  }

  closest(): null {
    return null;
  }
}
class FakeInput extends FakeElement {
  type = "text";
}
class Never extends FakeElement {}

let open: readonly string[] = [];
const body = new FakeElement("body");
vi.stubGlobal("Element", FakeElement);
vi.stubGlobal("HTMLElement", FakeElement);
vi.stubGlobal("HTMLInputElement", FakeInput);
vi.stubGlobal("HTMLTextAreaElement", Never);
vi.stubGlobal("HTMLSelectElement", Never);
vi.stubGlobal("document", {
  body,
  querySelector: (selector: string) => (open.includes(selector) ? body : null),
  getElementById: () => null,
});
vi.stubGlobal("window", {
  silvergrain: {
    judge: async () => ({ ok: true, value: undefined }),
    saveSettings: async () => ({ ok: true, value: undefined }),
  },
});

const initial = inspectorStore.getState();
const facts = () => inspectorStore.getState();

/** @returns whether the key was taken */
function press(key: string, part: { target?: FakeElement; code?: string; repeat?: boolean; ctrlKey?: boolean } = {}) {
  let isTaken = false;
  const event = {
    key,
    code: /^[a-z]$/.test(key) ? `Key${key.toUpperCase()}` : "",
    shiftKey: false,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    repeat: false,
    isComposing: false,
    defaultPrevented: false,
    target: body,
    preventDefault: () => {
      isTaken = true;
    },
    ...part,
  };
  pressKey(event as unknown as KeyboardEvent);
  return isTaken;
}

beforeEach(() => {
  releaseAll();
  open = [];
  openDialog(undefined);
  roomStore.setState({ room: "inspector" });
  inspectorStore.setState({ ...initial, photo: 2, inspection: inspectionOf(2) }, true);
  resizeSurface({ width: 600, height: 400 }, 1);
  libraryStore.setState({ isLoading: false });
  applyPhotos({ changed: [1, 2, 3].map((id) => photoRow({ id, name: `${id}.jpg` })), gone: [] });
  selectionStore.setState({ selected: new Set([2]), anchor: 2, focus: 2 });
});

describe("what is held down", () => {
  test("is shown until its key is let go, whatever that types by then", () => {
    expect(press("\\", { code: "Backslash" })).toBe(true);
    expect(facts().showsBefore).toBe(true);
    press("\\", { code: "Backslash", repeat: true });
    expect(facts().showsBefore).toBe(true);
    releaseKey({ code: "KeyA" });
    expect(facts().showsBefore).toBe(true);
    releaseKey({ code: "Backslash" });
    expect(facts().showsBefore).toBe(false);
  });

  test("is let go when the window loses the keyboard", () => {
    press("w");
    press("\\", { code: "Backslash" });
    expect(facts()).toMatchObject({ showsBefore: true, isLiveView: true });
    releaseAll();
    expect(facts()).toMatchObject({ showsBefore: false, isLiveView: false });
  });
});

describe("keys go to what they are meant for", () => {
  test("in a field they are text", () => {
    const field = new FakeInput();
    for (const key of ["s", "\\", "Escape", "Tab", "ArrowLeft", "5"]) expect(press(key, { target: field })).toBe(false);
    expect(facts()).toMatchObject({ mode: "split", showsBefore: false, photo: 2 });
  });

  test("a slider keeps its arrows and ends, and lets the rest be", () => {
    for (const slider of ["input[type=range]", "[role=slider]"]) {
      const target = new FakeElement(slider);
      for (const key of ["ArrowLeft", "ArrowUp", "Home", "End"]) expect(press(key, { target })).toBe(false);
    }
    expect(selectionStore.getState().focus).toBe(2);
    expect(press("y", { target: new FakeElement("[role=slider]") })).toBe(true);
    expect(facts().mode).toBe("side");
  });

  test("a button keeps Enter and space, and gives arrows away", () => {
    const target = new FakeElement("button");
    expect(press("Enter", { target })).toBe(false);
    expect(press("ArrowRight", { target })).toBe(true);
    expect(selectionStore.getState().focus).toBe(3);
  });

  test("behind a dialog they mean nothing; Escape closes a small panel first", () => {
    openDialog("settings");
    expect(press("g")).toBe(false);
    openDialog(undefined);
    open = ["dialog[open]"];
    expect(press("g")).toBe(false);
    open = [":popover-open"];
    expect(press("Escape")).toBe(false);
    expect(roomStore.getState().room).toBe("inspector");
  });

  test("Tab goes on from control to control; else it hides panels", () => {
    const before = settingsStore.getState().settings.showsPanel;
    expect(press("Tab", { target: new FakeElement("button", ":focus-visible") })).toBe(false);
    expect(settingsStore.getState().settings.showsPanel).toBe(before);
    expect(press("Tab")).toBe(true);
    expect(settingsStore.getState().settings).toMatchObject({ showsPanel: false, showsFilmstrip: false });
    press("Tab");
    expect(settingsStore.getState().settings).toMatchObject({ showsPanel: true, showsFilmstrip: true });
  });
});

describe("in the inspector", () => {
  test("Escape leaves setting a pin, then the loupe, then the room", () => {
    press("l");
    press("m");
    press("Escape");
    expect(facts()).toMatchObject({ isPinning: false, showsLens: true });
    press("Escape");
    expect(facts().showsLens).toBe(false);
    expect(roomStore.getState().room).toBe("inspector");
    press("Escape");
    expect(roomStore.getState().room).toBe("gallery");
  });

  test("arrows change photos, or move a pinned lens by a px, within the photo", () => {
    press("ArrowLeft");
    expect(selectionStore.getState().focus).toBe(1);
    press("l");
    press("ArrowRight");
    expect(selectionStore.getState().focus).toBe(3);
    inspectorStore.setState(({ lens }) => ({ lens: { ...lens, pinned: { x: 299.5, y: 10.25, pane: 0 } } }));
    press("ArrowRight");
    press("ArrowUp");
    expect(facts().lens.pinned).toEqual({ x: 300, y: 9.25, pane: 0 });
    expect(selectionStore.getState().focus).toBe(3);
  });

  test("Z looks at 1:1 at the pointer and goes back", () => {
    setPointerPlace({ x: 300, y: 200 });
    inspectorStore.setState({ view: { x: 150, y: 100, scale: 0.5 } });
    press("z");
    expect(facts()).toMatchObject({ isFitted: false, view: { scale: 1 } });
    press("z");
    expect(facts().isFitted).toBe(true);
  });

  test("C goes between the result and how it was last compared", () => {
    press("d");
    press("c");
    expect(facts().mode).toBe("result");
    press("c");
    expect(facts().mode).toBe("difference");
  });

  test("what is thought of it is said by the keys of the gallery", () => {
    for (const key of ["p", "4", "8", "k"]) press(key);
    const row = () => libraryStore.getState().photos.get(2);
    expect(row()).toMatchObject({ flag: "pick", stars: 4, label: "green", keepsOriginal: true });
    for (const key of ["u", "8", "k"]) press(key);
    expect(row()).toMatchObject({ flag: "none", label: "none", keepsOriginal: false });
  });

  test("[ and ] magnify by two, from 1 to 32", () => {
    press("]");
    expect(facts().lens.zoom).toBe(16);
    for (let times = 0; times < 9; times++) press("]");
    expect(facts().lens.zoom).toBe(32);
    for (let times = 0; times < 9; times++) press("[");
    expect(facts().lens.zoom).toBe(1);
  });

  test("a blind test stays blind", () => {
    const shown = { kind: "original" } as const;
    inspectorStore.setState({ blindTest: { a: shown, b: shown, looksAt: "x", xIs: "a", trials: 0, correct: 0 } });
    for (const key of ["\\", "d", "l", "s", "o", "t", "ArrowRight", "p"]) press(key);
    expect(facts()).toMatchObject({ mode: "split", showsBefore: false, showsLens: false, photo: 2 });
    press("b");
    expect(facts().blindTest?.looksAt).toBe("b");
    press("0", { ctrlKey: true });
    expect(facts().blindTest).toBeDefined();
  });
});
