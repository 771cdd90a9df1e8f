import type { Stats } from "node:fs";
import { opendir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import type { StopSignal } from "../core/enhance.ts";
import type { PassedOverFile } from "../core/viewing.ts";
import { isMissingError } from "../system/system-error.ts";
import { formatByName, identityOf, isHidden, isResultsFolder, isWithin, placeIn } from "./entries.ts";
import type { FoundFile } from "./photo-row.ts";

/** Entries of a folder that are read, and files that are looked at, at the same time. */
const AT_ONCE = 64;
/** The first batch is small, as somebody waits for it. */
const FIRST_BATCH = 64;
const BATCH = 1000;
const BATCH_MS = 100;
/** What a name has in place of bytes that are no UTF-8. */
const REPLACEMENT = "\ufffd";

/** What a scan has found since its last batch. */
export interface ScanBatch {
  readonly files: readonly FoundFile[];
  readonly passedOver: readonly PassedOverFile[];
  /** Places that could not be read and yet are there, and so may be what was known at or below them. */
  readonly unread: readonly string[];
}

/**
 * Looks through a folder to any depth, and yields what it finds as it goes. Each folder is entered once, however many
 * links lead to it; by its own name rather than by a link's. What lies outside is not looked at. Names that begin with
 * a dot and folders of results are left out.
 * @param root absolute and real path of the folder
 * @param under place of a folder in it, where only that one is wanted
 * @param signal ends it without an error
 * @throws the file system's error where the root itself cannot be read
 */
export async function* scanFolder(
  root: string,
  { under = "", signal }: { readonly under?: string; readonly signal?: StopSignal } = {},
): AsyncGenerator<ScanBatch> {
  const scan = new Scan(root, signal);
  yield* scan.run(under === "" ? root : join(root, under));
}

class Scan {
  private files: FoundFile[] = [];
  private passedOver: PassedOverFile[] = [];
  private unread: string[] = [];
  private readonly folders: string[] = [];
  /** Folders that links lead to wait until all others were entered. */
  private readonly linked: string[] = [];
  private readonly entered = new Set<string>();
  private batchPhotos = FIRST_BATCH;
  private batchSince = performance.now();

  constructor(
    private readonly root: string,
    private readonly signal: StopSignal | undefined,
  ) {}

  async *run(start: string): AsyncGenerator<ScanBatch> {
    this.folders.push(start);
    for (let folder = this.next(); folder !== undefined && !this.isStopped; folder = this.next()) {
      try {
        yield* this.enter(folder, start);
      } catch (error) {
        if (folder === this.root) throw error;
        this.failAt(folder, error);
      }
    }
    if (!this.isStopped) yield this.take();
  }

  private next(): string | undefined {
    return this.folders.pop() ?? this.linked.shift();
  }

  private get isStopped(): boolean {
    return this.signal?.aborted === true;
  }

  private async *enter(folder: string, start: string): AsyncGenerator<ScanBatch> {
    const identity = identityOf(await stat(folder, { bigint: true }));
    if (this.entered.has(identity) || (folder !== start && (await isResultsFolder(folder)))) return;
    this.entered.add(identity);
    const waiting: Promise<void>[] = [];
    try {
      for await (const entry of await opendir(folder, { bufferSize: AT_ONCE })) {
        if (this.isStopped) return;
        if (isHidden(entry.name)) continue;
        const path = join(folder, entry.name);
        if (entry.isDirectory()) this.folders.push(path);
        else if (entry.isSymbolicLink()) waiting.push(this.follow(path, entry.name, start));
        else if (entry.isFile()) waiting.push(this.look(path, entry.name));
        else this.passOver(path, "not-a-photo");
        if (waiting.length < AT_ONCE) continue;
        await Promise.all(waiting.splice(0));
        if (this.isBatchFull) yield this.take();
      }
    } finally {
      await Promise.all(waiting);
    }
    if (this.isBatchFull) yield this.take();
  }

  private async follow(path: string, name: string, start: string): Promise<void> {
    try {
      const real = await realpath(path);
      if (!isWithin(this.root, real)) this.passOver(path, "link-out");
      else if (!(await stat(real)).isDirectory()) await this.look(path, name);
      // What a scan of a part finds outside of it has been found there, by its own name.
      else if (isWithin(start, real)) this.linked.push(path);
    } catch {
      // It leads to nowhere, or round in a circle.
      this.passOver(path, "unreadable");
    }
  }

  private async look(path: string, name: string): Promise<void> {
    const format = formatByName(name);
    if (format === undefined) {
      this.passOver(path, "not-a-photo");
      return;
    }
    let found: Stats;
    try {
      found = await stat(path);
    } catch (error) {
      this.failAt(path, error);
      return;
    }
    if (!found.isFile()) this.passOver(path, "not-a-photo");
    else this.files.push({ place: placeIn(this.root, path), format, bytes: found.size, mtimeMs: found.mtimeMs });
  }

  private failAt(path: string, error: unknown): void {
    const isMissing = isMissingError(error);
    // It was taken away meanwhile; unless its name is no valid text, so that nothing can be found by it.
    if (isMissing && !path.includes(REPLACEMENT)) return;
    this.passOver(path, "unreadable");
    if (!isMissing) this.unread.push(placeIn(this.root, path));
  }

  private passOver(path: string, why: PassedOverFile["why"]): void {
    this.passedOver.push({ place: placeIn(this.root, path), why });
  }

  private get isBatchFull(): boolean {
    const { length } = this.files;
    if (length >= this.batchPhotos || this.passedOver.length >= BATCH) return true;
    return length > 0 && performance.now() - this.batchSince > BATCH_MS;
  }

  private take(): ScanBatch {
    const batch = { files: this.files, passedOver: this.passedOver, unread: this.unread };
    this.files = [];
    this.passedOver = [];
    this.unread = [];
    this.batchPhotos = BATCH;
    this.batchSince = performance.now();
    return batch;
  }
}
