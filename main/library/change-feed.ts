import type { SilvergrainError } from "../core/errors.ts";
import type { Folder, PhotoRow } from "../core/viewing.ts";
import type { LibraryEvent } from "./library-event.ts";

/** Between two events of a kind. */
const GATHER_MS = 100;
/** Rows in an event; the others come with the next one. */
const MAX_ROWS = 1000;

/** Gathers what has changed, and tells it ten times a second at most. */
export class ChangeFeed {
  private readonly listeners = new Set<(event: LibraryEvent) => void>();
  private readonly changedIds = new Set<number>();
  private goneIds = new Set<number>();
  private hasFolders = false;
  private timer: NodeJS.Timeout | undefined;
  private toldAt = Number.NEGATIVE_INFINITY;

  /** @param rows gives those of the ids that are there */
  constructor(
    private readonly rows: (ids: readonly number[]) => readonly PhotoRow[],
    private readonly folders: () => readonly Folder[],
  ) {}

  /** @returns ends it */
  listen(listener: (event: LibraryEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed(ids: readonly number[]): void {
    for (const id of ids) {
      this.changedIds.add(id);
      this.goneIds.delete(id);
    }
    if (ids.length > 0) this.plan();
  }

  gone(ids: readonly number[]): void {
    for (const id of ids) {
      this.goneIds.add(id);
      this.changedIds.delete(id);
    }
    if (ids.length > 0) this.plan();
  }

  /** Something of the folders has changed, if only how many photos they have. */
  foldersChanged(): void {
    this.hasFolders = true;
    this.plan();
  }

  notice(error: SilvergrainError): void {
    this.emit({ type: "notice", code: error.code, message: error.message });
  }

  close(): void {
    clearTimeout(this.timer);
    this.listeners.clear();
  }

  private plan(): void {
    if (this.listeners.size === 0) return;
    this.timer ??= setTimeout(() => this.tell(), Math.max(0, this.toldAt + GATHER_MS - performance.now()));
  }

  private tell(): void {
    this.timer = undefined;
    this.toldAt = performance.now();
    const ids = [...this.changedIds].slice(0, MAX_ROWS);
    for (const id of ids) this.changedIds.delete(id);
    const gone = [...this.goneIds];
    this.goneIds = new Set();
    if (ids.length > 0 || gone.length > 0) this.emit({ type: "photos", changed: this.rows(ids), gone });
    if (this.hasFolders) {
      this.hasFolders = false;
      this.emit({ type: "folders", folders: this.folders() });
    }
    if (this.changedIds.size > 0) this.plan();
  }

  private emit(event: LibraryEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}
