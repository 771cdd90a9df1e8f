import { lstat, opendir, readFile, unlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { expected } from "../core/errors.ts";
import { clamp } from "../core/geometry.ts";
import type { Thumbnail } from "../core/viewing.ts";
import { makeFolder } from "../system/atomic-file.ts";
import { nextTurn } from "../system/next-turn.ts";
import { systemError } from "../system/system-error.ts";

/** Where thumbnails are kept, and how many. */
export interface ThumbnailCacheOptions {
  /** Absolute path; made where it is not there. Whatever else lies in it is left alone. */
  readonly folder: string;
  readonly limitBytes?: number;
  /** Milliseconds since 1970; a clock of their own for tests. */
  readonly now?: () => number;
}

interface Entry {
  readonly bytes: number;
  readonly usedMs: number;
  /** What the disk says of it: the file's mtime. */
  readonly notedMs: number;
}

type Found = readonly [sha256: string, entry: Entry];

const DEFAULT_LIMIT_BYTES = 1e9;
/** On the screen, or about to be. */
const IN_USE_MS = 60_000;
/** Uses survive a restart, though not to the minute: a write for every look would be too many. */
const NOTE_EVERY_MS = 3_600_000;
/** An engine that is alive is through with one long before. */
const STRAY_MS = 3_600_000;
/** Files that are looked at side by side, and put in order between two turns of the loop. */
const LOOK_AT = 64;
const ORDER_AT = 5000;

const SHA256 = /^[0-9a-f]{64}$/;
const THUMBNAIL = /^([0-9a-f]{64})\.jpg$/;
const TEMPORARY = /^[0-9a-f]{64}\.([0-9]+)-[0-9]+\.tmp$/;

/**
 * The thumbnails on the disk, named after the bytes of their photos: a photo that was moved or is there twice has the
 * same one. Those used longest ago go first when there are too many. Thumbnails can be made again, so nothing that goes
 * wrong with one is an error; it is not there then.
 */
export class ThumbnailCache {
  /** In the order of use, the longest ago first. */
  private entries = new Map<string, Entry>();
  private totalBytes = 0;
  private starting: Promise<void> | undefined;
  private isReady = false;
  private trimming: Promise<void> | undefined;
  private limitBytes: number;
  private readonly now: () => number;

  constructor(private readonly options: ThumbnailCacheOptions) {
    this.limitBytes = options.limitBytes ?? DEFAULT_LIMIT_BYTES;
    this.now = options.now ?? Date.now;
  }

  /**
   * Looks through the folder, removes what killed engines left and trims to the limit. The cache can be used meanwhile.
   * Called again, it gives the same promise.
   * @throws SilvergrainError TARGET_UNWRITABLE, DISK_FULL where the folder cannot be made or read
   */
  start(): Promise<void> {
    this.starting ??= this.begin().catch((error: unknown) => {
      this.starting = undefined;
      throw error;
    });
    return this.starting;
  }

  /** Where the thumbnail of a photo of this hash lies, or would. @throws SilvergrainError USAGE for what is no hash */
  pathOf(sha256: string): string {
    if (!SHA256.test(sha256)) throw expected("a thumbnail", "64 hexadecimal digits", sha256);
    return join(this.options.folder, `${sha256}.jpg`);
  }

  /**
   * The JPEG of a photo's thumbnail, which counts as used now.
   * @returns `undefined` where there is none that is whole
   * @throws SilvergrainError USAGE for what is no hash
   */
  async read(sha256: string): Promise<Uint8Array | undefined> {
    const path = this.pathOf(sha256);
    let bytes: Uint8Array;
    try {
      bytes = await readFile(path);
    } catch {
      this.forget(sha256);
      return undefined;
    }
    if (!isWholeJpeg(bytes)) {
      // As a power loss may leave it.
      await this.remove(sha256);
      return undefined;
    }
    await this.used(sha256, bytes.length);
    return bytes;
  }

  /**
   * Takes note of a thumbnail that was made or asked for, and makes room for it.
   * @throws SilvergrainError USAGE for what is no hash
   */
  async added({ sha256, bytes }: Pick<Thumbnail, "sha256" | "bytes">): Promise<void> {
    this.pathOf(sha256);
    await this.used(sha256, bytes);
    await this.trim();
  }

  /** Changes how much is kept, at once. */
  async setLimit(bytes: number): Promise<void> {
    this.limitBytes = bytes;
    await this.trim();
  }

  private async begin(): Promise<void> {
    const { folder } = this.options;
    try {
      makeFolder(folder);
      const found = await this.lookThrough(folder);
      await this.takeIn(found);
    } catch (error) {
      throw systemError(error, join(folder, "thumbnail"));
    }
    this.isReady = true;
    await this.trim();
  }

  private async lookThrough(folder: string): Promise<readonly Found[]> {
    const found: Found[] = [];
    let names: string[] = [];
    const look = async () => {
      for (const each of await Promise.all(names.map((name) => this.lookAt(folder, name)))) {
        if (each !== undefined) found.push(each);
      }
      names = [];
    };
    for await (const { name } of await opendir(folder, { bufferSize: LOOK_AT })) {
      if (names.push(name) >= LOOK_AT) await look();
    }
    await look();
    return found;
  }

  private async lookAt(folder: string, name: string): Promise<Found | undefined> {
    const sha256 = THUMBNAIL.exec(name)?.[1];
    const writer = TEMPORARY.exec(name)?.[1];
    if (sha256 === undefined && writer === undefined) return undefined;
    const path = join(folder, name);
    try {
      const stat = await lstat(path);
      if (!stat.isFile()) return undefined;
      // A clock that was set back must not make a file the latest for ever.
      const usedMs = Math.min(stat.mtimeMs, this.now());
      if (sha256 !== undefined) return [sha256, { bytes: stat.size, usedMs, notedMs: usedMs }];
      if (!isAlive(Number(writer)) || this.now() - stat.mtimeMs > STRAY_MS) await unlink(path);
    } catch {
      // Removed by someone in between, or not ours to remove.
    }
    return undefined;
  }

  /** What was used or added meanwhile stays the latest, and what was found goes before it. */
  private async takeIn(found: readonly Found[]): Promise<void> {
    const entries = new Map<string, Entry>();
    let totalBytes = 0;
    const keep = (sha256: string, entry: Entry) => {
      totalBytes += entry.bytes - (entries.get(sha256)?.bytes ?? 0);
      entries.delete(sha256);
      entries.set(sha256, entry);
    };
    const keys = orderKeys(found);
    await nextTurn();
    keys.sort();
    for (const [count, key] of keys.entries()) {
      if (count % ORDER_AT === 0) await nextTurn();
      const each = found[key % PLACES];
      if (each !== undefined) keep(...each);
    }
    for (const each of this.entries) keep(...each);
    this.entries = entries;
    this.totalBytes = totalBytes;
  }

  private async used(sha256: string, bytes: number): Promise<void> {
    const usedMs = this.now();
    const known = this.entries.get(sha256);
    // Before the folder was looked through, the disk may say any time.
    const notedMs = known?.notedMs ?? Number.NEGATIVE_INFINITY;
    const isNoted = usedMs - notedMs < NOTE_EVERY_MS;
    this.forget(sha256);
    this.entries.set(sha256, { bytes, usedMs, notedMs: isNoted ? notedMs : usedMs });
    this.totalBytes += bytes;
    if (isNoted) return;
    try {
      await utimes(this.pathOf(sha256), usedMs / 1000, usedMs / 1000);
    } catch {
      // Gone, or on a disk that cannot be written to: then its use is not remembered.
    }
  }

  private trim(): Promise<void> {
    this.trimming ??= this.trimNow().finally(() => {
      this.trimming = undefined;
    });
    return this.trimming;
  }

  private async trimNow(): Promise<void> {
    while (this.isReady && this.totalBytes > this.limitBytes) {
      const [oldest] = this.entries;
      if (oldest === undefined || this.now() - oldest[1].usedMs < IN_USE_MS) return;
      await this.remove(oldest[0]);
    }
  }

  private async remove(sha256: string): Promise<void> {
    this.forget(sha256);
    try {
      await unlink(this.pathOf(sha256));
    } catch {
      // Gone already, or held open by another program: then the next start finds it.
    }
  }

  private forget(sha256: string): void {
    this.totalBytes -= this.entries.get(sha256)?.bytes ?? 0;
    this.entries.delete(sha256);
  }
}

/** More files than that are never kept. */
const PLACES = 2 ** 21;

/**
 * Time in seconds and index as one number each, below 2^53: numbers alone are sorted ten times as fast as with a
 * comparison, and a sort cannot be interrupted.
 */
function orderKeys(found: readonly Found[]): Float64Array {
  const keys = new Float64Array(Math.min(found.length, PLACES));
  for (const [i, [, { usedMs }]] of found.entries()) {
    keys[i] = clamp(Math.floor(usedMs / 1000), 0, 2 ** 32 - 1) * PLACES + i;
  }
  return keys;
}

function isWholeJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
