import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { app, dialog } from "electron";
import type { AppAdapter } from "electron-updater/out/AppAdapter.js";
import type { TFunction } from "i18next";
import { asSilvergrainError } from "../core/errors.ts";
import { appUpdater, installOf } from "./app-updater.ts";
import { log } from "./log.ts";
import { type AppPaths, ROOT } from "./paths.ts";
import { UpdateMemory } from "./update-memory.ts";
import { builtInSource, sourceFrom, type UpdateSource } from "./update-source.ts";
import { Updates, type UpdatesOptions } from "./updates.ts";

/** What is to be known of the app that updates itself. */
export interface ProgramUpdatesOptions extends Pick<UpdatesOptions, "isBusy"> {
  /** A newer version was found, once for each; or none any more. */
  readonly onNewer: (version: string | undefined) => void;
  /** It could not be put in, and everything is closed. */
  readonly onStuck: () => void;
}

/** The updates of this very program, and where it looks for them. Nothing is asked of the network yet. */
export function programUpdates(
  paths: AppPaths,
  { isBusy, onNewer, onStuck }: ProgramUpdatesOptions,
): { readonly updates: Updates; readonly address: URL | undefined } {
  const resources = paths.shippedNode && dirname(dirname(paths.shippedNode));
  const source = sourceOf(resources !== undefined);
  const install = installOf({
    platform: process.platform,
    environment: process.env,
    executable: process.execPath,
    resources,
    packageType: resources && textOf(join(resources, "package-type")),
  });
  const memory = new UpdateMemory(join(paths.dataDir, "updates.json"));
  const adapter = adapterFor(paths, resources);
  let told: string | undefined;
  const updates = new Updates({
    updater: source && appUpdater({ source, install, memory, adapter, log }),
    canInstall: source?.key !== undefined && install !== "folder",
    isBusy,
    onChange: (state) => {
      if (state.kind === "failed") log(`newer versions, ${state.trouble}: ${state.message}`);
      if (updates.newer === told) return;
      told = updates.newer;
      onNewer(told);
    },
    onStuck: ({ message }) => {
      log(`newer versions: ${message}`);
      onStuck();
    },
  });
  return { updates, address: source?.url };
}

/** Says that the newer version could not be put in, and starts this one again. */
export function startAgain(t: TFunction): void {
  dialog.showErrorBox(t("updatesTrouble.failed"), t("updatesTroubleHint.failed"));
  // An AppImage's own files are gone when it ends; it is started as the file that it is.
  const { APPIMAGE: file, APPDIR: folder } = process.env;
  const isAppImage = file !== undefined && folder !== undefined && process.execPath.startsWith(folder);
  app.relaunch(isAppImage ? { execPath: file } : {});
  app.quit();
}

/** Only a program that runs from its sources may be told another address by its environment. */
function sourceOf(isPacked: boolean): UpdateSource | undefined {
  try {
    return isPacked ? builtInSource(join(ROOT, "package.json")) : sourceFrom(process.env);
  } catch (error) {
    log(`newer versions: ${asSilvergrainError(error).message}`);
    return undefined;
  }
}

function adapterFor(paths: AppPaths, resources: string | undefined): AppAdapter {
  return {
    version: paths.version,
    name: app.getName(),
    isPackaged: resources !== undefined,
    appUpdateConfigPath: join(resources ?? ROOT, "app-update.yml"),
    userDataPath: paths.dataDir,
    baseCachePath: paths.cacheDir,
    whenReady: () => app.whenReady(),
    relaunch: () => app.relaunch(),
    quit: () => app.quit(),
    onQuit: (handler) => app.once("quit", (_event, code) => handler(code)),
  };
}

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}
