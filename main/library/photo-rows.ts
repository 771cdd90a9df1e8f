import { posix } from "node:path";
import { z } from "zod";
import type { FileStamp } from "../core/enhance.ts";
import type { Judgement, PhotoRow } from "../core/viewing.ts";
import { nextTurn } from "../system/next-turn.ts";
import type { Sql } from "../system/sql.ts";
import {
  FILE_COLUMNS,
  type FileOfRow,
  type FoundFile,
  fileOfRowFrom,
  isSameStamp,
  photoRowsFrom,
  rowsQuery,
} from "./photo-row.ts";
import { sortKeyOf } from "./sort-key.ts";

/** Rows that are written between two turns of the event loop: some 10 ms. */
export const CHUNK = 250;
/** Rows that are read between two turns. */
const READ_CHUNK = 2000;
/** Chunks after which the log is folded into the file; folding more at once takes longer than a turn may. */
const FOLD_EVERY = 8;
/** What a changed file makes untrue. */
const FORGET = "content = NULL, has_thumbnail = 0, is_read = 0, code = NULL";

/** What was known of a place when a scan began. */
export interface KnownPlace extends FileStamp {
  readonly id: number;
  /** Not there, or taken out with its folder. */
  readonly isGone: boolean;
  readonly isTakenOut: boolean;
}

const Id = z.object({ id: z.number() });
const Latest = z.object({ latest: z.number() });
const Stamped = z.object({ id: z.number(), bytes: z.number(), mtime_ms: z.number() });
const Count = z.object({ n: z.number() });
const Known = z.object({
  id: z.number(),
  place: z.string(),
  bytes: z.number(),
  mtime_ms: z.number(),
  gone: z.number(),
});

/** The photos of the library. Whatever touches many rows gives way to other work in between. */
export class PhotoRows {
  constructor(private readonly sql: Sql) {}

  /** How many there are, in a folder where told. */
  count(folder?: number): number {
    const found =
      folder === undefined
        ? this.sql.get("SELECT count(*) AS n FROM photos WHERE gone = 0")
        : this.sql.get("SELECT count(*) AS n FROM photos WHERE gone = 0 AND folder = ?", folder);
    return Count.parse(found).n;
  }

  /** By name in natural order. */
  page(offset: number, limit: number): readonly PhotoRow[] {
    const query = rowsQuery("photos", "WHERE gone = 0 ORDER BY sort_key, id LIMIT ? OFFSET ?");
    return photoRowsFrom(this.sql.get(query, limit, offset));
  }

  /** Those of the ids that are there. */
  rows(ids: readonly number[]): readonly PhotoRow[] {
    const from = "json_each(?) AS wanted JOIN photos ON photos.id = wanted.value";
    return photoRowsFrom(this.sql.get(rowsQuery(from, "WHERE gone = 0"), JSON.stringify(ids)));
  }

  row(id: number): PhotoRow | undefined {
    return this.rows([id])[0];
  }

  /** A photo's file; `undefined` where the photo is gone. */
  file(id: number): FileOfRow | undefined {
    const found = this.sql.get(`SELECT ${FILE_COLUMNS} FROM photos WHERE id = ? AND gone = 0`, id);
    return found === undefined ? undefined : fileOfRowFrom(found);
  }

  /** Whether there is a photo below a place of a folder. @param under "" for the folder itself */
  isAnyBelow(folder: number, under: string): boolean {
    if (under === "") return this.count(folder) > 0;
    // "0" is the character after "/".
    const sought = "SELECT 1 FROM photos WHERE folder = ? AND place > ? AND place < ? AND gone = 0 LIMIT 1";
    return this.sql.get(sought, folder, `${under}/`, `${under}0`) !== undefined;
  }

  idAt(folder: number, place: string): number | undefined {
    const found = this.sql.get("SELECT id FROM photos WHERE folder = ? AND place = ? AND gone = 0", folder, place);
    return found === undefined ? undefined : Id.parse(found).id;
  }

  /** Whether there is a photo at a place, or one that is only missing. */
  isKnown(folder: number, place: string): boolean {
    const sought = "SELECT 1 FROM photos WHERE folder = ? AND place = ? AND gone < 2";
    return this.sql.get(sought, folder, place) !== undefined;
  }

  /** Everything that is known at or below a place of a folder, gone or not. @param under "" for the whole folder */
  async known(folder: number, under: string): Promise<Map<string, KnownPlace>> {
    const known = new Map<string, KnownPlace>();
    const columns = "SELECT id, place, bytes, mtime_ms, gone FROM photos WHERE folder = ?";
    const take = (rows: readonly unknown[]) => {
      const places = rows.map((row) => Known.parse(row));
      for (const { id, place, bytes, mtime_ms, gone } of places)
        known.set(place, { id, bytes, mtimeMs: mtime_ms, isGone: gone > 0, isTakenOut: gone === 2 });
      return places;
    };
    if (under !== "") take(this.sql.all(`${columns} AND place = ?`, folder, under));
    // "0" is the character after "/".
    let after = under === "" ? "" : `${under}/`;
    const end = under === "" ? "\u{10ffff}" : `${under}0`;
    for (;;) {
      const places = take(
        this.sql.all(`${columns} AND place > ? AND place < ? ORDER BY place LIMIT ?`, folder, after, end, READ_CHUNK),
      );
      if (places.length < READ_CHUNK) break;
      after = places.at(-1)?.place ?? after;
      await nextTurn();
    }
    return known;
  }

