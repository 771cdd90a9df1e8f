import { clipboard, dialog, shell } from "electron";
import type { Adding, Opening, Preset, Settings } from "../../preload/contract.ts";
import { SilvergrainError } from "../core/errors.ts";
import { INPUT_EXTENSIONS } from "../core/formats.ts";
import type { Library } from "../library/library.ts";
import { copiedPaths } from "./clipboard-paths.ts";
import type { Exports } from "./export-calls.ts";
import { type InspectParts, inspectCalls } from "./inspect-calls.ts";
import type { Handlers } from "./ipc.ts";
import { batchName, type ChosenPhoto, placesFor } from "./places.ts";
import type { QueueView } from "./queue-view.ts";
import { Refusal } from "./refusal.ts";
import { type SettingsParts, settingsCalls } from "./settings-calls.ts";

/** Photos that are looked up at the same time. */
const AT_ONCE = 64;

/** What the page's calls are answered from. */
export interface DeskParts extends InspectParts, SettingsParts {
  readonly view: QueueView;
  readonly exports: Exports;
  readonly opening: () => Opening;
  /** Photos are on the screen. */
  readonly onLook: () => void;
  /** The queue was paused, resumed or put into another order by hand. */
  readonly onQueueChanged: () => void;
  /** Jobs have come, gone, or are in another state, by hand. */
  readonly onJobsChanged: () => void;
  readonly onSettings: (settings: Settings) => Promise<void>;
  readonly onTarget: (target: string) => void;
  /** Where newer versions are told of, if anywhere. */
  readonly updatesAddress: URL | undefined;
  /** Asks the user first. */
  readonly lookForUpdates: () => void;
}

/** The answers to the page's calls. */
export function deskCalls(parts: DeskParts): Handlers {
  const { library, desk, view, settings } = parts;
  let planning = new AbortController();
  const ordered = (act: () => void) => {
    act();
    parts.onQueueChanged();
  };
  const changed = (act: () => void) => {
    act();
    parts.onJobsChanged();
  };
  return {
    open: parts.opening,
    photos: ({ offset, limit }) => library.page(offset, limit),
    marks: () => view.marks(),
    addPaths: (paths) => library.add(paths),
    addByDialog: (what) => addByDialog(parts, what),
    addFromClipboard: () => library.add(copiedPaths(clipboard, process.platform)),
    removeFolder: (folder) => library.remove(folder),
    rescanFolder: (folder) => library.rescan(folder),
    passedOver: (folder) => library.passedOver(folder),
    judge: (ids, { stars, flag, label, keepsOriginal }) =>
      library.judge(ids, {
        ...(stars === undefined ? {} : { stars }),
        ...(flag === undefined ? {} : { flag }),
        ...(label === undefined ? {} : { label }),
        ...(keepsOriginal === undefined ? {} : { keepsOriginal }),
      }),
    facts: (id) => library.facts(id),
    look: (ids) => {
      parts.onLook();
      library.look(ids);
    },
    reveal: async (id) => {
      const path = await library.pathOf(id);
      if (path !== undefined) shell.showItemInFolder(path);
    },
    plan: async ({ photos, recipe }) => {
      // Only the last one is of interest.
      planning.abort();
      planning = new AbortController();
      const { signal } = planning;
      return desk.plan(placesFor(await chosen(library, photos, signal)), recipe, settings.target, signal);
    },
    enhance: async ({ photos, recipe }) => {
      const { target } = settings;
      if (target === undefined) {
        throw new Refusal("NO_TARGET", "Choose a folder for the results first.");
      }
      await refusePhotos(library, target);
      const all = await chosen(library, photos);
      const added = await desk.enhance(placesFor(all), recipe, target, batchName(all));
      parts.onJobsChanged();
      return added;
    },
    chooseTarget: () => chooseTarget(parts),
    jobs: ({ batch, after, limit }) => view.jobs(batch, after, limit),
    pause: ({ batch, paused }) => ordered(() => desk.setPaused(batch, paused)),
    cancel: (selection) => changed(() => desk.scheduler.cancel(selection)),
    retry: (selection) => changed(() => desk.scheduler.retry(selection)),
    clear: (selection) => changed(() => desk.clear(selection)),
    move: (jobs, before) => ordered(() => desk.move(jobs, before)),
    openReport: async (batch) => open(await desk.report(batch)),
    openTarget: (batch) => open(desk.store.targetOf(batch)),
    revealResult: (id) => {
      const job = desk.store.job(id);
      if (job !== undefined) shell.showItemInFolder(desk.resultOf(job));
    },
    ...inspectCalls(parts),
    ...parts.exports.calls(),
    ...settingsCalls(parts),
    saveSettings: async (part) => {
      settings.change(part);
      await parts.onSettings(settings.settings);
    },
    lookForUpdates: parts.lookForUpdates,
    letLookForUpdates: async (isOn) => {
      const isWanted = isOn && (settings.settings.looksForUpdates || (await askToLook(parts)));
      settings.change({ looksForUpdates: isWanted });
      await parts.onSettings(settings.settings);
      return isWanted;
    },
    savePreset: (name, recipe): readonly Preset[] => {
      settings.savePreset(name, recipe);
      return settings.presets;
    },
    removePreset: (name): readonly Preset[] => {
      settings.removePreset(name);
      return settings.presets;
    },
  };
}

