import i18next from "i18next";
import type { AppEvent } from "../../preload/contract.ts";
import { ask, onEvent } from "../api.ts";
import { exportStore } from "../export/export-store.ts";
import { applyPhotos, setFolders } from "../library-store.ts";
import { tell, tellFailure, tellOf } from "../notice-store.ts";
import { addMarks, setQueue } from "../queue-store.ts";
import { settingsStore } from "../settings-store.ts";
import { isBehindDialog } from "./behind-dialog.ts";
import { runCommand, tellAdded } from "./commands.ts";

let held: AppEvent[] | undefined = [];

/** Listens to the main process. To be called before it is asked for anything, so that no change falls in between. */
export function listen(): void {
  onEvent((event) => {
    if (held === undefined) take(event);
    else held.push(event);
  });
}

/** Takes over what the main process has told since `listen`, and what it tells from now on. */
export function takeOver(): void {
  const events = held ?? [];
  held = undefined;
  events.forEach(take);
  ask("marks").then(addMarks).catch(tellFailure);
}

function take(event: AppEvent): void {
  switch (event.type) {
    case "photos":
      applyPhotos(event);
      return;
    case "folders":
      setFolders(event.folders);
      return;
    case "marks":
      addMarks(event.marks);
      return;
    case "queue":
      setQueue(event.queue);
      return;
    case "target":
      settingsStore.setState({ target: event.target });
      return;
    case "export":
      exportStore.setState({ state: event.state });
      return;
    case "command":
      if (!isBehindDialog()) runCommand(event.command);
      return;
    case "newer":
      settingsStore.setState(({ updates }) => ({ updates: { ...updates, newer: event.version } }));
      tell(i18next.t("updatesNews", { version: event.version }), "news");
      return;
    case "added":
      tellAdded(event.adding);
      return;
    case "notice":
      tellOf(event);
      return;
    default:
      event satisfies never;
  }
}
