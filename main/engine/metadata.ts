import { closeSync, openSync } from "node:fs";
import { buildExif, type ExifEdit, type ExifTree, editExif, isEmptyTree, readExifTree } from "../core/exif.ts";
import type { OutputFormat } from "../core/formats.ts";
import { readerOf } from "../core/tiff-ifd.ts";
import { type EnhancementNote, editXmp } from "../core/xmp.ts";
import type { ProbedPhoto } from "./codec.ts";
import { addExifToTiff, exifPlaceholder, fillExifSlot, MAX_JPEG_EXIF_BYTES } from "./exif-slot.ts";
import { fileReader } from "./tiff-pixels.ts";

/** The photo's metadata made ready for its result. */
export interface ResultMetadata {
  readonly xmp: string;
  readonly exif: Uint8Array | undefined;
  /** Something was there that could not be read or does not fit. */
  readonly partial: boolean;
}

const MAKER_NOTE = 0x927c;

/** Reads what the source carries and makes it true for the result. */
export function prepareMetadata(
  sourcePath: string,
  photo: ProbedPhoto,
  note: EnhancementNote,
  edit: ExifEdit,
  format: OutputFormat,
): ResultMetadata {
  const xmp = editXmp(photo.xmp, note, edit);
  try {
    const block = photo.header.format === "tiff" ? exifOfTiff(sourcePath) : photo.exif;
    if (block === undefined) return { xmp, exif: undefined, partial: false };
    const exif = editExif(block, edit);
    if (format !== "jpeg" || exif.length <= MAX_JPEG_EXIF_BYTES) return { xmp, exif, partial: false };
    const slim = withoutMakerNote(exif);
    return { xmp, exif: slim.length <= MAX_JPEG_EXIF_BYTES ? slim : undefined, partial: true };
  } catch {
    // A block that is not sound cannot be made true, and an untrue Orientation would turn the photo: it is left out and said so.
    return { xmp, exif: undefined, partial: true };
  }
}

/** The placeholder that the encoder must be given, if any. */
export function exifReserveFor(metadata: ResultMetadata, format: OutputFormat): string | undefined {
  return metadata.exif === undefined || format === "tiff" ? undefined : exifPlaceholder(metadata.exif.length);
}

/** Puts the EXIF into the encoded file. */
export function writeExif(path: string, metadata: ResultMetadata, format: OutputFormat): void {
  if (metadata.exif === undefined) return;
  if (format === "tiff") addExifToTiff(path, readExifTree(readerOf(metadata.exif), true));
  else fillExifSlot(path, metadata.exif);
}

function exifOfTiff(path: string): Uint8Array | undefined {
  const fd = openSync(path, "r");
  try {
    const tree = readExifTree(fileReader(fd), true);
    return isEmptyTree(tree) ? undefined : buildExif(tree);
  } finally {
    closeSync(fd);
  }
}

function withoutMakerNote(block: Uint8Array): Uint8Array {
  const tree: ExifTree = readExifTree(readerOf(block), false);
  return buildExif({ ...tree, exif: tree.exif.filter((entry) => entry.tag !== MAKER_NOTE) });
}
