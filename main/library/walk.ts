import { opendir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { SilvergrainError } from "../core/errors.ts";
import { systemError } from "../system/system-error.ts";
import { formatByName, identityOf, isHidden, isResultsFolder, placeIn } from "./entries.ts";

/** A photo that was found. */
export interface FoundPhoto {
  /** Absolute path. */
  readonly path: string;
  /** Its place below the target folder, forward slashes. */
  readonly place: string;
}

/** What a walk found. */
export interface Walk {
  readonly photos: readonly FoundPhoto[];
  /** Files that are no photo by their name. */
  readonly ignored: number;
  /** Folders and files that could not be looked at. */
  readonly failures: readonly { readonly path: string; readonly error: SilvergrainError }[];
}

/**
 * Finds the photos below the given files and folders, to any depth, in a stable order. Links are followed, each
 * folder is entered once. Names that begin with a dot and folders of results are left out.
 *
 * One folder is mirrored under the target as it is; of several paths, each folder gets a folder of its name.
 *
 * @param paths as given by the user
 * @param except a folder that is not entered: the target
 */
export async function findPhotos(paths: readonly string[], except: string): Promise<Walk> {
  const walker = new Walker(resolve(except));
  await walker.begin();
  for (const path of paths) await walker.add(resolve(path), paths.length > 1);
  return walker.result();
}

class Walker {
  private readonly photos = new Map<string, FoundPhoto>();
  private readonly failures: { path: string; error: SilvergrainError }[] = [];
  private readonly places = new Set<string>();
  private readonly entered = new Set<string>();
  private ignored = 0;

  constructor(private readonly except: string) {}

  /** The target is known by what it is, not by its name: it may be reached through a link or in another case. */
  async begin(): Promise<void> {
    try {
      this.entered.add(identityOf(await stat(this.except, { bigint: true })));
    } catch {
      // Not there yet, so nothing can be found in it.
    }
  }

  async add(path: string, several: boolean): Promise<void> {
    try {
      const found = await stat(path);
      if (found.isDirectory()) await this.walk(path, several ? `${basename(path)}/` : "", path);
      else this.take(path, basename(path));
    } catch (error) {
      this.failures.push({ path, error: systemError(error, path, "source") });
    }
  }

  result(): Walk {
    const photos = [...this.photos.values()].sort((a, b) => (a.place < b.place ? -1 : 1));
    return { photos, ignored: this.ignored, failures: this.failures };
  }

  private async walk(folder: string, prefix: string, root: string): Promise<void> {
    try {
      const identity = identityOf(await stat(folder, { bigint: true }));
      if (this.entered.has(identity) || (folder !== root && (await isResultsFolder(folder)))) return;
      this.entered.add(identity);
      for await (const entry of await opendir(folder)) {
        if (isHidden(entry.name)) continue;
        const path = join(folder, entry.name);
        const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && (await isFolderLink(path)));
        if (isFolder) await this.walk(path, prefix, root);
        else if (formatByName(entry.name) !== undefined) {
          this.take(path, prefix + placeIn(root, path));
        } else this.ignored++;
      }
    } catch (error) {
      this.failures.push({ path: folder, error: systemError(error, folder, "source") });
    }
  }

  /** A photo that is reached twice is taken once; two photos never get one place. */
  private take(path: string, place: string): void {
    if (this.photos.has(path)) return;
    let own = place;
    for (let n = 2; this.places.has(own); n++) own = `${n}/${place}`;
    this.places.add(own);
    this.photos.set(path, { path, place: own });
  }
}

async function isFolderLink(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // A link to nowhere is treated as a file and reported when it is opened.
    return false;
  }
}
