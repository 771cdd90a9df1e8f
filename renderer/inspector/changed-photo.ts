import type { Mark, PhotoRow } from "../../preload/contract.ts";
import { libraryStore } from "../library-store.ts";
import { queueStore } from "../queue-store.ts";
import { inspectorStore } from "./inspector-store.ts";
import { openAgain } from "./open-photo.ts";

/** What of a mark decides what there is to compare: how far a running one is does not. */
export function stageOf(mark: Mark | undefined): string {
  return mark?.state ?? "none";
}

/** What of a row tells that the file is another one; what is thought of it does not. */
export function contentOf(row: PhotoRow | undefined): string {
  if (row === undefined) return "";
  return [row.changedMs, row.bytes, row.width, row.height, row.error].join();
}

/** Asks again for the photo that is inspected when it or its results have changed. @returns how to end it */
export function followChanges(): () => void {
  let photo: number | undefined;
  let stage = "";
  let content = "";
  const look = (): void => {
    const { photo: now } = inspectorStore.getState();
    const nextStage = now === undefined ? "" : stageOf(queueStore.getState().marks.get(now));
    const nextContent = now === undefined ? "" : contentOf(libraryStore.getState().photos.get(now));
    const hasChanged = now === photo && (nextStage !== stage || (nextContent !== content && content !== ""));
    [photo, stage, content] = [now, nextStage, nextContent];
    if (hasChanged) openAgain();
  };
  look();
  const stops = [queueStore.subscribe(look), libraryStore.subscribe(look), inspectorStore.subscribe(look)];
  return () => {
    for (const stop of stops) stop();
  };
}
