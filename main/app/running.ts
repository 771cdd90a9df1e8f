import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { app, type BrowserWindow, dialog, session } from "electron";
import type { TFunction } from "i18next";
import { type AppEvent, EVENT_CHANNEL, type Opening, type Settings } from "../../preload/contract.ts";
import { devicesFor } from "../core/enhance.ts";
import { asSilvergrainError } from "../core/errors.ts";
import type { EngineClient } from "../engine/client.ts";
import { engineFor } from "../engine/spawn.ts";
import { Library } from "../library/library.ts";
import { PyramidCache } from "../library/pyramid-cache.ts";
import { ThumbnailCache } from "../library/thumbnail-cache.ts";
import { UpdateGatherer } from "../queue/coalesce.ts";
import type { Job } from "../queue/job-row.ts";
import { physicalCores } from "../system/threads.ts";
import { isAtWork } from "./at-work.ts";
import { Attention } from "./attention.ts";
import { deskCalls } from "./desk-calls.ts";
import { Exports } from "./export-calls.ts";
import { FirstLook } from "./first-look.ts";
import { hardenSession } from "./harden.ts";
import { answerCalls } from "./ipc.ts";
import { Live } from "./live.ts";
import { log, logEngine } from "./log.ts";
import { madeResult } from "./made-results.ts";
import { setMenu } from "./menu.ts";
import { modelCards } from "./models-shown.ts";
import { PageLine } from "./page-line.ts";
import { servePage } from "./page-protocol.ts";
import { Patches } from "./patches.ts";
import type { AppPaths } from "./paths.ts";
import { servePhotos } from "./photo-protocol.ts";
import { programUpdates, startAgain } from "./program-updates.ts";
import { Pyramids } from "./pyramids.ts";
import { QueueDesk } from "./queue-desk.ts";
import { QueueView } from "./queue-view.ts";
import { MAX_MEGAPIXELS, powerOf } from "./recipe.ts";
import type { Records } from "./records.ts";
import { SettingsFile } from "./settings-file.ts";
import { languageFor, translator } from "./translate.ts";
import { lookForUpdates } from "./update-dialog.ts";
import type { Updates } from "./updates.ts";
import { boundsOf, openWindow, setTheme } from "./window.ts";

/** Longest side of a thumbnail in px: enough for the largest cell, and for a usual one on a dense screen. */
const THUMBNAIL_PX = 512;
const GB = 1e9;

/** A page that dies is loaded again by itself so many times within this time. */
const MAX_DEATHS = 3;
const DEATHS_WITHIN_MS = 60_000;
/** How long the end may take. */
const CLOSE_MS = 5000;

/** The app at work: everything is made here, and knows only what it is given. */
export class Running {
  private window: BrowserWindow | undefined;
  private isClosing = false;
  /** When the page has died lately. */
  private deaths: readonly number[] = [];

  private constructor(
    private readonly library: Library,
    private readonly desk: QueueDesk,
    private readonly viewer: EngineClient,
    private readonly settings: SettingsFile,
    private readonly attention: Attention,
    private readonly line: PageLine,
    private readonly gatherer: UpdateGatherer,
    private readonly exports: Exports,
    private readonly updates: Updates,
  ) {}

