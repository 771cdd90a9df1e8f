import { basename } from "node:path";
import type { Folder } from "../core/viewing.ts";
import { FolderKeeper, type KeeperContext } from "./folder-keeper.ts";
import { identityOfFolder } from "./folder-sync.ts";

/** How often it is looked whether a folder that was missing is back. */
const MISSING_CHECK_MS = 5000;

/** What the keepers need of the library. */
export interface KeepersContext extends KeeperContext {
  /** A folder that was missing is there again. */
  readonly onBack: () => void;
}

/** The keepers of all folders of the library. */
export class FolderKeepers {
  private readonly keepers = new Map<number, FolderKeeper>();
  private readonly timer: NodeJS.Timeout;
  private isEnded = false;

  constructor(private readonly context: KeepersContext) {
    this.timer = setInterval(() => void this.findMissing(), MISSING_CHECK_MS).unref();
  }

  /** Begins to keep every folder, and looks through each. */
  begin(): void {
    for (const { id } of this.context.store.folders.all()) void this.of(id).scan();
  }

  /** The keeper of a folder. */
  of(id: number): FolderKeeper {
    const known = this.keepers.get(id);
    if (known !== undefined) return known;
    const made = new FolderKeeper(id, this.context);
    this.keepers.set(id, made);
    return made;
  }

  /** The folders as the page sees them. */
  folders(): readonly Folder[] {
    const { folders, photos } = this.context.store;
    return folders.all().map(({ id, path, passedOver, isMissing }) => ({
      id,
      name: basename(path) || path,
      path,
      photos: photos.count(id),
      passedOver,
      isMissing,
      isScanning: this.keepers.get(id)?.isScanning === true,
    }));
  }

  /** Looks through what is not watched. */
  async scanUnwatched(): Promise<void> {
    const unwatched = this.context.store.folders.all().filter(({ id }) => !this.of(id).isWatched);
    await Promise.all(unwatched.map(({ id }) => this.of(id).scan()));
  }

  /** Ends the keeping of a folder; nothing is written for it after that. */
  async end(id: number): Promise<void> {
    const keeper = this.keepers.get(id);
    this.keepers.delete(id);
    await keeper?.end();
  }

  async endAll(): Promise<void> {
    this.isEnded = true;
    clearInterval(this.timer);
    await Promise.all([...this.keepers.keys()].map((id) => this.end(id)));
  }

  private async findMissing(): Promise<void> {
    for (const { id, path, isMissing } of this.context.store.folders.all()) {
      if (!isMissing || (await identityOfFolder(path)) === undefined || this.isEnded) continue;
      await this.of(id).scan();
      this.context.onBack();
    }
  }
}
