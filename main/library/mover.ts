import { setTimeout as sleep } from "node:timers/promises";
import { hashFile } from "../system/hash-file.ts";
import { nextTurn } from "../system/next-turn.ts";
import type { ChangeFeed } from "./change-feed.ts";
import type { LibraryStore } from "./library-store.ts";
import { type PhotoFiles, stampOf } from "./photo-files.ts";
import { type FileOfRow, isSameStamp } from "./photo-row.ts";

/** Rows that are compared between two turns of the event loop: some 10 ms. */
const COMPARE = 2000;
/** The longest rest between two photos that are only hashed for another day. */
const MAX_REST_MS = 1000;

export interface MoverContext {
  readonly store: LibraryStore;
  readonly files: PhotoFiles;
  readonly feed: ChangeFeed;
  /** What went wrong that is no fault of a photo. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Finds photos again that were moved, by their bytes, so that what the user thinks of them goes with them; and for that
 * learns the bytes of every photo that was judged. One file at a time.
 */
export class Mover {
  private readonly stop = new AbortController();
  private work: Promise<void> = Promise.resolve();
  private isWanted = false;
  private isRunning = false;
  /** Could not be read; tried again when their files change. */
  private readonly failed = new Set<number>();

  constructor(private readonly context: MoverContext) {}

  /** Photos have come or gone, or were judged. */
  wake(): void {
    this.isWanted = true;
    if (this.isRunning || this.stop.signal.aborted) return;
    this.isRunning = true;
    this.work = this.run()
      .catch((error) => {
        if (!this.stop.signal.aborted) this.context.onTrouble(error);
      })
      .finally(() => {
        this.isRunning = false;
        if (this.isWanted) this.wake();
      });
  }

  /** Files of photos that are new or have changed. */
  found(ids: readonly number[]): void {
    for (const id of ids) this.failed.delete(id);
  }

  async end(): Promise<void> {
    this.stop.abort();
    await this.work;
  }

  private async run(): Promise<void> {
    while (this.isWanted && !this.stop.signal.aborted) {
      this.isWanted = false;
      await this.findLost();
      await this.learn();
    }
  }

  private async findLost(): Promise<void> {
    const { work } = this.context.store;
    for (let after = 0; after < work.lastToCompare(); after += COMPARE) {
      for (const file of work.maybeFound(after, after + COMPARE)) {
        if (this.stop.signal.aborted) return;
        if (!this.failed.has(file.id)) await this.compare(file);
      }
      await nextTurn();
    }
  }

  private async compare(file: FileOfRow): Promise<void> {
    const { store, feed } = this.context;
    const sha256 = file.content ?? (await this.hash(file));
    const id = sha256 === undefined ? undefined : store.work.reunite(file, sha256);
    if (id === undefined) return;
    feed.gone([file.id]);
    feed.changed([id]);
    feed.foldersChanged();
  }

  /** Lost photos come first, so it stops when there may be one. */
  private async learn(): Promise<void> {
    for (;;) {
      const [file] = this.context.store.work.unhashed([...this.failed], 1);
      if (file === undefined || this.isWanted || this.stop.signal.aborted) return;
      const since = performance.now();
      await this.hash(file);
      await sleep(Math.min(MAX_REST_MS, performance.now() - since), undefined, { signal: this.stop.signal });
    }
  }

  /** Notes the bytes of a photo. `undefined` where they cannot be read, or are being written. */
  private async hash({ id }: FileOfRow): Promise<string | undefined> {
    const { store, files } = this.context;
    try {
      const file = await files.current(id);
      if (file === undefined) throw new Error("the file is not there");
      const sha256 = await hashFile(file.path);
      const [after, row] = [await stampOf(file.path), store.photos.file(id)];
      if (after === undefined || row === undefined || !isSameStamp(after, file.stamp) || !isSameStamp(row, after))
        throw new Error("the file was changed meanwhile");
      store.photos.setContent(id, sha256, false);
      return sha256;
    } catch {
      // Whatever it was: when the file changes, or at the next start, it is tried again.
      this.failed.add(id);
      return undefined;
    }
  }
}
