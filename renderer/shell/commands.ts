import i18next from "i18next";
import { flushSync } from "react-dom";
import type { Adding, Command } from "../../preload/contract.ts";
import { addFiles, ask } from "../api.ts";
import { openExport } from "../export/export-store.ts";
import { deselect, selectAll } from "../gallery/selection-store.ts";
import { zoomStep } from "../inspector/actions.ts";
import { reasonOf, tell, tellFailure } from "../notice-store.ts";
import { changeSettings, settingsStore } from "../settings-store.ts";
import { isBehindDialog } from "./behind-dialog.ts";
import { isField } from "./is-field.ts";
import { goTo, openDialog, roomStore } from "./room-store.ts";

/** Id of the search field. */
export const SEARCH_ID = "search";
const CELL_STEP = 1.15;
/** With Alt. */
const ROOM_KEYS: Readonly<Record<string, Command>> = { 1: "gallery", 2: "inspector", 3: "queue" };

/** Carries a command of the menu, or of a key, out. */
export function runCommand(command: Command): void {
  const { settings } = settingsStore.getState();
  switch (command) {
    case "add-folders":
      ask("addByDialog", "folders").then(tellAdded).catch(tellFailure);
      return;
    case "add-files":
      ask("addByDialog", "files").then(tellAdded).catch(tellFailure);
      return;
    case "gallery":
    case "inspector":
    case "queue":
      goTo(command);
      return;
    case "select-all":
      selectAll();
      return;
    case "deselect":
      deselect();
      return;
    case "find":
      // The field is there in the gallery alone.
      flushSync(() => goTo("gallery"));
      document.getElementById(SEARCH_ID)?.focus();
      return;
    case "shortcuts":
    case "settings":
      openDialog(command);
      return;
    case "export":
      openExport();
      return;
    case "toggle-panel":
      changeSettings({ showsPanel: !settings.showsPanel });
      return;
    case "larger":
      if (roomStore.getState().room === "inspector") zoomStep(1);
      else changeSettings({ cellPx: Math.min(480, Math.round(settings.cellPx * CELL_STEP)) });
      return;
    case "smaller":
      if (roomStore.getState().room === "inspector") zoomStep(-1);
      else changeSettings({ cellPx: Math.max(96, Math.round(settings.cellPx / CELL_STEP)) });
      return;
    default:
      command satisfies never;
  }
}

/** Says what could not be added; what could is seen. */
export function tellAdded({ failed }: Adding): void {
  const [first] = failed;
  if (first === undefined) return;
  tell(i18next.t("addFailed", { count: failed.length, name: first.name, reason: reasonOf(first.code) }), "bad");
}

/** Adds what is on the clipboard: files as the system gives them, else the list that a file manager left. */
export function paste(event: ClipboardEvent): void {
  if (isField(event.target)) return;
  event.preventDefault();
  const files = [...(event.clipboardData?.files ?? [])];
  const adding = files.length > 0 ? addFiles(files) : ask("addFromClipboard");
  adding
    .then((added) => {
      if (added.folders.length + added.failed.length === 0) tell(i18next.t("nothingToPaste"));
      tellAdded(added);
    })
    .catch(tellFailure);
}

/** On Linux the middle button pastes what is marked elsewhere. Outside of a field nobody means photos by it. */
export function releaseButton(event: MouseEvent): void {
  if (event.button === 1 && !isField(event.target)) event.preventDefault();
}

/** Keys that mean the same wherever the focus is; in a field, those that are text stay text. */
export function pressKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || isBehindDialog()) return;
  if (isField(event.target) && !event.ctrlKey && !event.metaKey) return;
  const command = commandFor(event);
  if (command === undefined) return;
  event.preventDefault();
  runCommand(command);
}

function commandFor({ key: typed, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): Command | undefined {
  // Caps Lock makes no other key of it.
  const key = typed.toLowerCase();
  if (altKey) return ROOM_KEYS[key];
  if (!ctrlKey && !metaKey) return key === "?" ? "shortcuts" : undefined;
  if (key === "f") return "find";
  if (key === ",") return "settings";
  if (key === "e") return shiftKey ? "export" : "toggle-panel";
  if (key === "=" || key === "+") return "larger";
  return key === "-" ? "smaller" : undefined;
}
