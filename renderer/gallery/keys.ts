import type { KeyboardEvent } from "react";
import { type Flag, LABELS } from "../../preload/contract.ts";
import { libraryStore } from "../library-store.ts";
import { changeSettings, settingsStore } from "../settings-store.ts";
import { judge, toggledLabel } from "./judge.ts";
import { addFocus, choose, focusOn, type Reach } from "./selection.ts";
import { deselect, select, selectAll, selectedIds, selectionStore } from "./selection-store.ts";
import { type GridSize, isStep, type Step, stepFrom } from "./steps.ts";
import { findTyped, isCharacter, isTyping, NOTHING_TYPED, type Typed, typeKey } from "./type-ahead.ts";

/** What a key press is, as far as the grid cares. */
export type Press = Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">;

const FLAG_KEYS: Readonly<Record<string, Flag>> = { p: "pick", x: "reject", u: "none" };
const SIZES_PX = [96, 120, 150, 184, 200, 240, 280, 320, 400, 480] as const;

/** A key on the grid, as a function of the grid's size that remembers what was typed. `open` inspects the photo with the focus. Returns whether it meant something. */
export function gridKeys(size: () => GridSize, reveal: (index: number) => void, now: () => number, open: () => void) {
  let typed: Typed = NOTHING_TYPED;

  return (press: Press): boolean => {
    const { key, altKey } = press;
    const isCommand = press.ctrlKey || press.metaKey;
    if (altKey) return false;
    if (isStep(key)) {
      typed = NOTHING_TYPED;
      return step(key, press);
    }
    if (isCommand) return command(key);
    if (isTyping(typed, now()) && isCharacter(key)) return typeAhead(key);
    if (key === " ") return space(press.shiftKey);
    if (key === "Escape") {
      typed = NOTHING_TYPED;
      deselect();
      return true;
    }
    if (["Enter", "e", "E"].includes(key) && selectionStore.getState().focus !== undefined) {
      open();
      return true;
    }
    return judgeBy(key) || (isCharacter(key) && typeAhead(key));
  };

  function step(key: Step, press: Press): boolean {
    const { ids } = libraryStore.getState();
    const { focus } = selectionStore.getState();
    const at = focus === undefined ? -1 : ids.indexOf(focus);
    const to = stepFrom(at < 0 ? undefined : at, key, size());
    const id = to === undefined ? undefined : ids[to];
    if (to === undefined || id === undefined) return false;
    const isCommand = press.ctrlKey || press.metaKey;
    if (isCommand && !press.shiftKey) select((before) => focusOn(before, id));
    else select((before, all) => choose(before, all, id, reachOf(press, "only")));
    reveal(to);
    return true;
  }

  function typeAhead(key: string): boolean {
    typed = typeKey(typed, key, now());
    const { ids, photos } = libraryStore.getState();
    const { focus } = selectionStore.getState();
    const at = focus === undefined ? -1 : ids.indexOf(focus);
    const nameAt = (index: number) => photos.get(ids[index] ?? 0)?.name ?? "";
    const found = findTyped(typed, ids.length, nameAt, at < 0 ? undefined : at);
    const id = found === undefined ? undefined : ids[found];
    if (found === undefined || id === undefined) return true;
    select((before, all) => choose(before, all, id, "only"));
    reveal(found);
    return true;
  }
}

/** How far a click or a step reaches, by the keys held. */
export function reachOf(keys: Pick<Press, "shiftKey" | "ctrlKey" | "metaKey">, withCommand: Reach = "toggle"): Reach {
  const isCommand = keys.ctrlKey || keys.metaKey;
  if (keys.shiftKey) return isCommand ? "add-range" : "range";
  return isCommand ? withCommand : "only";
}

/** Makes thumbnails a step larger or smaller. */
export function changeSize(direction: 1 | -1): void {
  const { cellPx } = settingsStore.getState().settings;
  const next = direction > 0 ? SIZES_PX.find((px) => px > cellPx) : SIZES_PX.findLast((px) => px < cellPx);
  if (next !== undefined) changeSettings({ cellPx: next });
}

function command(key: string): boolean {
  const { focus } = selectionStore.getState();
  if (key === "a" || key === "A") selectAll();
  else if (key === " " && focus !== undefined) select((before, ids) => choose(before, ids, focus, "toggle"));
  else if (key === "=" || key === "+") changeSize(1);
  else if (key === "-" || key === "_") changeSize(-1);
  else return false;
  return true;
}

function space(isRange: boolean): boolean {
  const { focus } = selectionStore.getState();
  if (focus === undefined) return false;
  select((before, ids) => (isRange ? choose(before, ids, focus, "range") : addFocus(before)));
  return true;
}

function judgeBy(key: string): boolean {
  const ids = selectedIds();
  const flag = FLAG_KEYS[key.toLowerCase()];
  const digit = /^\d$/.test(key) ? Number(key) : undefined;
  if (flag === undefined && digit === undefined) return false;
  if (ids.length === 0) return true;
  const label = digit === undefined ? undefined : LABELS[digit - 5];
  if (flag !== undefined) void judge(ids, { flag });
  else if (digit !== undefined && digit <= 5) void judge(ids, { stars: digit });
  else if (label !== undefined) void judge(ids, { label: toggledLabel(ids, label) });
  return true;
}
