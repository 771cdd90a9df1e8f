import { realpath } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { FileStamp, PhotoHeader, StopSignal } from "../core/enhance.ts";
import { asSilvergrainError, expected } from "../core/errors.ts";
import type {
  BlindTest,
  Folder,
  Judgement,
  PassedOverFile,
  PhotoDetails,
  PhotoFacts,
  PhotoRow,
  Pin,
  Viewer,
} from "../core/viewing.ts";
import { Adder, type Adding } from "./adding.ts";
import { ChangeFeed } from "./change-feed.ts";
import type { EnhancedPhoto } from "./enhanced-rows.ts";
import { isResultsFolder, isWithin, placeIn } from "./entries.ts";
import { FolderKeepers } from "./folder-keepers.ts";
import type { LibraryEvent } from "./library-event.ts";
import { LibraryStore } from "./library-store.ts";
import { Mover } from "./mover.ts";
import { PhotoFiles } from "./photo-files.ts";
import { Reader } from "./reader.ts";
import type { MadeResult } from "./result-rows.ts";
import { Thumbnailer, type ThumbnailPlace } from "./thumbnailer.ts";

export type { Adding } from "./adding.ts";
export type { EnhancedPhoto } from "./enhanced-rows.ts";
export type { LibraryEvent } from "./library-event.ts";
export type { MadeResult } from "./result-rows.ts";
export type { ThumbnailPlace } from "./thumbnailer.ts";

/** Rows of the largest page. */
const MAX_PAGE = 5000;

/** A photo's file. */
export interface PhotoFile {
  /** Absolute. */
  readonly path: string;
  readonly stamp: FileStamp;
  /** Of its bytes, where that is known. */
  readonly sha256: string | undefined;
  readonly header: PhotoHeader;
}

export interface LibraryOptions {
  /** The database's file, absolute. */
  readonly path: string;
  readonly viewer: Viewer;
  readonly thumbnails: ThumbnailPlace;
  /** Photos of more are not opened. */
  readonly maxMegapixels: number;
  /** What looking at the disk waits for: whoever opens a window wants to see first what was known. */
  readonly after?: Promise<void>;
}

/**
 * The photos that the user has added, what is known of them, and what the user thinks of them. What was known is there
 * at once; the disk is looked at in the background, and what has changed comes as events.
 */
