import { type FileHandle, lstat, open, opendir, readFile, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { expected } from "../core/errors.ts";
import type { Size } from "../core/geometry.ts";
import { levelsOf, pyramidBytes, tileOffset, tileSize } from "../core/pyramid.ts";
import { makeFolder } from "../system/atomic-file.ts";
import { levelFile, manifestFile, manifestFrom, type PyramidManifest, previewFile } from "../system/pyramid-files.ts";
import { systemError } from "../system/system-error.ts";

/** Where pyramids are kept, and how many. */
export interface PyramidCacheOptions {
  /** Absolute path; made where it is not there. Whatever else lies in it is left alone. */
  readonly folder: string;
  readonly limitBytes?: number;
  /** Milliseconds since 1970; a clock of their own for tests. */
  readonly now?: () => number;
}

/** A tile of a picture. */
export interface TilePlace {
  readonly level: number;
  readonly x: number;
  readonly y: number;
}

const DEFAULT_LIMIT_BYTES = 6e9;
const KEY = /^[0-9a-z]{1,64}$/;
/** What an engine decodes to, and what it leaves when it is killed. */
const STRAY = /^[0-9a-z]{1,64}\.\d+-\d+\.v(\.cut\.tif)?$/;

/**
 * The pyramids on the disk, each in a folder called by its key. Those used longest ago go first when they take too much
 * room. A tile is given out only where its record is what was written: whatever else is there counts as nothing.
 */
export class PyramidCache {
  /** Bytes of the finished ones in the order of use, the longest ago first. */
  private readonly entries = new Map<string, number>();
  private starting: Promise<void> | undefined;
  private limitBytes: number;
  private readonly now: () => number;

  constructor(private readonly options: PyramidCacheOptions) {
    this.limitBytes = options.limitBytes ?? DEFAULT_LIMIT_BYTES;
    this.now = options.now ?? Date.now;
  }

  /**
   * Looks through the folder and removes what was not finished. To be waited for before anything is made in it.
   * @throws SilvergrainError TARGET_UNWRITABLE, DISK_FULL
   */
  start(): Promise<void> {
    this.starting ??= this.begin().catch((error: unknown) => {
      this.starting = undefined;
      throw error;
    });
    return this.starting;
  }

  /** Folder of a pyramid, be it there or not. @throws SilvergrainError USAGE for what is no key */
  folderOf(key: string): string {
    if (!KEY.test(key)) throw expected("a picture's key", "letters and digits", key);
    return join(this.options.folder, key);
  }

  /** The list of a finished pyramid, which counts as used now. @returns `undefined` where there is none of that size */
  async find(key: string, { width, height }: Size): Promise<PyramidManifest | undefined> {
    const manifest = await this.read(key);
    if (manifest === undefined || manifest.width !== width || manifest.height !== height) return undefined;
    this.added(key, manifest);
    const usedMs = this.now() / 1000;
    // On a disk that cannot be written to, its use is not remembered.
    await utimes(manifestFile(this.folderOf(key)), usedMs, usedMs).catch(() => {});
    return manifest;
  }

  /** Notes a pyramid that was finished. */
  added(key: string, size: Size): void {
    this.entries.delete(key);
    this.entries.set(key, pyramidBytes(size));
  }

  /** Deletes a pyramid. */
  async remove(key: string): Promise<void> {
    this.entries.delete(key);
    await rm(this.folderOf(key), { recursive: true, force: true }).catch(() => {});
  }

  /** Changes how much is kept; room is made by `makeRoom`. */
  setLimit(bytes: number): void {
    this.limitBytes = bytes;
  }

  /**
   * Deletes those used longest ago until `bytes` more keep within the limit.
   * @param inUse stay in any case @returns whether anything was deleted
   */
  async makeRoom(bytes: number, inUse: ReadonlySet<string>): Promise<boolean> {
    let total = bytes + [...this.entries.values()].reduce((sum, each) => sum + each, 0);
    let isAny = false;
    for (const [key, own] of [...this.entries]) {
      if (total <= this.limitBytes) break;
      if (inUse.has(key)) continue;
      total -= own;
      isAny = true;
      await this.remove(key);
    }
    return isAny;
  }

  /**
   * The samples of a tile.
   * @param check CRC-32 that its record must have @returns `undefined` where there is no such record
   */
  async tile(
    key: string,
    picture: Size,
    { level, x, y }: TilePlace,
    check: number,
    kind: "exact" | "preview" = "exact",
  ): Promise<Uint8Array | undefined> {
    const found = levelsOf(picture)[level];
    const size = found === undefined ? undefined : tileSize(found, x, y);
    if (found === undefined || size === undefined) return undefined;
    const folder = this.folderOf(key);
    const bytes = new Uint8Array(size.width * size.height * 3);
    let file: FileHandle | undefined;
    try {
      file = await open(kind === "exact" ? levelFile(folder, level) : previewFile(folder, level), "r");
      const { bytesRead } = await file.read(bytes, 0, bytes.length, tileOffset(found, x, y));
      return bytesRead === bytes.length && crc32(bytes) === check ? bytes : undefined;
    } catch {
      return undefined;
    } finally {
      await file?.close();
    }
  }

  private async begin(): Promise<void> {
    const { folder } = this.options;
    try {
      makeFolder(folder);
      const found: { readonly key: string; readonly size: Size; readonly usedMs: number }[] = [];
      for await (const entry of await opendir(folder)) {
        const path = join(folder, entry.name);
        if (entry.isFile() && STRAY.test(entry.name)) await rm(path, { force: true });
        if (!entry.isDirectory() || !KEY.test(entry.name)) continue;
        const size = await this.read(entry.name);
        if (size === undefined) await rm(path, { recursive: true, force: true });
        else found.push({ key: entry.name, size, usedMs: (await lstat(manifestFile(path))).mtimeMs });
      }
      for (const { key, size } of found.sort((a, b) => a.usedMs - b.usedMs)) this.added(key, size);
    } catch (error) {
      throw systemError(error, join(folder, "pyramid"));
    }
  }

  private async read(key: string): Promise<PyramidManifest | undefined> {
    try {
      return manifestFrom(await readFile(manifestFile(this.folderOf(key)), "utf8"));
    } catch {
      return undefined;
    }
  }
}
