import type { StopSignal } from "../core/enhance.ts";
import { asSilvergrainError, type SilvergrainError } from "../core/errors.ts";
import type { Thumbnail } from "../core/viewing.ts";
import { isFinal } from "./final-errors.ts";
import { stampOf } from "./photo-files.ts";
import { isSameStamp } from "./photo-row.ts";
import type { ReaderContext } from "./reader.ts";

const AT_ONCE = 2;
/** A photo that is being written to all the time is given up after so many tries. */
const MAX_TRIES = 3;

/** Where thumbnails are kept. */
export interface ThumbnailPlace {
  /** Folder of the cache, absolute. */
  readonly folder: string;
  readonly longEdgePx: number;
  /** Whether the cache still has it: what was not looked at for long is cleared away. */
  has(sha256: string): boolean | Promise<boolean>;
  /** Is told of every thumbnail that was made, or was found to be there. */
  made?(thumbnail: Thumbnail): void;
}

/** A thumbnail that somebody waits for. */
interface Wanted {
  readonly id: number;
  askers: number;
  readonly done: Promise<string | undefined>;
  readonly settle: (sha256: string | undefined) => void;
}

/** Makes thumbnails as they are asked for: what is on the screen first, and of that, what was asked for last. */
export class Thumbnailer {
  /** Those that wait, asked for last at the end; a photo is in it once. */
  private readonly waiting = new Map<number, Wanted>();
  private readonly running = new Map<number, Wanted>();
  private readonly workers = new Set<Promise<void>>();
  private looked: ReadonlySet<number> = new Set();
  private readonly stop = new AbortController();

  constructor(
    private readonly context: ReaderContext,
    private readonly place: ThumbnailPlace,
  ) {}

  /** Which photos are on the screen. What is neither on it nor asked for any more is dropped. */
  look(ids: readonly number[]): void {
    this.looked = new Set(ids);
    for (const wanted of this.waiting.values()) this.dropUnwanted(wanted);
  }

  /** See `Library.thumbnail`. */
  async thumbnail(id: number, signal?: StopSignal): Promise<string | undefined> {
    if (signal?.aborted === true || this.stop.signal.aborted) return undefined;
    const wanted = this.running.get(id) ?? this.want(id);
    wanted.askers++;
    const leave = () => {
      wanted.askers--;
      this.dropUnwanted(wanted);
    };
    signal?.addEventListener("abort", leave, { once: true });
    this.wake();
    try {
      return await wanted.done;
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  }

  async end(): Promise<void> {
    this.stop.abort();
    for (const wanted of this.waiting.values()) wanted.settle(undefined);
    this.waiting.clear();
    await Promise.all(this.workers);
  }

  private want(id: number): Wanted {
    const wanted = this.waiting.get(id) ?? newWanted(id);
    // To the end: it is the one that was asked for last.
    this.waiting.delete(id);
    this.waiting.set(id, wanted);
    return wanted;
  }

  private dropUnwanted(wanted: Wanted): void {
    if (wanted.askers > 0 || this.looked.has(wanted.id) || this.waiting.get(wanted.id) !== wanted) return;
    this.waiting.delete(wanted.id);
    wanted.settle(undefined);
  }

  private wake(): void {
    while (this.workers.size < AT_ONCE && !this.stop.signal.aborted) {
      const wanted = this.next();
      if (wanted === undefined) return;
      this.waiting.delete(wanted.id);
      this.running.set(wanted.id, wanted);
      const work = this.run(wanted).finally(() => {
        this.workers.delete(work);
        this.wake();
      });
      this.workers.add(work);
    }
  }

  private next(): Wanted | undefined {
    const waiting = [...this.waiting.values()].reverse();
    return waiting.find(({ id }) => this.looked.has(id)) ?? waiting[0];
  }

  private async run(wanted: Wanted): Promise<void> {
    let made: string | undefined;
    try {
      made = await this.make(wanted.id);
    } catch (error) {
      this.noteFailure(wanted.id, asSilvergrainError(error));
    }
    this.running.delete(wanted.id);
    wanted.settle(made);
  }

  private noteFailure(id: number, { code }: SilvergrainError): void {
    const { store, feed, onTrouble } = this.context;
    if (!isFinal(code)) return;
    try {
      store.photos.setError(id, code, true);
      feed.changed([id]);
    } catch (trouble) {
      onTrouble(trouble);
    }
  }

  /** @throws what the viewer rejects with */
  private async make(id: number): Promise<string | undefined> {
    const { store, files, feed, viewer, maxMegapixels } = this.context;
    const { folder, longEdgePx } = this.place;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const file = await files.current(id);
      if (file === undefined || (file.row.code !== undefined && isFinal(file.row.code))) return undefined;
      const { content, hasThumbnail } = file.row;
      if (content !== undefined && hasThumbnail && (await this.place.has(content))) return content;
      const request = { path: file.path, maxMegapixels, longEdgePx, folder };
      const made = await viewer.thumbnail(request, this.stop.signal);
      this.place.made?.(made);
      const after = await stampOf(file.path);
      // Written to meanwhile: what was made may be of half a file.
      if (after === undefined || !isSameStamp(after, file.stamp)) continue;
      const row = store.photos.file(id);
      if (row === undefined || !isSameStamp(row, file.stamp)) continue;
      store.photos.setContent(id, made.sha256, true);
      feed.changed([id]);
      return made.sha256;
    }
    return undefined;
  }
}

function newWanted(id: number): Wanted {
  let settle: Wanted["settle"] = () => {};
  const done = new Promise<string | undefined>((resolve) => {
    settle = resolve;
  });
  return { id, askers: 0, done, settle };
}
