import { contextBridge, ipcRenderer, webUtils } from "electron";
import { CALL_NAMES, type CallName, EVENT_CHANNEL, MAX_PATHS } from "./call-names.ts";
import type { Adding, Answer, AppEvent } from "./contract.ts";

/*
 * Runs before the page, in a world of its own. The page gets verbs, one a call; it cannot name a channel, and it cannot
 * name a path: those of dropped files are looked up here, where the page cannot make them up.
 */

function pathsOf(files: unknown): readonly string[] {
  if (!Array.isArray(files)) return [];
  return files.flatMap((file) => {
    if (!(file instanceof File)) return [];
    const path = webUtils.getPathForFile(file);
    return path === "" ? [] : [path];
  });
}

/** In as many calls as it takes. */
async function addPaths(paths: readonly string[]): Promise<Answer<Adding>> {
  const folders = new Set<number>();
  const failed: Adding["failed"][number][] = [];
  for (let from = 0; from === 0 || from < paths.length; from += MAX_PATHS) {
    const call: CallName = "addPaths";
    const answer: Answer<Adding> = await ipcRenderer.invoke(call, [paths.slice(from, from + MAX_PATHS)]);
    if (!answer.ok) return answer;
    for (const folder of answer.value.folders) folders.add(folder);
    failed.push(...answer.value.failed);
  }
  return { ok: true, value: { folders: [...folders], failed } };
}

const names = CALL_NAMES.filter((name) => name !== "addPaths");
const verbs = Object.fromEntries(
  names.map((name) => [name, (...args: readonly unknown[]) => ipcRenderer.invoke(name, args)]),
);

contextBridge.exposeInMainWorld("silvergrain", {
  ...verbs,
  // The paths must be looked up before the drop event is over.
  addFiles: (files: unknown) => addPaths(pathsOf(files)),
  onEvent: (listener: (event: AppEvent) => void) => {
    const heard = (_: unknown, event: AppEvent) => listener(event);
    ipcRenderer.on(EVENT_CHANNEL, heard);
    return () => {
      ipcRenderer.off(EVENT_CHANNEL, heard);
    };
  },
});
