import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { type FSWatcher, watch } from "chokidar";
import type { FileStamp } from "../core/enhance.ts";
import { isMissingError } from "../system/system-error.ts";
import { isHidden, isWithin } from "./entries.ts";
import { isSameStamp } from "./photo-row.ts";

/** Changes are gathered for so long before they are looked at. */
const GATHER_MS = 200;
/** A file that is being copied is left alone until nothing of it has changed for so long. */
const STILL_MS = 500;
/** Files that are looked at at the same time. */
const AT_ONCE = 64;
/** How far a file system's clock may be behind. */
const CLOCK_SLACK_MS = 50;

/** Something that has changed, and what is there now. */
export interface Change {
  /** Absolute. */
  readonly path: string;
  readonly now: "file" | "folder" | "nothing";
}

export interface WatchListener {
  /** Changes that have come to rest. */
  readonly onChanges: (changes: readonly Change[]) => void;
  /** Changes are not noticed any more: the system's watches are used up, or it gives none here. */
  readonly onFailed: (error: unknown) => void;
}

/** A path that something has happened to. */
interface Dirty {
  /** A folder is worth a scan: it came or went. Where not, only its content changed, which is noticed by itself. */
  readonly isEntry: boolean;
  /** What was seen of a file that may still be written to. */
  readonly seen?: { readonly stamp: FileStamp; readonly atMs: number };
}

/**
 * Notices what changes in a folder. Only folders are watched: that is one of the system's watches for each of them
 * instead of one for each file, and no file is looked at before something happens to it.
 */
export class FolderWatch {
  private readonly watcher: FSWatcher;
  private readonly dirty = new Map<string, Dirty>();
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  /**
   * @param root absolute and real path
   * @param isDeep whether folders in it are watched, too
   */
  constructor(
    private readonly root: string,
    isDeep: boolean,
    private readonly listener: WatchListener,
  ) {
    const startedMs = Date.now();
    this.watcher = watch(root, {
      ignoreInitial: true,
      followSymlinks: false,
      ignorePermissionErrors: true,
      usePolling: false,
      atomic: false,
      ignored: (path, stats) =>
        path !== root && ((stats !== undefined && !stats.isDirectory()) || isHidden(basename(path))),
      ...(isDeep ? {} : { depth: 0 }),
    });
    // What happens to files in a folder comes as it is from the system, as files have no watch of their own.
    this.watcher.on("raw", (event, name, details: unknown) => {
      const folder = watchedPathOf(details);
      if (folder !== undefined && typeof name === "string") this.mark(join(folder, name), event !== "change");
    });
    this.watcher.on("addDir", (path) => this.mark(path));
    this.watcher.on("unlinkDir", (path) => this.mark(path));
    this.watcher.on("ready", () => this.lookBack(startedMs));
    this.watcher.on("error", (error) => this.fail(error));
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.watcher.close();
  }

  private fail(error: unknown): void {
    if (this.isClosed) return;
    this.listener.onFailed(error);
    void this.close();
  }

  /** What has changed in a folder after it was scanned and before its watch began. */
  private async lookBack(startedMs: number): Promise<void> {
    const folders = Object.keys(this.watcher.getWatched()).filter((path) => isWithin(this.root, path));
    // It may have been taken away before there was a watch.
    if (typeof (await statOf(this.root)) === "string") this.mark(this.root);
    for (let from = 0; from < folders.length && !this.isClosed; from += AT_ONCE) {
      await Promise.all(
        folders.slice(from, from + AT_ONCE).map(async (path) => {
          const found = await statOf(path);
          if (typeof found === "object" && found.mtimeMs >= startedMs - CLOCK_SLACK_MS) this.mark(path);
        }),
      );
    }
  }

  private mark(path: string, isEntry = true): void {
    if (this.isClosed || (path !== this.root && isHidden(basename(path)))) return;
    const before = this.dirty.get(path);
    this.dirty.set(path, { ...before, isEntry: isEntry || before?.isEntry === true });
    this.timer ??= setTimeout(() => void this.look(), GATHER_MS);
  }

  private async look(): Promise<void> {
    const changes: Change[] = [];
    const paths = [...this.dirty.keys()];
    for (let from = 0; from < paths.length && !this.isClosed; from += AT_ONCE) {
      const found = await Promise.all(paths.slice(from, from + AT_ONCE).map((path) => this.lookAt(path)));
      for (const change of found) if (change !== undefined) changes.push(change);
    }
    if (this.isClosed) return;
    this.timer = this.dirty.size > 0 ? setTimeout(() => void this.look(), GATHER_MS) : undefined;
    if (changes.length > 0) this.listener.onChanges(changes);
  }

  /** `undefined` while the file is not at rest, and where nothing came of it. */
  private async lookAt(path: string): Promise<Change | undefined> {
    const { seen, isEntry } = this.dirty.get(path) ?? { isEntry: true };
    if (seen !== undefined && performance.now() - seen.atMs < STILL_MS) return undefined;
    const found = await statOf(path);
    if (typeof found === "object" && found.isFile()) {
      const stamp = { bytes: found.size, mtimeMs: found.mtimeMs };
      if (seen === undefined || !isSameStamp(seen.stamp, stamp)) {
        this.dirty.set(path, { isEntry, seen: { stamp, atMs: performance.now() } });
        return undefined;
      }
    }
    this.dirty.delete(path);
    if (found === "nothing") return { path, now: "nothing" };
    if (found === "unknown" || (found.isDirectory() && !isEntry)) return undefined;
    return { path, now: found.isDirectory() ? "folder" : "file" };
  }
}

/** `unknown` is what is there and may not be looked at: a scan says so. A link to nowhere is nothing. */
async function statOf(path: string): Promise<Stats | "nothing" | "unknown"> {
  try {
    return await stat(path);
  } catch (error) {
    return isMissingError(error) ? "nothing" : "unknown";
  }
}

function watchedPathOf(details: unknown): string | undefined {
  if (typeof details !== "object" || details === null || !("watchedPath" in details)) return undefined;
  return typeof details.watchedPath === "string" ? details.watchedPath : undefined;
}