  static async open(paths: AppPaths, records: Records): Promise<Running> {
    const settings = new SettingsFile(paths.settingsFile);
    const systemLanguage = languageFor(app.getLocale());
    const languageOf = ({ language }: Settings) => (language === "system" ? systemLanguage : language);
    let t: TFunction = await translator(languageOf(settings.settings));
    setTheme(settings.settings.theme);
    hardenSession(session.defaultSession);

    // Two engines: inference blocks its process for a second at a time, and photos must be seen meanwhile.
    const newEngine = (name: string) =>
      engineFor(paths, {
        onLog: logEngine,
        onDeath: (how, inHand) => {
          log(`the engine of the ${name} ${how}`);
          records.reports.writeSoon(`The engine of the ${name} ${how}`, `It had in hand: ${listed(inHand)}.`);
        },
      });
    const worker = newEngine("queue");
    const viewer = newEngine("library");
    const power = () => powerOf(settings.settings);
    const cache = new ThumbnailCache({
      folder: paths.thumbnailsDir,
      limitBytes: settings.settings.thumbnailsGb * GB,
    });
    cache.start().catch((error: unknown) => log(asSilvergrainError(error).message));
    const seen = new FirstLook();
    const library = Library.open({
      path: paths.libraryFile,
      viewer,
      after: seen.happened,
      maxMegapixels: MAX_MEGAPIXELS,
      thumbnails: {
        folder: paths.thumbnailsDir,
        longEdgePx: THUMBNAIL_PX,
        has: (sha256) => existsSync(cache.pathOf(sha256)),
        made: (thumbnail) => {
          cache.added(thumbnail).catch((error: unknown) => log(asSilvergrainError(error).message));
        },
      },
    });
    const measureTrust = viewer.measureTrust.bind(viewer);
    const line = new PageLine(EVENT_CHANNEL);
    const tell = (event: AppEvent) => line.tell(event);
    const gatherer = new UpdateGatherer((update) => {
      const marks = view.update(update);
      if (marks.length > 0) tell({ type: "marks", marks });
      showQueue();
    });
    const desk = new QueueDesk({
      path: paths.queueFile,
      engine: worker,
      folders: paths,
      // Asked for when a photo is done: a new strength or format then needs no new inference.
      get canvasCacheBytes() {
        return settings.settings.canvasesGb * GB;
      },
      power,
      probe: async (path, maxMegapixels) => {
        const id = library.idOfPath(path);
        return id === undefined ? viewer.probe(path, maxMegapixels) : (await library.details(id)).header;
      },
      listener: (event) => {
        // What is put back at the end is told to nobody: the queue is closed before it would be.
        if (!running.isClosing) gatherer.take(event);
        if (event.type === "batch-held") tell({ type: "notice", code: event.error.code, message: event.error.message });
        if (event.type === "done") {
          view.done(event.job);
          noteResult(event.job).catch((error: unknown) => log(asSilvergrainError(error).message));
        }
        if (event.type === "done" || event.type === "failed") setImmediate(() => desk.closeIdleLedgers());
      },
      onBroken: ({ code, message }) => tell({ type: "notice", code, message }),
    });
    records.privateFolders = () => [
      ...library.folders().map(({ path }) => path),
      ...(settings.target === undefined ? [] : [settings.target]),
    ];
    const view = new QueueView(desk, library);
    const noteResult = async (job: Job) => {
      const photo = library.idOfPath(job.source);
      const width = photo === undefined ? undefined : library.row(photo)?.width;
      const made = width === undefined ? undefined : await madeResult(desk, paths, job, width);
      if (photo !== undefined && made !== undefined && !running.isClosing) library.noteResult(photo, made);
    };
    const pyramidCache = new PyramidCache({ folder: paths.pyramidsDir, limitBytes: settings.settings.tilesGb * GB });
    pyramidCache.start().catch((error: unknown) => log(asSilvergrainError(error).message));
    const pyramids = new Pyramids(pyramidCache, viewer);
    const patches = new Patches(join(paths.cacheDir, "patches"));
    patches.start().catch((error: unknown) => log(asSilvergrainError(error).message));
    const live = new Live({
      library,
      desk,
      engine: worker,
      measureTrust,
      folders: paths,
      patches,
      target: () => settings.target,
      power,
      workDir: join(paths.cacheDir, "live"),
    });
    const attention = new Attention(
      () => running.window,
      () => t,
      () => running.show(),
    );
    const exports = new Exports({
      library,
      engine: viewer,
      pageAssets: paths.exportPageDir,
      maxMegapixels: MAX_MEGAPIXELS,
      window: () => running.window,
      t: () => t,
      language: () => languageOf(settings.settings),
      onState: (state) => tell({ type: "export", state }),
    });
    const { updates, address } = programUpdates(paths, {
      isBusy: () => exports.isBusy || isAtWork(desk.store),
      onNewer: (version) => {
        showMenu();
        if (version !== undefined) tell({ type: "newer", version });
      },
      onStuck: () => startAgain(t),
    });
    const setLooking = ({ looksForUpdates }: Settings) => (looksForUpdates ? updates.start() : updates.stop());
    let isLooking = false;
    const look = (by: "menu" | "page") => {
      if (isLooking) return;
      isLooking = true;
      lookForUpdates({ updates, address, window: () => running.window, t: () => t }, by)
        .catch((error: unknown) => log(asSilvergrainError(error).message))
        .finally(() => {
          isLooking = false;
        });
    };
    const showMenu = () => {
      const label = updates.newer === undefined ? t("updatesMenu") : t("updatesMenuNewer", { version: updates.newer });
      setMenu(t, process.platform, (command) => tell({ type: "command", command }), {
        label,
        click: () => look("menu"),
      });
    };
    const running = new Running(library, desk, viewer, settings, attention, line, gatherer, exports, updates);
    const showQueue = () => {
      const queue = view.state();
      tell({ type: "queue", queue });
      attention.update(queue);
    };
    const tellMarks = () => {
      const marks = view.changedMarks();
      if (marks.length > 0) tell({ type: "marks", marks });
    };
    library.onEvent((event) => {
      tell(event);
      // Photos that have come back bring their marks with them; those that were changed have lost theirs.
      if (event.type === "folders" && event.folders.every(({ isScanning }) => !isScanning)) tellMarks();
    });

    servePage(paths.pageDir, join(paths.assetsDir, "samples"));
    servePhotos({ library, viewer, cache, pyramids, patches, scratchDir: join(paths.cacheDir, "embedded") });
    answerCalls(
      deskCalls({
        library,
        desk,
        folders: paths,
        pyramids,
        live,
        exports,
        measureTrust,
        view,
        settings,
        onLook: () => seen.look(),
        window: () => running.window,
        t: () => t,
        onQueueChanged: showQueue,
        onJobsChanged: () => {
          tellMarks();
          showQueue();
        },
        paths,
        records,
        newEngine,
        onSettings: async (changed) => {
          Promise.all([cache.setLimit(changed.thumbnailsGb * GB), pyramids.setLimit(changed.tilesGb * GB)]).catch(
            (error: unknown) => log(asSilvergrainError(error).message),
          );
          setTheme(changed.theme);
          setLooking(changed);
          t = await translator(languageOf(changed));
          showMenu();
        },
        onTarget: (target) => tell({ type: "target", target }),
        updatesAddress: address,
        lookForUpdates: () => look("page"),
        opening: (): Opening => {
          const opening = {
            version: paths.version,
            platform: process.platform,
            systemLanguage,
            settings: settings.settings,
            folders: library.folders(),
            photos: library.count(),
            models: modelCards(paths, join(paths.assetsDir, "samples")),
            machine: { cores: physicalCores(), devices: devicesFor(process.platform) },
            presets: settings.presets,
            target: settings.target,
            updates: { host: address?.host, newer: updates.newer },
            queue: view.state(),
          };
          line.heard();
          return opening;
        },
      }),
      log,
    );
    showMenu();
    running.openWindow(paths, () => t);
    desk.start();
    setLooking(settings.settings);
    return running;
  }