export class Library {
  private readonly feed: ChangeFeed;
  private readonly files: PhotoFiles;
  private readonly reader: Reader;
  private readonly thumbnailer: Thumbnailer;
  private readonly mover: Mover;
  private readonly keepers: FolderKeepers;
  private readonly adder: Adder;
  /** Adding and removing happen one after the other: each looks at which folders there are. */
  private turn: Promise<unknown> = Promise.resolve();
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly store: LibraryStore,
    { viewer, thumbnails, maxMegapixels }: LibraryOptions,
  ) {
    const onFound = (ids: readonly number[]) => {
      this.mover.found(ids);
      this.reader.found(ids);
    };
    const onTrouble = (error: unknown) => this.feed.notice(asSilvergrainError(error));
    const onSynced = () => {
      this.mover.wake();
      this.reader.wake();
    };
    const feed = new ChangeFeed(
      (ids) => store.photos.rows(ids),
      () => this.folders(),
    );
    const files = new PhotoFiles(store, feed, onFound);
    this.feed = feed;
    this.files = files;
    this.reader = new Reader({ store, files, feed, viewer, maxMegapixels, onTrouble });
    this.thumbnailer = new Thumbnailer({ store, files, feed, viewer, maxMegapixels, onTrouble }, thumbnails);
    this.mover = new Mover({ store, files, feed, onTrouble });
    this.keepers = new FolderKeepers({
      store,
      feed,
      onFound,
      onSynced,
      onTrouble,
      onBack: () => this.reader.tryAgain(),
    });
    this.adder = new Adder(store, this.keepers);
  }

  /**
   * Opens the library: what was known is there at once, the folders are looked through again in the background.
   * @throws SilvergrainError TARGET_BUSY where another Silvergrain has it; TARGET_UNWRITABLE, DISK_FULL, INTERNAL
   */
  static open(options: LibraryOptions): Library {
    const library = new Library(LibraryStore.open(options.path), options);
    if (options.after === undefined) library.begin();
    else void options.after.then(() => library.begin());
    return library;
  }

  private begin(): void {
    if (this.closing !== undefined) return;
    this.keepers.begin();
    this.mover.wake();
    this.reader.wake();
  }

  /** Calls back with what has changed, ten times a second at most. @returns ends it */
  onEvent(listener: (event: LibraryEvent) => void): () => void {
    return this.feed.listen(listener);
  }

  /**
   * Adds files and folders. Their photos come in as events while the folders are looked through.
   * @param paths absolute
   * @throws SilvergrainError USAGE for a path that is not absolute
   */
  add(paths: readonly string[]): Promise<Adding> {
    const relative = paths.find((path) => !isAbsolute(path));
    if (relative !== undefined) return Promise.reject(expected("a path", "an absolute one", relative));
    return this.inTurn(async () => {
      const adding = await this.adder.add(paths);
      this.feed.foldersChanged();
      return adding;
    });
  }

  folders(): readonly Folder[] {
    return this.keepers.folders();
  }

  /** A page of the photos by name in natural order. @param limit 5000 at most */
  page(offset: number, limit: number): readonly PhotoRow[] {
    return this.store.photos.page(offset, Math.min(limit, MAX_PAGE));
  }

  /** How many photos there are. */
  count(): number {
    return this.store.photos.count();
  }

  row(id: number): PhotoRow | undefined {
    return this.store.photos.row(id);
  }

  /** Absolute path of a photo; `undefined` where it is not there, or its real place is outside of its folder. */
  pathOf(id: number): Promise<string | undefined> {
    return this.files.pathOf(id);
  }

  /** The photo at an absolute path as `pathOf` gives it. */
  idOfPath(path: string): number | undefined {
    for (const folder of this.store.folders.all()) {
      if (!isWithin(folder.path, path)) continue;
      const id = this.store.photos.idAt(folder.id, placeIn(folder.path, path));
      if (id !== undefined) return id;
    }
    return undefined;
  }

  /**
   * Whether results may go to a folder: not to where photos of the library lie. They would be photos among them, or, in
   * a folder of one that was added, take the others out of sight. What is a folder of results already may stay one.
   */
  async mayTakeResults(path: string): Promise<boolean> {
    const real = await realpath(path).catch(() => path);
    if (await isResultsFolder(real)) return true;
    return !this.store.folders
      .all()
      .some(
        ({ id, path: root, kind }) =>
          kind === "tree" && isWithin(root, real) && this.store.photos.isAnyBelow(id, placeIn(root, real)),
      );
  }

  /** Takes a folder out of the library. The files stay, and what the user thinks of them is kept for another time. */
  remove(folder: number): Promise<void> {
    return this.inTurn(async () => {
      await this.keepers.end(folder);
      const row = this.store.folders.find(folder);
      if (row === undefined) return;
      const ids = this.store.photos.idsOf(folder);
      this.store.folders.remove(folder);
      await this.store.photos.setGone(ids, row.seenTurn, "taken-out");
      this.feed.gone(ids);
      this.feed.foldersChanged();
      // The same photos may be there in another folder, to which they were moved.
      this.mover.wake();
    });
  }

  /** Looks through a folder again. @returns when that is done, for who wants to wait */
  async rescan(folder: number): Promise<void> {
    if (this.store.folders.find(folder) === undefined) return;
    await this.keepers.of(folder).scan();
    this.reader.tryAgain();
  }

  /** Looks through the folders again whose changes are not noticed by themselves. For when the window comes to the front. */
  async rescanUnwatched(): Promise<void> {
    await this.keepers.scanUnwatched();
    this.reader.tryAgain();
  }

  /** What in a folder makes no photo: the first 10,000. */
  passedOver(folder: number): readonly PassedOverFile[] {
    return this.store.folders.passedOver(folder);
  }

  /** Notes what the user thinks of photos; parts that are not given stay. On the disk when it returns. */
  judge(ids: readonly number[], part: Partial<Judgement>): Promise<void> {
    return this.inTurn(async () => {
      await this.store.photos.judge(ids, part);
      this.feed.changed(ids);
      this.mover.wake();
    });
  }

  /** Notes that a photo was enhanced. */
  noteEnhanced(photo: EnhancedPhoto): void {
    this.store.enhanced.note(photo);
  }

  /** The photos that were enhanced and have not changed since. */
  enhanced(): readonly EnhancedPhoto[] {
    return this.store.enhanced.all();
  }

  /** Notes where the result of a photo lies, for longer than the queue remembers it. */
  noteResult(photo: number, result: MadeResult): void {
    this.store.results.note(photo, result);
  }

  /** The results that were made of a photo as it is now, the latest first, be they there or not. */
  results(photo: number): readonly MadeResult[] {
    return this.store.results.of(photo);
  }

  /** The photos that have pins. */
  pinned(): readonly number[] {
    return this.store.marks.pinned();
  }

  /** Where a photo was when it was seen last; the disk is not looked at. */
  pathAsKnown(id: number): string | undefined {
    const file = this.store.photos.file(id);
    const root = file === undefined ? undefined : this.store.folders.find(file.folder)?.path;
    return file === undefined || root === undefined ? undefined : join(root, file.place);
  }

  /** The pins of photos, each once, in the order in which they were set. */
  pins(photos: readonly number[]): readonly Pin[] {
    return this.store.marks.pins(photos);
  }

  /** How many of the photos have a pin. */
  countPinned(photos: readonly number[]): number {
    return this.store.marks.countPinned(photos);
  }

  /** Sets or changes a pin on photos. On the disk when it returns. */
  setPin(photos: readonly number[], pin: Pin): Promise<void> {
    return this.inTurn(async () => {
      this.store.marks.setPin(photos, pin);
      // What was marked is found again when it is moved.
      this.mover.wake();
    });
  }

  /** Takes a pin off every photo. */
  removePin(uid: string): Promise<void> {
    return this.inTurn(async () => this.store.marks.removePin(uid));
  }

  /** The blind tests of a photo, the latest first. */
  blindTests(photo: number): readonly BlindTest[] {
    return this.store.marks.tests(photo);
  }

  saveBlindTest(photo: number, test: BlindTest): Promise<void> {
    return this.inTurn(async () => {
      this.store.marks.addTest(photo, test);
      this.mover.wake();
    });
  }

  /** A photo's file as it is now, with its header. @throws SilvergrainError as `facts` */
  async file(id: number): Promise<PhotoFile> {
    const { file, details } = await this.reader.details(id);
    return { path: file.path, stamp: file.stamp, sha256: file.row.content, header: details.header };
  }

  /** @throws SilvergrainError SOURCE_MISSING, and what the viewer rejects with */
  async facts(id: number): Promise<PhotoFacts> {
    const { file, details } = await this.reader.details(id);
    return { ...details.facts, path: file.path, bytes: file.stamp.bytes };
  }

  /** Header and facts of a photo, read once for each state of its file. @throws SilvergrainError as `facts` */
  async details(id: number): Promise<PhotoDetails> {
    return (await this.reader.details(id)).details;
  }

  /** Which photos are on the screen: they come first. */
  look(ids: readonly number[]): void {
    this.reader.look(ids);
    this.thumbnailer.look(ids);
  }

  /**
   * Has a photo's thumbnail in the cache.
   * @param signal whoever asks does not need it any more
   * @returns SHA-256 of the photo, which names the thumbnail; `undefined` where there can be none, or nobody needs it
   */
  thumbnail(id: number, signal?: StopSignal): Promise<string | undefined> {
    return this.thumbnailer.thumbnail(id, signal);
  }

  /** Ends everything that goes on and closes the database. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    await this.turn;
    await Promise.all([this.keepers.endAll(), this.mover.end(), this.thumbnailer.end()]);
    await this.reader.end();
    this.feed.close();
    this.store.close();
  }

  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.turn.then(act);
    this.turn = done.catch(() => {});
    return done;
  }
}
