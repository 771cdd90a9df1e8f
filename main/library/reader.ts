import { asSilvergrainError, SilvergrainError } from "../core/errors.ts";
import type { PhotoDetails, Viewer } from "../core/viewing.ts";
import { nextTurn } from "../system/next-turn.ts";
import type { ChangeFeed } from "./change-feed.ts";
import { isFinal } from "./final-errors.ts";
import type { LibraryStore } from "./library-store.ts";
import type { CurrentFile, PhotoFiles } from "./photo-files.ts";
import { isSameStamp } from "./photo-row.ts";
import type { ReadPhoto } from "./work-rows.ts";

const AT_ONCE = 2;
/** What was read is written together: a change takes a sync of the disk. */
const WRITE_MS = 100;
const WRITE_AT = 50;
/** Rows that are fetched at once. */
const AHEAD = 100;

/** What reading needs. */
export interface ReaderContext {
  readonly store: LibraryStore;
  readonly files: PhotoFiles;
  readonly feed: ChangeFeed;
  readonly viewer: Viewer;
  readonly maxMegapixels: number;
  /** What went wrong that is no fault of a photo. */
  readonly onTrouble: (error: unknown) => void;
}

/** Reads the headers of photos: all of them in the background, those on the screen first, and any one when asked. */
export class Reader {
  private looked: number[] = [];
  private ahead: number[] = [];
  private readonly busy = new Set<number>();
  /** Could not be read for a reason that may pass. */
  private readonly failed = new Set<number>();
  private unwritten: ReadPhoto[] = [];
  private timer: NodeJS.Timeout | undefined;
  private readonly workers = new Set<Promise<void>>();
  private isEnded = false;
  /** What is read for somebody who asked may come after the end. */
  private isClosed = false;

  constructor(private readonly context: ReaderContext) {}

  /** Photos that come first. */
  look(ids: readonly number[]): void {
    this.looked = [...ids];
    this.wake();
  }

  /** Files of photos that are new or have changed. */
  found(ids: readonly number[]): void {
    for (const id of ids) this.failed.delete(id);
    this.wake();
  }

  /** There may be something to read. */
  wake(): void {
    while (!this.isEnded && this.workers.size < AT_ONCE) {
      const id = this.next();
      if (id === undefined) return;
      const work = this.run(id).finally(() => {
        this.workers.delete(work);
        this.wake();
      });
      this.workers.add(work);
    }
  }

  /** What could not be read is tried again: a disk is back, or a folder was looked through. */
  tryAgain(): void {
    this.failed.clear();
    this.wake();
  }

  /** Header and facts, of the store where the file is as it was. @throws SilvergrainError SOURCE_MISSING; the viewer's */
  async details(id: number): Promise<{ readonly file: CurrentFile; readonly details: PhotoDetails }> {
    const { store, files, viewer, maxMegapixels } = this.context;
    const file = await files.current(id);
    if (file === undefined) {
      throw new SilvergrainError(
        "SOURCE_MISSING",
        "This photo is not there any more. Was it moved, or its disk unplugged?",
      );
    }
    const unwritten = this.unwritten.find((each) => each.id === id && isSameStamp(each.stamp, file.stamp));
    const known = unwritten?.details ?? store.work.details(id, file.stamp);
    if (known !== undefined) {
      // A photo that came back to its place is known all the same.
      if (unwritten === undefined && !file.row.isRead) this.keep({ id, stamp: file.stamp, details: known });
      return { file, details: known };
    }
    const details = await viewer.details(file.path, maxMegapixels);
    this.keep({ id, stamp: file.stamp, details });
    return { file, details };
  }

  async end(): Promise<void> {
    this.isEnded = true;
    await Promise.all(this.workers);
    this.write();
    this.isClosed = true;
  }

  private async run(id: number): Promise<void> {
    this.busy.add(id);
    try {
      await this.details(id);
    } catch (error) {
      if (!this.isEnded) this.noteFailure(id, asSilvergrainError(error));
    } finally {
      this.busy.delete(id);
    }
    await nextTurn();
  }

  private noteFailure(id: number, error: SilvergrainError): void {
    const { store, feed, onTrouble } = this.context;
    const { code } = error;
    if (!isFinal(code)) this.failed.add(id);
    try {
      if (isOfLibrary(code)) throw error;
      store.photos.setError(id, code, isFinal(code));
      feed.changed([id]);
    } catch (trouble) {
      this.failed.add(id);
      onTrouble(trouble);
    }
  }

  private next(): number | undefined {
    const first = this.firstToDo(this.looked) ?? this.firstToDo(this.ahead);
    if (first !== undefined) return first;
    this.write();
    this.ahead = this.context.store.work.unread([...this.failed, ...this.busy], AHEAD).map(({ id }) => id);
    return this.firstToDo(this.ahead);
  }

  /** What is taken or is done already is struck off. */
  private firstToDo(ids: number[]): number | undefined {
    for (let id = ids.shift(); id !== undefined; id = ids.shift()) if (this.isToDo(id)) return id;
    return undefined;
  }

  private isToDo(id: number): boolean {
    if (this.busy.has(id) || this.failed.has(id) || this.unwritten.some((each) => each.id === id)) return false;
    const file = this.context.store.photos.file(id);
    return file !== undefined && !file.isRead;
  }

  private keep(read: ReadPhoto): void {
    if (this.isClosed) return;
    this.unwritten.push(read);
    if (this.unwritten.length >= WRITE_AT) this.write();
    else this.timer ??= setTimeout(() => this.write(), WRITE_MS);
  }

  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.unwritten.length === 0) return;
    const read = this.unwritten;
    this.unwritten = [];
    try {
      this.context.store.work.setDetails(read);
    } catch (error) {
      for (const { id } of read) this.failed.add(id);
      this.context.onTrouble(error);
      return;
    }
    this.context.feed.changed(read.map(({ id }) => id));
  }
}

/** What comes of writing the library, and of no photo: they are only read. */
function isOfLibrary(code: string): boolean {
  return code === "DISK_FULL" || code.startsWith("TARGET_");
}
