import i18next from "i18next";
import type { AppEvent } from "../../preload/contract.ts";
import { ask, onEvent } from "../api.ts";
import { applyPhotos, setFolders } from "../library-store.ts";
import { reasonOf, tell, tellFailure } from "../notice-store.ts";
import { addMarks, setMarks, setQueue } from "../queue-store.ts";
import { settingsStore } from "../settings-store.ts";
import { runCommand } from "./commands.ts";

/** Takes over what the main process tells, from now on. */
export function listen(): void {
  onEvent(take);
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
      (event.isAll ? setMarks : addMarks)(event.marks);
      return;
    case "queue":
      setQueue(event.queue);
      return;
    case "target":
      settingsStore.setState({ target: event.target });
      return;
    case "command":
      runCommand(event.command);
      return;
    case "notice":
      tell(i18next.resolvedLanguage === "en" ? event.message : reasonOf(event.code), "bad");
      return;
    default:
      event satisfies never;
  }
}
