import { z } from "zod";
import type { FileStamp } from "../core/enhance.ts";
import type { PhotoRow } from "../core/viewing.ts";

/** The columns of `photoRowFrom`, in their order. */
export const ROW_COLUMNS = `photos.id, photos.folder, photos.name, photos.place, photos.format, photos.bytes,
  photos.mtime_ms, photos.width, photos.height, photos.taken_ms,
  CASE photos.has_thumbnail WHEN 1 THEN photos.content END AS thumbnail,
  photos.code, photos.stars, photos.flag, photos.label`;

const Row = z.object({
  id: z.number(),
  folder: z.number(),
  name: z.string(),
  place: z.string(),
  format: z.string(),
  bytes: z.number(),
  mtime_ms: z.number(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  taken_ms: z.number().nullable(),
  thumbnail: z.string().nullable(),
  code: z.string().nullable(),
  stars: z.number(),
  flag: z.enum(["none", "pick", "reject"]),
  label: z.enum(["none", "red", "yellow", "green", "blue"]),
});

/** A photo as the page sees it. */
export function photoRowFrom(found: unknown): PhotoRow {
  const { mtime_ms, width, height, taken_ms, thumbnail, code, ...same } = Row.parse(found);
  return {
    ...same,
    changedMs: mtime_ms,
    width: width ?? undefined,
    height: height ?? undefined,
    takenMs: taken_ms ?? undefined,
    thumbnail: thumbnail ?? undefined,
    error: code ?? undefined,
  };
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
