import { z } from "zod";
import type { FileStamp } from "../core/enhance.ts";
import type { PhotoRow } from "../core/viewing.ts";

/**
 * The photos of a query, as one text of JSON: fifty thousand rows that libsql makes into objects one by one, and zod looks
 * at one by one, take 0.8 s; like this it is a tenth.
 * @param rest of the query, from WHERE on; `from` as in FROM
 */
export function rowsQuery(from: string, rest: string): string {
  return `SELECT json_group_array(json_array(id, folder, name, place, format, bytes, mtime_ms, width, height, taken_ms,
      thumbnail, code, stars, flag, label, keeps_original)) AS json
    FROM (SELECT photos.*, CASE has_thumbnail WHEN 1 THEN content END AS thumbnail FROM ${from} ${rest})`;
}

/** A row of `rowsQuery`. The table is STRICT and checks what a flag and a label may be, so that it can be relied on. */
type RowValues = readonly [
  id: number,
  folder: number,
  name: string,
  place: string,
  format: string,
  bytes: number,
  changedMs: number,
  width: number | null,
  height: number | null,
  takenMs: number | null,
  thumbnail: string | null,
  code: string | null,
  stars: number,
  flag: PhotoRow["flag"],
  label: PhotoRow["label"],
  keepsOriginal: 0 | 1,
];

const Json = z.object({ json: z.string() });

/** The photos that a `rowsQuery` gave, as the page sees them. */
export function photoRowsFrom(found: unknown): readonly PhotoRow[] {
  return (JSON.parse(Json.parse(found).json) as readonly RowValues[]).map(
    ([
      id,
      folder,
      name,
      place,
      format,
      bytes,
      changedMs,
      width,
      height,
      takenMs,
      thumbnail,
      code,
      stars,
      flag,
      label,
      keepsOriginal,
    ]) => ({
      id,
      folder,
      name,
      place,
      format,
      bytes,
      changedMs,
      width: width ?? undefined,
      height: height ?? undefined,
      takenMs: takenMs ?? undefined,
      thumbnail: thumbnail ?? undefined,
      error: code ?? undefined,
      stars,
      flag,
      label,
      keepsOriginal: keepsOriginal === 1,
    }),
  );
}

/** A file that a scan has found to be a photo by its name. */
export interface FoundFile extends FileStamp {
  /** Path below the folder, forward slashes. */
  readonly place: string;
  readonly format: string;
}

/** What is needed of a row to work on its file. */
export interface FileOfRow extends FileStamp {
  readonly id: number;
  readonly folder: number;
  readonly place: string;
  readonly content: string | undefined;
  readonly hasThumbnail: boolean;
  readonly isRead: boolean;
  readonly code: string | undefined;
}

export const FILE_COLUMNS = "id, folder, place, bytes, mtime_ms, content, has_thumbnail, is_read, code";

const File = z.object({
  id: z.number(),
  folder: z.number(),
  place: z.string(),
  bytes: z.number(),
  mtime_ms: z.number(),
  content: z.string().nullable(),
  has_thumbnail: z.number(),
  is_read: z.number(),
  code: z.string().nullable(),
});

export function fileOfRowFrom(found: unknown): FileOfRow {
  const { mtime_ms, content, has_thumbnail, is_read, code, ...same } = File.parse(found);
  return {
    ...same,
    mtimeMs: mtime_ms,
    content: content ?? undefined,
    hasThumbnail: has_thumbnail === 1,
    isRead: is_read === 1,
    code: code ?? undefined,
  };
}

/** Whether a file is as it was. */
export function isSameStamp(a: FileStamp, b: FileStamp): boolean {
  return a.bytes === b.bytes && a.mtimeMs === b.mtimeMs;
}
