import { z } from "zod";
import type { FileStamp } from "../core/enhance.ts";
import type { PhotoDetails } from "../core/viewing.ts";
import type { Sql, SqlValue } from "../system/sql.ts";
import { FILE_COLUMNS, type FileOfRow, fileOfRowFrom } from "./photo-row.ts";

const Stored = z.object({ bytes: z.number(), mtime_ms: z.number(), json: z.string() });
const FILES = FILE_COLUMNS.split(", ")
  .map((column) => `photos.${column}`)
  .join(", ");

/** What was read of a photo, or why it could not be. */
export interface ReadPhoto {
  readonly id: number;
  /** Of the file that was read. */
  readonly stamp: FileStamp;
  readonly details: PhotoDetails;
}

/** What there is to do in the background, and what came of it. */
export class WorkRows {
  constructor(private readonly sql: Sql) {}

  /** Photos whose header is to be read, in the order in which they are shown. @param except ids to leave out */
  unread(except: readonly number[], limit: number): readonly FileOfRow[] {
    return this.files(
      `photos.is_read = 0 AND photos.id NOT IN (SELECT value FROM json_each(?)) ORDER BY sort_key, photos.id LIMIT ?`,
      JSON.stringify(except),
      limit,
    );
  }

  /** Photos that could not be found again if they were moved: judged, and their bytes are not known. */
  unhashed(except: readonly number[], limit: number): readonly FileOfRow[] {
    return this.files(
      `photos.judged = 1 AND photos.content IS NULL AND photos.id NOT IN (SELECT value FROM json_each(?))
       ORDER BY photos.id LIMIT ?`,
      JSON.stringify(except),
      limit,
    );
  }

  private files(where: string, ...values: readonly SqlValue[]): readonly FileOfRow[] {
    return this.sql
      .all(
        `SELECT ${FILES} FROM photos JOIN folders ON folders.id = photos.folder
         WHERE photos.gone = 0 AND folders.missing = 0 AND folders.removed = 0 AND ${where}`,
        ...values,
      )
      .map(fileOfRowFrom);
  }

  /** What is known of a photo whose file has this stamp. */
  details(id: number, stamp: FileStamp): PhotoDetails | undefined {
    const row = this.sql.get(
      "SELECT bytes, mtime_ms, json FROM details WHERE photo = ? AND bytes = ? AND mtime_ms = ?",
      id,
      stamp.bytes,
      stamp.mtimeMs,
    );
    // Only `setDetails` writes it.
    return row === undefined ? undefined : (JSON.parse(Stored.parse(row).json) as PhotoDetails);
  }

  /** Notes what was read of photos, in one go. */
  setDetails(photos: readonly ReadPhoto[]): void {
    this.sql.atomically(() => {
      for (const { id, stamp, details } of photos) {
        const { size } = details.header;
        const changed = this.sql.get("SELECT id FROM photos WHERE id = ?", id);
        if (changed === undefined) continue;
        this.sql.run(
          "INSERT OR REPLACE INTO details (photo, bytes, mtime_ms, json) VALUES (?, ?, ?, ?)",
          id,
          stamp.bytes,
          stamp.mtimeMs,
          JSON.stringify(details),
        );
        this.sql.run(
          "UPDATE photos SET is_read = 1, code = NULL, width = ?, height = ?, taken_ms = ? WHERE id = ?",
          size.width,
          size.height,
          details.facts.takenMs ?? null,
          id,
        );
      }
    });
    this.sql.foldLog();
  }

  /** The ids among which `maybeFound` has to look: up to this one. 0 where no photo is lost. */
  lastToCompare(): number {
    const lost = this.sql.get(`SELECT 1 FROM photos AS lost WHERE ${IS_LOST} LIMIT 1`);
    if (lost === undefined) return 0;
    return z.object({ id: z.number() }).parse(this.sql.get("SELECT coalesce(max(id), 0) AS id FROM photos")).id;
  }

  /**
   * New files that may be a photo that is lost, as they have its size: moved, or copied and then deleted.
   * @param after only ids above this one, and up to `upTo`
   */
  maybeFound(after: number, upTo: number): readonly FileOfRow[] {
    return this.files(
      `photos.judged = 0 AND photos.id > ? AND photos.id <= ?
       AND EXISTS (SELECT 1 FROM photos AS lost WHERE ${IS_LOST} AND lost.bytes = photos.bytes
         AND photos.added_turn > lost.seen_turn AND (photos.content IS NULL OR photos.content = lost.content))`,
      after,
      upTo,
    );
  }

  /**
   * Gives the place of a new file to the photo that was lost and has the same bytes: its id and what the user thinks of
   * it stay, the new file's own row goes.
   * @returns the photo's id; `undefined` where none is lost that has these bytes
   */
  reunite(found: FileOfRow, sha256: string): number | undefined {
    return this.sql.atomically(() => {
      const row = this.sql.get(
        `SELECT lost.id FROM photos AS lost JOIN photos AS found ON found.id = ?
         WHERE ${IS_LOST} AND lost.bytes = found.bytes AND lost.content = ? AND found.gone = 0 AND found.judged = 0
           AND found.added_turn > lost.seen_turn
         ORDER BY lost.name = found.name DESC, lost.place = found.place DESC, lost.seen_turn DESC LIMIT 1`,
        found.id,
        sha256,
      );
      if (row === undefined) return undefined;
      const { id } = z.object({ id: z.number() }).parse(row);
      const place = this.sql.get(
        `SELECT folder, place, name, sort_key, format, mtime_ms, added_turn, seen_turn FROM photos WHERE id = ?`,
        found.id,
      );
      const to = Place.parse(place);
      this.sql.run("DELETE FROM photos WHERE id = ?", found.id);
      this.sql.run(
        `UPDATE photos SET folder = ?, place = ?, name = ?, sort_key = ?, format = ?, mtime_ms = ?, added_turn = ?,
           seen_turn = ?, gone = 0 WHERE id = ?`,
        to.folder,
        to.place,
        to.name,
        to.sort_key,
        to.format,
        to.mtime_ms,
        to.added_turn,
        to.seen_turn,
        id,
      );
      this.sql.run("UPDATE details SET mtime_ms = ? WHERE photo = ?", to.mtime_ms, id);
      return id;
    });
  }
}

const IS_LOST = "lost.gone > 0 AND lost.judged = 1 AND lost.content IS NOT NULL";

const Place = z.object({
  folder: z.number(),
  place: z.string(),
  name: z.string(),
  sort_key: z.string(),
  format: z.string(),
  mtime_ms: z.number(),
  added_turn: z.number(),
  seen_turn: z.number(),
});
