import { realpath, stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { SilvergrainError } from "../core/errors.ts";
import { systemError } from "../system/system-error.ts";
import { formatByName, isWithin, placeIn } from "./entries.ts";
import type { FolderKeepers } from "./folder-keepers.ts";
import type { FolderRow } from "./folder-rows.ts";
import { identityOfFolder, isShownIn } from "./folder-sync.ts";
import type { LibraryStore } from "./library-store.ts";

/** What came of adding files and folders. */
export interface Adding {
  /** Folders that were added or are looked through again. */
  readonly folders: readonly number[];
  /** What could not be added; `code` is an ErrorCode. */
  readonly failed: readonly { readonly name: string; readonly code: string }[];
}

/** Takes files and folders into the library, each photo once, whatever lies in or around what is there already. */
export class Adder {
  constructor(
    private readonly store: LibraryStore,
    private readonly keepers: FolderKeepers,
  ) {}

  /** @param paths absolute */
  async add(paths: readonly string[]): Promise<Adding> {
    const folders = new Set<number>();
    const failed: { name: string; code: string }[] = [];
    const files = new Map<string, string[]>();
    for (const path of paths) {
      try {
        // A path is known by where it really is, so that nothing is there twice by way of a link.
        const real = await realpath(resolve(path));
        if ((await stat(real)).isDirectory()) folders.add(await this.addFolder(real));
        else if (formatByName(real) === undefined) throw notAPhoto(path);
        else filesIn(files, dirname(real)).push(real);
      } catch (error) {
        failed.push({ name: basename(path), code: systemError(error, path, "source").code });
      }
    }
    for (const [folder, photos] of files) folders.add(await this.addFiles(folder, photos));
    return { folders: [...folders], failed };
  }

  private async addFolder(path: string): Promise<number> {
    const holder = await this.holderOf(path);
    if (holder !== undefined) {
      void this.keepers.of(holder.id).scan(placeIn(holder.path, path));
      return holder.id;
    }
    const renamed = await this.renamedTo(path);
    if (renamed !== undefined) {
      await this.keepers.end(renamed.id);
      this.store.folders.move(renamed.id, path);
    }
    const id = renamed?.id ?? this.store.folders.add(path, "tree");
    await this.takeOver(id, path);
    void this.keepers.of(id).scan();
    return id;
  }

  private async addFiles(folder: string, photos: readonly string[]): Promise<number> {
    const holder = await this.holderOf(folder);
    const known = this.store.folders.all().find(({ path }) => path === folder);
    const id = holder?.id ?? known?.id ?? this.store.folders.add(folder, "files");
    const keeper = this.keepers.of(id);
    void keeper.lookAt(photos);
    if (holder === undefined && known === undefined) void keeper.scan();
    return id;
  }

  /** The folder of the library that shows what lies in another one. */
  private async holderOf(path: string): Promise<FolderRow | undefined> {
    for (const folder of this.store.folders.all()) {
      if (folder.kind === "tree" && isWithin(folder.path, path) && (await isShownIn(folder.path, path))) return folder;
    }
    return undefined;
  }

  /** A folder of the library that is away, and is this one by what the disk calls it. */
  private async renamedTo(path: string): Promise<FolderRow | undefined> {
    const identity = await identityOfFolder(path);
    for (const folder of this.store.folders.all()) {
      const isSame = folder.kind === "tree" && folder.identity !== undefined && folder.identity === identity;
      if (isSame && (await identityOfFolder(folder.path)) === undefined) return folder;
    }
    return undefined;
  }

  /** What folders inside of a new one have becomes its own; ids and judgements stay. */
  private async takeOver(id: number, path: string): Promise<void> {
    for (const inner of this.store.folders.all()) {
      if (!isWithin(path, inner.path)) continue;
      if (inner.id !== id && !(await isShownIn(path, inner.path))) continue;
      await this.keepers.end(inner.id);
      if (inner.id === id) continue;
      await this.store.photos.handOver(inner.id, id, `${placeIn(path, inner.path)}/`);
      this.store.folders.remove(inner.id);
    }
  }
}

function filesIn(files: Map<string, string[]>, folder: string): string[] {
  const known = files.get(folder) ?? [];
  files.set(folder, known);
  return known;
}

function notAPhoto(path: string): SilvergrainError {
  return new SilvergrainError("SOURCE_UNSUPPORTED", `${basename(path)} is no photo that Silvergrain can read.`);
}