  /** Adds what was named on the command line, or opened with the app. */
  add(paths: readonly string[]): void {
    if (paths.length === 0) return;
    this.library
      .add(paths)
      .then((adding) => this.line.tell({ type: "added", adding }))
      .catch((error: unknown) => log(asSilvergrainError(error).message));
  }

  /** Brings the window to the front. */
  show(): void {
    if (this.window?.isMinimized() === true) this.window.restore();
    this.window?.focus();
  }

  /** Puts what is in hand back into the queue, and lets go of everything. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.updates.stop();
    this.attention.close();
    this.gatherer.close();
    this.exports.close();
    // A file on a disk that does not answer is not waited for: all that matters is on the disk already.
    await Promise.race([this.letGo(), sleep(CLOSE_MS)]);
  }

  /** Puts a newer version in and quits, if the user has said so. To be called when all is closed. */
  putIn(): boolean {
    if (this.updates.now.kind !== "installing") return false;
    // It may take as long as a password: nothing answers in the window any more.
    this.window?.hide();
    // The newer one begins before this one has ended.
    app.releaseSingleInstanceLock();
    return this.updates.putIn();
  }

  private async letGo(): Promise<void> {
    try {
      await this.desk.close();
    } finally {
      await this.library.close();
      this.viewer.close();
    }
  }

  /** A page that dies again and again is not loaded for ever: somebody is asked. */
  private async loadAgain(window: BrowserWindow, t: () => TFunction): Promise<void> {
    const now = performance.now();
    this.deaths = [...this.deaths.filter((at) => now - at < DEATHS_WITHIN_MS), now];
    if (this.deaths.length > MAX_DEATHS) {
      const words = { message: t()("crashed"), detail: t()("crashedHint") };
      const buttons = [t()("reload"), t()("menuQuit")];
      const { response } = await dialog.showMessageBox(window, { type: "error", ...words, buttons, cancelId: 0 });
      if (response === 1) app.quit();
      if (response === 1 || window.isDestroyed()) return;
    }
    window.webContents.reload();
  }

  private openWindow(paths: AppPaths, t: () => TFunction): void {
    const window = openWindow(paths, this.settings.bounds);
    this.window = window;
    window.on("close", () => {
      try {
        this.settings.setBounds(boundsOf(window));
      } catch (error) {
        // No reason to keep the window open.
        log(asSilvergrainError(error).message);
      }
    });
    window.on("focus", () => {
      this.library.rescanUnwatched().catch((error: unknown) => log(asSilvergrainError(error).message));
    });
    window.on("closed", () => {
      this.window = undefined;
      this.line.end();
    });
    const { webContents } = window;
    this.line.begin(webContents);
    webContents.on("did-start-navigation", ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) this.line.begin(webContents);
    });
    // The queue does not live in the page: a page that has died is loaded again.
    webContents.on("render-process-gone", (_event, { reason }) => {
      log(`the page is gone: ${reason}`);
      this.line.end();
      if (reason !== "clean-exit" && !window.isDestroyed()) void this.loadAgain(window, t);
    });
  }
}

function listed(calls: readonly string[]): string {
  return calls.length === 0 ? "nothing" : calls.join(", ");
}
