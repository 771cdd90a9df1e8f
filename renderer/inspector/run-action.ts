import type { Label } from "../../preload/contract.ts";
import { judge, toggledLabel } from "../gallery/judge.ts";
import { libraryStore } from "../library-store.ts";
import { changeSettings, settingsStore } from "../settings-store.ts";
import { goTo, openDialog } from "../shell/room-store.ts";
import { changeLens, showAll, toggleLens, toggleZoom, zoomStep, zoomTo } from "./actions.ts";
import { chooseRivals } from "./blind-test.ts";
import { turnOver } from "./blink-clock.ts";
import { clamp } from "./geometry.ts";
import { inspectorStore } from "./inspector-store.ts";
import type { Action, Held } from "./keys.ts";
import { showMode, toggleCompare } from "./modes.ts";
import { choosePhoto, step } from "./open-photo.ts";
import { hopPin } from "./pin-actions.ts";
import { pointerPlace } from "./pointer-place.ts";

/** Id of the filmstrip, which F6 gives the focus to. */
export const STRIP_ID = "filmstrip";

/** Carries out what a key means. @returns whether there was anything to do */
export function runAction(action: Action): boolean {
  switch (action.do) {
    case "gallery":
      goTo("gallery");
      return true;
    case "leave":
      leave();
      return true;
    case "stay":
      return true;
    case "sheet":
      openDialog("shortcuts");
      return true;
    case "mode":
      // B again turns the sides over by hand.
      if (action.mode === "blink" && inspectorStore.getState().mode === "blink") turnOver();
      else showMode(action.mode);
      return true;
    case "compare":
      toggleCompare();
      return true;
    case "lens":
      toggleLens();
      return true;
    case "pinning":
      togglePinning();
      return true;
    case "blind-test":
      chooseRivals(true);
      return true;
    case "filmstrip":
      toggleStrip();
      return true;
    case "panels":
      togglePanels();
      return true;
    case "hold":
      hold(action.held, true);
      return true;
    case "toggle-zoom":
      toggleZoom(pointerPlace());
      return true;
    case "fit":
      showAll();
      return true;
    case "actual-size":
      zoomTo(1, pointerPlace());
      return true;
    case "zoom":
      zoomStep(action.by, pointerPlace());
      return true;
    case "lens-zoom":
      zoomLens(action.by);
      return true;
    case "hop-pin":
      hopPin(action.by);
      return true;
    case "arrow":
      return arrow(action.x, action.y);
    case "photo":
      return goToEnd(action.to);
    case "flag":
      judgeShown({ flag: action.flag });
      return true;
    case "stars":
      judgeShown({ stars: action.stars });
      return true;
    case "label":
      label(action.label);
      return true;
    case "keep-original":
      keepOriginal();
      return true;
    case "enhance":
      // The panel has this key.
      return false;
    default:
      return action satisfies never;
  }
}

/** Something that is shown as long as a key is down. */
export function hold(held: Held, isDown: boolean): void {
  inspectorStore.setState(held === "before" ? { showsBefore: isDown } : { isLiveView: isDown });
}

export function togglePinning(): void {
  inspectorStore.setState(({ isPinning }) => ({ isPinning: !isPinning }));
}

/** Makes the lens magnify more or less, by a factor of two. */
function zoomLens(by: 1 | -1): void {
  changeLens({ zoom: inspectorStore.getState().lens.zoom * 2 ** by });
}

/** Sets stars or a flag of the photo that is shown. */
export function judgeShown(change: Parameters<typeof judge>[1]): void {
  const { photo } = inspectorStore.getState();
  if (photo !== undefined) void judge([photo], change);
}

/** Sets a label, or takes it off where the photo has it. */
export function label(wanted: Label): void {
  const { photo } = inspectorStore.getState();
  if (photo !== undefined) void judge([photo], { label: toggledLabel([photo], wanted) });
}

/** Says that the original is wanted in place of what was made of it, or takes that back. */
export function keepOriginal(): void {
  const { photo } = inspectorStore.getState();
  const row = photo === undefined ? undefined : libraryStore.getState().photos.get(photo);
  if (row !== undefined) void judge([row.id], { keepsOriginal: !row.keepsOriginal });
}

/** Shows panel and filmstrip, or gives their room to the photo. */
function togglePanels(): void {
  const { showsPanel, showsFilmstrip } = settingsStore.getState().settings;
  const shows = !showsPanel && !showsFilmstrip;
  changeSettings({ showsPanel: shows, showsFilmstrip: shows });
}

/** To the filmstrip; from there it is put away; from nowhere it comes. */
function toggleStrip(): void {
  const { showsFilmstrip } = settingsStore.getState().settings;
  const strip = document.getElementById(STRIP_ID);
  if (strip !== null && document.activeElement !== strip) strip.focus();
  else changeSettings({ showsFilmstrip: !showsFilmstrip });
}

/** Leaves what was entered last: setting a pin, the loupe, the room. */
function leave(): void {
  const { isPinning, showsLens } = inspectorStore.getState();
  if (isPinning) togglePinning();
  else if (showsLens) toggleLens();
  else goTo("gallery");
}

function arrow(x: number, y: number): boolean {
  const { showsLens, lens, inspection } = inspectorStore.getState();
  if (showsLens && lens.pinned !== undefined && inspection !== undefined) {
    const { width, height } = inspection.original;
    changeLens({
      pinned: { ...lens.pinned, x: clamp(lens.pinned.x + x, 0, width), y: clamp(lens.pinned.y + y, 0, height) },
    });
    return true;
  }
  if (x === 0) return false;
  step(Math.sign(x));
  return true;
}

function goToEnd(to: "first" | "last"): boolean {
  const { ids } = libraryStore.getState();
  const id = to === "first" ? ids[0] : ids.at(-1);
  if (id !== undefined) choosePhoto(id);
  return id !== undefined;
}