/**
 * Photos that are not there any more are left out.
 * @throws SilvergrainError SOURCE_MISSING where none is left, CANCELLED
 */
async function chosen(library: Library, ids: readonly number[], signal?: AbortSignal): Promise<readonly ChosenPhoto[]> {
  const names = new Map(library.folders().map(({ id, name }) => [id, name]));
  const photos: ChosenPhoto[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    if (signal?.aborted === true) throw new SilvergrainError("CANCELLED", "Stopped while the photos were looked up.");
    const some = ids.slice(from, from + AT_ONCE);
    const paths = await Promise.all(some.map((id) => library.pathOf(id)));
    some.forEach((id, i) => {
      const row = library.row(id);
      const path = paths[i];
      if (row === undefined || path === undefined) return;
      photos.push({ path, folderName: names.get(row.folder) ?? "", place: row.place });
    });
  }
  if (photos.length === 0 && ids.length > 0) {
    throw new SilvergrainError("SOURCE_MISSING", "These photos are not there any more. Was their disk unplugged?");
  }
  return photos;
}

async function addByDialog({ library, window, t }: DeskParts, what: "folders" | "files"): Promise<Adding> {
  const extensions = Object.keys(INPUT_EXTENSIONS).map((extension) => extension.slice(1));
  const paths = await ask(window(), {
    title: t()(what === "folders" ? "chooseFoldersTitle" : "chooseFilesTitle"),
    properties: [what === "folders" ? "openDirectory" : "openFile", "multiSelections"],
    ...(what === "files" ? { filters: [{ name: t()("photosFilter"), extensions }] } : {}),
  });
  return paths.length === 0 ? { folders: [], failed: [] } : library.add(paths);
}

/** Not by the page alone: what goes out to the network is agreed to here, and it is said where to. */
async function askToLook({ updatesAddress, window, t }: DeskParts): Promise<boolean> {
  if (updatesAddress === undefined)
    throw new SilvergrainError("USAGE", "This Silvergrain was made without an address for newer versions.");
  const options: Electron.MessageBoxOptions = {
    type: "question",
    message: t()("updatesAsk"),
    detail: t()("updatesAskHint", { host: updatesAddress.host }),
    buttons: [t()("updatesAskYes"), t()("updatesAskNo")],
    cancelId: 1,
    // It may come up while somebody types.
    defaultId: 1,
  };
  const own = window();
  const { response } = await (own === undefined ? dialog.showMessageBox(options) : dialog.showMessageBox(own, options));
  return response === 0;
}

async function chooseTarget({ library, settings, window, t, onTarget }: DeskParts): Promise<string | undefined> {
  const [target] = await ask(window(), {
    title: t()("chooseTargetTitle"),
    buttonLabel: t()("chooseTargetButton"),
    properties: ["openDirectory", "createDirectory"],
    ...(settings.target === undefined ? {} : { defaultPath: settings.target }),
  });
  if (target === undefined) return undefined;
  await refusePhotos(library, target);
  settings.setTarget(target);
  onTarget(target);
  return target;
}

/** @throws SilvergrainError TARGET_HOLDS_PHOTOS */
async function refusePhotos(library: Library, target: string): Promise<void> {
  if (await library.mayTakeResults(target)) return;
  throw new SilvergrainError(
    "TARGET_HOLDS_PHOTOS",
    `Photos of your library lie in ${target}. Choose another folder for the results, or a new one in it.`,
  );
}

async function ask(
  window: Electron.BrowserWindow | undefined,
  options: Electron.OpenDialogOptions,
): Promise<readonly string[]> {
  const { canceled, filePaths } =
    window === undefined ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options);
  return canceled ? [] : filePaths;
}

/** Opens a file or folder with whatever the system has for it. @throws SilvergrainError USAGE */
async function open(path: string): Promise<void> {
  const trouble = await shell.openPath(path);
  if (trouble !== "") throw new Refusal("NOT_OPENED", `${path} cannot be opened: ${trouble}`);
}
