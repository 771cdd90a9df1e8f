import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FileStamp } from "../core/enhance.ts";
import { isMissingError } from "../system/system-error.ts";
import type { ChangeFeed } from "./change-feed.ts";
import { isWithin } from "./entries.ts";
import type { LibraryStore } from "./library-store.ts";
import { type FileOfRow, isSameStamp } from "./photo-row.ts";

/** A photo's row and its file, as both are now. */
export interface CurrentFile {
  readonly row: FileOfRow;
  /** Absolute. */
  readonly path: string;
  readonly stamp: FileStamp;
}

/** From rows to files on the disk. Nothing outside of the library's folders is ever given out. */
export class PhotoFiles {
  /** @param onChanged is told the ids of photos whose file was found to be another */
  constructor(
    private readonly store: LibraryStore,
    private readonly feed: ChangeFeed,
    private readonly onChanged: (ids: readonly number[]) => void,
  ) {}

  /** Absolute path of a photo; `undefined` where it is not there, or its real place is outside of its folder. */
  async pathOf(id: number): Promise<string | undefined> {
    const row = this.store.photos.file(id);
    return row === undefined ? undefined : this.pathOfRow(row);
  }

  /** A photo's file. Where it is another than its row knew, what was known of its content is forgotten first. */
  async current(id: number): Promise<CurrentFile | undefined> {
    const before = this.store.photos.file(id);
    const path = before === undefined ? undefined : await this.pathOfRow(before);
    if (path === undefined) return undefined;
    const stamp = await stampOf(path);
    // A scan may have been here meanwhile.
    const row = this.store.photos.file(id);
    if (stamp === undefined || row === undefined) return undefined;
    if (isSameStamp(row, stamp)) return { row, path, stamp };
    this.store.photos.restamp(id, stamp);
    this.feed.changed([id]);
    this.onChanged([id]);
    const anew = this.store.photos.file(id);
    return anew === undefined ? undefined : { row: anew, path, stamp };
  }

  private async pathOfRow({ folder, place }: FileOfRow): Promise<string | undefined> {
    const root = this.store.folders.find(folder)?.path;
    if (root === undefined) return undefined;
    const path = join(root, place);
    try {
      const [realRoot, real] = await Promise.all([realpath(root), realpath(path)]);
      return real !== realRoot && isWithin(realRoot, real) ? path : undefined;
    } catch {
      // Not there, or not to be reached: either way there is nothing to give out.
      return undefined;
    }
  }
}

/** Size and time of a file; `undefined` where it is not there. @throws the file system's error else */
export async function stampOf(path: string): Promise<FileStamp | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { bytes: size, mtimeMs };
  } catch (error) {
    if (isMissingError(error)) return undefined;
    throw error;
  }
}
