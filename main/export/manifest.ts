import { join } from "node:path";
import { csvCell } from "../core/csv.ts";
import { writeFileAtomically } from "../system/atomic-file.ts";
import { systemError } from "../system/system-error.ts";
import type { ReadItem } from "./items.ts";
import type { ExportOutcome } from "./run-export.ts";

/** What the list of an export says of one pair. Absent facts are null. */
export interface ManifestRow {
  readonly source: string;
  readonly sourceSha256: string;
  readonly sourceWidth: number | null;
  readonly sourceHeight: number | null;
  readonly result: string;
  readonly resultSha256: string;
  readonly width: number;
  readonly height: number;
  readonly model: string | null;
  readonly scale: number | null;
  readonly camera: string | null;
  /** By the camera's clock, without a zone. */
  readonly taken: string | null;
  readonly rating: number | null;
  readonly flags: readonly string[];
  readonly notes: readonly string[];
  /** Below the folder of the list. */
  readonly files: readonly string[];
  readonly state: ExportOutcome["state"];
  readonly code: string | null;
  readonly message: string | null;
}

const NAME = "silvergrain-export";

/** A row of the list. @param read what its headers say, where they could be read */
export function manifestRow(outcome: ExportOutcome, read: ReadItem | undefined): ManifestRow {
  const { item, paths, state, code, message } = outcome;
  const { source, sourceSha256, result, resultSha256, width, height, flags, notes } = item;
  const { model, scale, camera, takenMs, rating } = read?.facts ?? {};
  return {
    source,
    sourceSha256,
    sourceWidth: read?.sourceWidth ?? null,
    sourceHeight: read?.sourceHeight ?? null,
    result,
    resultSha256,
    width,
    height,
    model: model ?? null,
    scale: scale ?? null,
    camera: camera ?? null,
    taken: takenMs === undefined ? null : new Date(takenMs).toISOString().replace(/(\.000)?Z$/, ""),
    rating: rating ?? null,
    flags,
    notes,
    files: paths,
    // A second run finds what the first one made: what is listed is what is there.
    state: state === "skipped" ? "done" : state,
    code: code ?? null,
    message: message ?? null,
  };
}

/**
 * Writes the list of everything that was exported, for programs and for spreadsheets.
 * @throws SilvergrainError TARGET_UNWRITABLE, DISK_FULL
 */
export function writeManifest(target: string, rows: readonly ManifestRow[]): void {
  const path = (extension: string) => join(target, `${NAME}.${extension}`);
  try {
    writeFileAtomically(path("json"), `${JSON.stringify({ version: 1, photos: rows }, null, 1)}\n`);
    writeFileAtomically(path("csv"), manifestCsv(rows));
  } catch (error) {
    throw systemError(error, path("json"));
  }
}

/** Names of the files that `writeManifest` writes. */
export const MANIFEST_NAMES = [`${NAME}.json`, `${NAME}.csv`] as const;

const COLUMNS = [
  "source",
  "sourceSha256",
  "sourceWidth",
  "sourceHeight",
  "result",
  "resultSha256",
  "width",
  "height",
  "model",
  "scale",
  "camera",
  "taken",
  "rating",
  "flags",
  "notes",
  "files",
  "state",
  "code",
  "message",
] as const satisfies readonly (keyof ManifestRow)[];

/** RFC 4180, with the byte order mark without which spreadsheets take UTF-8 for something else. */
function manifestCsv(rows: readonly ManifestRow[]): string {
  const lines = rows.map((row) => COLUMNS.map((column) => csvCell(row[column])).join(","));
  return `\uFEFF${[COLUMNS.join(","), ...lines].join("\r\n")}\r\n`;
}
