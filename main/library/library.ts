import type { StopSignal } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import type {
  Folder,
  Judgement,
  PassedOverFile,
  PhotoDetails,
  PhotoFacts,
  PhotoRow,
  Thumbnail,
  Viewer,
} from "../core/viewing.ts";

/** Where thumbnails are kept. */
export interface ThumbnailPlace {
  /** Folder of the cache, absolute. */
  readonly folder: string;
  readonly longEdgePx: number;
  /** Whether the cache still has it: what was not looked at for long is cleared away. */
  has(sha256: string): boolean | Promise<boolean>;
  /** Is told of every thumbnail that was made or found. */
  made?(thumbnail: Thumbnail): void;
}

export interface LibraryOptions {
  /** The database's file, absolute. */
  readonly path: string;
  readonly viewer: Viewer;
  readonly thumbnails: ThumbnailPlace;
  /** Photos of more are not opened. */
  readonly maxMegapixels: number;
  /** Wall clock in ms. */
  readonly now?: () => number;
}

/** What has changed, gathered: ten times a second at most. */
export type LibraryEvent =
  | { readonly type: "photos"; readonly changed: readonly PhotoRow[]; readonly gone: readonly number[] }
  | { readonly type: "folders"; readonly folders: readonly Folder[] };

/** What came of adding files and folders. */
export interface Adding {
  readonly folders: readonly number[];
  /** `code` is an ErrorCode. */
  readonly failed: readonly { readonly name: string; readonly code: string }[];
}

/** The photos that the user has added, what is known of them, and what the user thinks of them. */
export class Library {
  /**
   * Opens the library: what was known is there at once, the folders are looked through again in the background.
   * @throws SilvergrainError TARGET_BUSY where another Silvergrain has it; TARGET_UNWRITABLE, DISK_FULL, INTERNAL
   */
  static open(_options: LibraryOptions): Library {
    throw notYet();
  }

  /** @returns ends it */
  onEvent(_listener: (event: LibraryEvent) => void): () => void {
    throw notYet();
  }

  /** Adds files and folders, given by absolute paths. Their photos come in as events while the folders are looked through. */
  add(_paths: readonly string[]): Promise<Adding> {
    throw notYet();
  }

  folders(): readonly Folder[] {
    throw notYet();
  }

  /** A page of the photos by name in natural order. @param limit 5000 at most */
  page(_offset: number, _limit: number): readonly PhotoRow[] {
    throw notYet();
  }

  /** How many photos there are. */
  count(): number {
    throw notYet();
  }

  row(_id: number): PhotoRow | undefined {
    throw notYet();
  }

  /** Absolute path of a photo; `undefined` where it is not there, or its real place is outside of its folder. */
  pathOf(_id: number): Promise<string | undefined> {
    throw notYet();
  }

  /** The photo at an absolute path as `pathOf` gives it. */
  idOfPath(_path: string): number | undefined {
    throw notYet();
  }

  /** Takes a folder out of the library; the files stay, and so does what the user thinks of them, for another time. */
  remove(_folder: number): Promise<void> {
    throw notYet();
  }

  /** Looks through a folder again, in the background. */
  rescan(_folder: number): void {
    throw notYet();
  }

  /** Looks through the folders again whose changes are not noticed by themselves, and those that were missing. For when the window comes to the front. */
  rescanUnwatched(): void {
    throw notYet();
  }

  /** What in a folder makes no photo: the first 10,000. */
  passedOver(_folder: number): readonly PassedOverFile[] {
    throw notYet();
  }

  /** Notes what the user thinks of photos; parts that are not given stay. */
  judge(_ids: readonly number[], _part: Partial<Judgement>): Promise<void> {
    throw notYet();
  }

  /** @throws SilvergrainError SOURCE_MISSING, and what the viewer rejects with */
  facts(_id: number): Promise<PhotoFacts> {
    throw notYet();
  }

  /** Header and facts of a photo, read once for each state of its file. @throws SilvergrainError as `facts` */
  details(_id: number): Promise<PhotoDetails> {
    throw notYet();
  }

  /** Which photos are on the screen: they come first. */
  look(_ids: readonly number[]): void {
    throw notYet();
  }

  /**
   * Has a photo's thumbnail in the cache.
   * @param signal whoever asks does not need it any more
   * @returns SHA-256 of the photo, which names the thumbnail; `undefined` where there can be none, or nobody needs it
   */
  thumbnail(_id: number, _signal?: StopSignal): Promise<string | undefined> {
    throw notYet();
  }

  /** Ends everything that goes on and closes the database. */
  close(): Promise<void> {
    throw notYet();
  }
}

function notYet(): SilvergrainError {
  return new SilvergrainError("INTERNAL", "The library cannot do this yet.");
}
