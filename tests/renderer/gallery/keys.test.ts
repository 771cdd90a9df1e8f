import { beforeEach, describe, expect, test, vi } from "vitest";
import { gridKeys, type Press } from "../../../renderer/gallery/keys.ts";
import { NOTHING_SELECTED } from "../../../renderer/gallery/selection.ts";
import { selectedIds, selectionStore } from "../../../renderer/gallery/selection-store.ts";
import { applyPhotos, libraryStore } from "../../../renderer/library-store.ts";
import { settingsStore } from "../../../renderer/settings-store.ts";
import { photoRow } from "../../helpers/photo-rows.ts";

/* Nine photos in three columns. */
const NAMES = ["a1", "b2", "c3", "d4", "e5", "f6", "p7", "pine", "x9"];
const judged: unknown[][] = [];
let revealed: number | undefined;
let nowMs = 0;
let opened = 0;

vi.stubGlobal("window", {
  silvergrain: {
    judge: async (...args: unknown[]) => {
      judged.push(args);
      return { ok: true, value: undefined };
    },
    saveSettings: async () => ({ ok: true, value: undefined }),
  },
});

const handle = gridKeys(
  () => ({ photos: NAMES.length, columns: 3, rows: 2 }),
  (index) => {
    revealed = index;
  },
  () => nowMs,
  () => {
    opened += 1;
  },
);

/** Presses keys quickly one after another: "Shift+ArrowRight". */
function press(...keys: readonly string[]): boolean {
  let meant = false;
  for (const name of keys) {
    const held = name.split("+").slice(0, -1);
    const key = name.split("+").at(-1) ?? "";
    const with_ = { shiftKey: held.includes("Shift"), ctrlKey: held.includes("Ctrl"), altKey: held.includes("Alt") };
    meant = handle({ key: key === "Space" ? " " : key, metaKey: false, ...with_ } satisfies Press);
    nowMs += 50;
  }
  return meant;
}

const row = (id: number) => libraryStore.getState().photos.get(id);

beforeEach(() => {
  libraryStore.setState({ isLoading: false });
  applyPhotos({ changed: NAMES.map((name, index) => photoRow({ id: index + 1, name: `${name}.jpg` })), gone: [] });
  selectionStore.setState(NOTHING_SELECTED, true);
  judged.length = 0;
  nowMs += 10_000;
});

describe("keys on the grid", () => {
  test("arrows select, with Shift they extend, with Ctrl they only go", () => {
    press("ArrowRight", "ArrowDown");
    expect(selectedIds()).toEqual([4]);
    press("Shift+ArrowDown");
    expect(selectedIds()).toEqual([4, 5, 6, 7]);
    expect(revealed).toBe(6);
    press("Ctrl+ArrowRight", "Ctrl+ArrowRight", "Ctrl+Space");
    expect(selectedIds()).toEqual([4, 5, 6, 7, 9]);
  });

  test("digits and letters judge what is selected, and nothing moves", () => {
    press("ArrowRight", "Shift+ArrowRight");
    press("4", "p", "6");
    expect(row(1)).toMatchObject({ stars: 4, flag: "pick", label: "red" });
    expect(row(2)).toMatchObject({ stars: 4, flag: "pick", label: "red" });
    expect(judged).toHaveLength(3);
    press("6", "u", "0");
    expect(row(1)).toMatchObject({ stars: 0, flag: "none", label: "none" });
    expect(selectedIds()).toEqual([1, 2]);
  });

  test("a label that not all have goes to all", () => {
    press("ArrowRight", "9", "Shift+ArrowRight", "9");
    expect([row(1)?.label, row(2)?.label]).toEqual(["blue", "blue"]);
  });

  test("nothing selected is nothing judged", () => {
    expect(press("5")).toBe(true);
    expect(judged).toEqual([]);
  });

  test("within a name the same keys are letters of it", () => {
    press("d", "4");
    expect(selectedIds()).toEqual([4]);
    expect(judged).toEqual([]);
    nowMs += 1000;
    press("3");
    expect(row(4)?.stars).toBe(3);
  });

  test("an arrow ends a name", () => {
    press("d", "ArrowRight", "p");
    expect(row(5)?.flag).toBe("pick");
  });

  test("Ctrl+A, Escape and the size", () => {
    press("Ctrl+a");
    expect(selectedIds()).toHaveLength(9);
    press("Escape");
    expect(selectedIds()).toEqual([]);
    const { cellPx } = settingsStore.getState().settings;
    press("Ctrl+=");
    expect(settingsStore.getState().settings.cellPx).toBeGreaterThan(cellPx);
    press("Ctrl+-");
    expect(settingsStore.getState().settings.cellPx).toBe(cellPx);
  });

  test("open the photo that has the focus; without one, and in a name that is typed, e is a letter", () => {
    expect(press("Enter")).toBe(false);
    press("e");
    expect(selectedIds()).toEqual([5]);
    expect(opened).toBe(0);
    nowMs += 10_000;
    press("Enter", "e");
    expect(opened).toBe(2);
    nowMs += 10_000;
    press("i", "n", "e");
    expect(opened).toBe(2);
  });

  test("leave alone what is not theirs", () => {
    for (const key of ["Tab", "F5", "Enter", "Alt+ArrowLeft", "Ctrl+f", "Ctrl+x"]) expect(press(key)).toBe(false);
  });
});
