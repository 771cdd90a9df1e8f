import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename, extname } from "node:path";
import { SilvergrainError } from "../core/errors.ts";
import { withoutPrefix } from "../core/exif.ts";
import { INPUT_EXTENSIONS } from "../core/formats.ts";
import type { Peek } from "../core/jpeg-segments.ts";
import { SNIFF_BYTES, sniffFormat } from "../core/sniff.ts";
import { firstQuantisationTable, isoOf, qualityOfTable, type Wear } from "../core/wear.ts";
import { systemError } from "../system/system-error.ts";

/**
 * The format that a file's first bytes announce.
 * @param bytes the whole file, where it was read already
 * @throws SilvergrainError SOURCE_* where it is none that we read
 */
export function formatOf(path: string, bytes?: Uint8Array): string {
  const name = basename(path);
  const head = bytes ?? readHead(path, name);
  if (head.length === 0) {
    throw new SilvergrainError(
      "SOURCE_CORRUPT",
      `${name} is empty. Expected a photo; copy it again from where it came.`,
    );
  }
  const format = sniffFormat(head);
  const wanted = "a JPEG, PNG, WebP, TIFF, AVIF or GIF photo";
  if (format === "heic")
    throw unsupported(name, `${wanted}, but it is HEIC, which is not read yet; convert it to JPEG first`);
  const extension = extname(name).toLowerCase();
  // Raw files of many cameras are TIFFs whose first directory is only a preview.
  if (format === "tiff" && INPUT_EXTENSIONS[extension] !== "tiff") {
    throw unsupported(
      name,
      `${wanted}, but its content is a TIFF under the name of another format, as raw files are; develop it first`,
    );
  }
  if (format === undefined) throw unsupported(name, `${wanted}, but its content is of another kind`);
  return format;
}

/** What the header tells of compression and noise. It only advises, so a file that cannot be read so tells nothing. */
export function wearOf(path: string, format: string, exif: Uint8Array | undefined, bytes?: Uint8Array): Wear {
  const iso = exif === undefined ? undefined : isoOf(withoutPrefix(exif));
  if (format !== "jpeg") return { jpegQuality: undefined, iso };
  try {
    const table = bytes === undefined ? peekInto(path, firstQuantisationTable) : firstQuantisationTable(peekOf(bytes));
    return { jpegQuality: table === undefined ? undefined : qualityOfTable(table), iso };
  } catch {
    return { jpegQuality: undefined, iso };
  }
}

/** Opens a file to read a few pieces of it here and there. @throws the file system's error */
export function peekInto<T>(path: string, act: (peek: Peek) => T): T {
  const fd = openSync(path, "r");
  try {
    return act((offset, length) => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
    });
  } finally {
    closeSync(fd);
  }
}

/** A photo that is of no use to us, and what would have been. */
export function unsupported(name: string, expectation: string, cause?: unknown): SilvergrainError {
  return new SilvergrainError("SOURCE_UNSUPPORTED", `${name} cannot be enhanced: expected ${expectation}.`, { cause });
}

function peekOf(bytes: Uint8Array): Peek {
  return (offset, length) => bytes.subarray(offset, offset + length);
}

function readHead(path: string, name: string): Uint8Array {
  try {
    // A pipe would be waited for as it is opened.
    if (!statSync(path).isFile()) throw unsupported(name, "a file, but it is a folder or a device");
    return peekInto(path, (peek) => peek(0, SNIFF_BYTES));
  } catch (error) {
    throw systemError(error, path, "source");
  }
}
