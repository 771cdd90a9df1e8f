import { SilvergrainError } from "../core/errors.ts";
import { placeIn } from "./entries.ts";
import type { FolderRow } from "./folder-rows.ts";
import { type SyncContext, syncChanges, syncFiles, syncTree } from "./folder-sync.ts";
import { type Change, FolderWatch } from "./watch.ts";

/** What a keeper needs of the library. */
export interface KeeperContext extends Omit<SyncContext, "signal"> {
  /** Something was looked at, and photos may have come or gone. */
  readonly onSynced: () => void;
  /** What went wrong in the background: changes that are not noticed any more, a disk that is full. */
  readonly onTrouble: (error: unknown) => void;
}

/** Keeps what is known of one folder up to what its disk has. One thing is done at a time, in the order it came up. */
export class FolderKeeper {
  private readonly stop = new AbortController();
  private work: Promise<void> = Promise.resolve();
  private watch: FolderWatch | undefined;
  /** Tried once: it would fail again, and be said again. */
  private cannotWatch = false;
  private scansWaiting = 0;
  private isWholeScanWaiting = false;
  private pending: Change[] = [];

  constructor(
    private readonly id: number,
    private readonly context: KeeperContext,
  ) {}

  get isScanning(): boolean {
    return this.scansWaiting > 0;
  }

  /** Whether changes are noticed by themselves. */
  get isWatched(): boolean {
    return this.watch !== undefined;
  }

  /**
   * Looks through the folder, or a part of it.
   * @param under "" for all of it
   * @returns when it is done
   */
  scan(under = ""): Promise<void> {
    if (under === "" && this.isWholeScanWaiting) return this.work;
    if (under === "") this.isWholeScanWaiting = true;
    this.scansWaiting++;
    this.context.feed.foldersChanged();
    return this.enqueue(async (folder, context) => {
      if (under === "") this.isWholeScanWaiting = false;
      this.startWatch(folder);
      return folder.kind === "files" ? syncFiles(context, folder) : syncTree(context, folder, under);
    }).finally(() => {
      this.scansWaiting--;
      this.context.feed.foldersChanged();
    });
  }

  /** Looks at single files, as if something had happened to them. */
  lookAt(paths: readonly string[]): Promise<void> {
    const changes = paths.map((path): Change => ({ path, now: "file" }));
    return this.enqueue((folder, context) => syncChanges(context, folder, changes));
  }

  /** Ends what goes on. Nothing is written for this folder after that. */
  async end(): Promise<void> {
    this.stop.abort();
    await this.endWatch();
    await this.work;
  }

  private enqueue(act: (folder: FolderRow, context: SyncContext) => Promise<boolean>): Promise<void> {
    this.work = this.work.then(async () => {
      const folder = this.context.store.folders.find(this.id);
      if (this.stop.signal.aborted || folder === undefined) return;
      try {
        const isThere = await act(folder, { ...this.context, signal: this.stop.signal });
        if (!isThere) await this.endWatch();
        this.context.onSynced();
      } catch (error) {
        // What was missed is found when what is not watched is looked through again.
        await this.endWatch();
        this.context.onTrouble(error);
      }
    });
    return this.work;
  }

  private startWatch(folder: FolderRow): void {
    if (this.watch !== undefined || this.cannotWatch || this.stop.signal.aborted) return;
    this.watch = new FolderWatch(folder.path, folder.kind === "tree", {
      onChanges: (changes) => this.take(changes),
      onFailed: (error) => {
        this.watch = undefined;
        this.cannotWatch = true;
        this.context.onTrouble(notWatched(folder, error));
      },
    });
  }

  private async endWatch(): Promise<void> {
    const { watch } = this;
    this.watch = undefined;
    await watch?.close();
  }

  /** Changes that come while others are worked on are worked on together. */
  private take(changes: readonly Change[]): void {
    const isFirst = this.pending.length === 0;
    for (const change of changes) this.pending.push(change);
    if (!isFirst) return;
    void this.enqueue((folder, context) => {
      const all = [...new Map(this.pending.map((change) => [change.path, change])).values()];
      this.pending = [];
      return syncChanges(context, folder, folder.kind === "tree" ? all : this.amongAdded(folder, all));
    });
  }

  /** Of a folder with single files only these matter. */
  private amongAdded(folder: FolderRow, changes: readonly Change[]): readonly Change[] {
    return changes.filter(({ path }) => this.context.store.photos.isKnown(folder.id, placeIn(folder.path, path)));
  }
}

function notWatched({ path }: FolderRow, cause: unknown): SilvergrainError {
  return new SilvergrainError(
    "INTERNAL",
    `Changes in ${path} are not noticed by themselves (${cause instanceof Error ? cause.message : String(cause)}). The folder is looked through whenever you come back to this window.`,
    { cause },
  );
}