  /**
   * Adds files, or notes that they are there, new or changed.
   * @param turn of the look at the disk that has found them, see the schema
   * @returns the ids of their rows, in the same order
   */
  put(folder: number, files: readonly FoundFile[], turn: number): readonly number[] {
    const ids = this.sql.atomically(() => files.map((file) => this.putOne(folder, file, turn)));
    this.sql.foldLog(FOLD_EVERY);
    return ids;
  }

  private putOne(folder: number, { place, format, bytes, mtimeMs }: FoundFile, turn: number): number {
    const found = this.sql.get("SELECT id, bytes, mtime_ms FROM photos WHERE folder = ? AND place = ?", folder, place);
    if (found === undefined) {
      const name = posix.basename(place);
      return this.sql.run(
        `INSERT INTO photos (folder, place, name, sort_key, format, bytes, mtime_ms, added_turn, seen_turn)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        folder,
        place,
        name,
        sortKeyOf(name),
        format,
        bytes,
        mtimeMs,
        turn,
        turn,
      );
    }
    const known = Stamped.parse(found);
    const isSame = isSameStamp({ bytes: known.bytes, mtimeMs: known.mtime_ms }, { bytes, mtimeMs });
    this.sql.run(
      `UPDATE photos SET bytes = ?, mtime_ms = ?, seen_turn = ?, gone = 0,
         added_turn = CASE gone WHEN 0 THEN added_turn ELSE ? END ${isSame ? "" : `, ${FORGET}`} WHERE id = ?`,
      bytes,
      mtimeMs,
      turn,
      turn,
      known.id,
    );
    return known.id;
  }

  /** Notes that a photo's file is another than it was: whatever was known of its content is forgotten. */
  restamp(id: number, { bytes, mtimeMs }: FileStamp): void {
    this.sql.run(`UPDATE photos SET bytes = ?, mtime_ms = ?, ${FORGET} WHERE id = ?`, bytes, mtimeMs, id);
  }

  /**
   * Notes that photos are not there any more.
   * @param seenTurn in which their folder was seen last, and they with it
   * @param how `taken-out` with their folder: their files may be there all the same
   */
  async setGone(ids: readonly number[], seenTurn: number, how: "missing" | "taken-out" = "missing"): Promise<void> {
    await this.inChunks(ids, (list) => {
      this.sql.run(
        `UPDATE photos SET gone = ?, seen_turn = max(seen_turn, ?) WHERE gone < 2
           AND id IN (SELECT value FROM json_each(?))`,
        how === "missing" ? 1 : 2,
        seenTurn,
        list,
      );
    });
  }

  /** The number of the next look at the disk. */
  nextTurn(): number {
    return this.sql.atomically(() => {
      this.sql.run("UPDATE turns SET latest = latest + 1");
      return Latest.parse(this.sql.get("SELECT latest FROM turns")).latest;
    });
  }

  /** Those that are there, and those that are only missing. */
  idsOf(folder: number): readonly number[] {
    return this.sql.ids("SELECT id FROM photos WHERE folder = ? AND gone < 2", folder);
  }

  /** Gives the photos of a folder, gone ones too, to one around it. @param prefix of their places there, `""` or `a/b/` */
  async handOver(from: number, to: number, prefix: string): Promise<void> {
    await this.inChunks(this.sql.ids("SELECT id FROM photos WHERE folder = ?", from), (list) => {
      this.sql.run(
        "UPDATE OR REPLACE photos SET folder = ?, place = ? || place WHERE id IN (SELECT value FROM json_each(?))",
        to,
        prefix,
        list,
      );
    });
  }

  /** Notes what the user thinks; parts that are not given stay. */
  async judge(ids: readonly number[], { stars, flag, label, keepsOriginal }: Partial<Judgement>): Promise<void> {
    await this.inChunks(ids, (list) => {
      this.sql.run(
        `UPDATE photos SET stars = coalesce(?, stars), flag = coalesce(?, flag), label = coalesce(?, label),
           keeps_original = coalesce(?, keeps_original)
         WHERE id IN (SELECT value FROM json_each(?))`,
        stars ?? null,
        flag ?? null,
        label ?? null,
        keepsOriginal === undefined ? null : Number(keepsOriginal),
        list,
      );
    });
  }

  /** Notes what the bytes of a photo are. @param hasThumbnail one of this content is in the cache */
  setContent(id: number, sha256: string, hasThumbnail: boolean): void {
    this.sql.run(
      "UPDATE photos SET content = ?, has_thumbnail = max(has_thumbnail, ?) WHERE id = ?",
      sha256,
      hasThumbnail ? 1 : 0,
      id,
    );
  }

  /** @param isFinal it is not tried again until the file changes */
  setError(id: number, code: string, isFinal: boolean): void {
    this.sql.run("UPDATE photos SET code = ?, is_read = max(is_read, ?) WHERE id = ?", code, isFinal ? 1 : 0, id);
  }

  private async inChunks(ids: readonly number[], act: (list: string) => void): Promise<void> {
    for (let from = 0; from < ids.length; from += CHUNK) {
      act(JSON.stringify(ids.slice(from, from + CHUNK)));
      this.sql.foldLog(FOLD_EVERY);
      await nextTurn();
    }
  }
}
