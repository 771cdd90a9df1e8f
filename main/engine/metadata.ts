import { closeSync, openSync } from "node:fs";
import { buildExif, type ExifEdit, type ExifTree, editExif, isEmptyTree, readExifTree } from "../core/exif.ts";
import type { OutputFormat } from "../core/formats.ts";
import { bareIptc, photoshopBlock } from "../core/iptc.ts";
import { utf8Bytes } from "../core/naming.ts";
import { opaque, readerOf, TYPE } from "../core/tiff-ifd.ts";
import { type EnhancementNote, editXmp } from "../core/xmp.ts";
import type { ProbedPhoto } from "./codec.ts";
import { addToTiff, exifPlaceholder, fillExifSlot, MAX_JPEG_EXIF_BYTES } from "./exif-slot.ts";
import { fileReader, readTiffDirectory, TIFF } from "./tiff-pixels.ts";

/** The photo's metadata made ready for its result. */
export interface ResultMetadata {
  readonly xmp: string;
  readonly exif: Uint8Array | undefined;
  /** As a Photoshop block. JPEG carries it so, TIFF carries its bare record, the other formats none. */
  readonly iptc: Uint8Array | undefined;
  /** Something was there that could not be read or does not fit. */
  readonly partial: boolean;
}

const MAKER_NOTE = 0x927c;
/** One APP1 segment less its length and its namespace (XMP part 3, 1.1.3). */
const MAX_JPEG_XMP_BYTES = 65_502;
const EMPTY_TREE: ExifTree = { main: [], exif: [], gps: [], interoperability: [] };

/** Reads what the source carries and makes it true for the result. */
export function prepareMetadata(
  sourcePath: string,
  photo: ProbedPhoto,
  note: EnhancementNote,
  edit: ExifEdit,
  format: OutputFormat,
): ResultMetadata {
  const whole = editXmp(photo.xmp, note, edit);
  // A longer packet would need JPEG's extended form, which the encoder does not write.
  const tooLong = format === "jpeg" && utf8Bytes(whole) > MAX_JPEG_XMP_BYTES;
  const xmp = tooLong ? editXmp(undefined, note, edit) : whole;
  const shared = { xmp, iptc: iptcOf(sourcePath, photo) };
  return { ...shared, ...exifOf(sourcePath, photo, edit, format, tooLong) };
}

/**
 * The metadata of a composite: EXIF and IPTC of one of its pictures, made true for it, and an XMP packet of its own.
 * @param photo `undefined` where only the packet is wanted
 */
export function compositeMetadata(
  photo: { readonly path: string; readonly probed: ProbedPhoto } | undefined,
  xmp: string,
  edit: ExifEdit,
  format: OutputFormat,
): ResultMetadata {
  if (photo === undefined) return { xmp, exif: undefined, iptc: undefined, partial: false };
  const { path, probed } = photo;
  return { xmp, iptc: iptcOf(path, probed), ...exifOf(path, probed, edit, format, false) };
}

function exifOf(
  sourcePath: string,
  photo: ProbedPhoto,
  edit: ExifEdit,
  format: OutputFormat,
  partial: boolean,
): Pick<ResultMetadata, "exif" | "partial"> {
  try {
    const block = photo.header.format === "tiff" ? exifOfTiff(sourcePath) : photo.exif;
    if (block === undefined) return { exif: undefined, partial };
    const exif = editExif(block, edit);
    // Taken apart once, so that what is not sound is found out now and not when the result is written.
    readExifTree(readerOf(exif), true);
    if (format !== "jpeg" || exif.length <= MAX_JPEG_EXIF_BYTES) return { exif, partial };
    const slim = withoutMakerNote(exif);
    return { exif: slim.length <= MAX_JPEG_EXIF_BYTES ? slim : undefined, partial: true };
  } catch {
    // A block that is not sound cannot be made true, and an untrue Orientation would turn the photo: it is left out and said so.
    return { exif: undefined, partial: true };
  }
}

/** The placeholder that the encoder must be given, if any. */
export function exifReserveFor(metadata: ResultMetadata, format: OutputFormat): string | undefined {
  return metadata.exif === undefined || format === "tiff" ? undefined : exifPlaceholder(metadata.exif.length);
}

/** Puts into the encoded file what the encoder could not. */
export function writeMetadata(path: string, metadata: ResultMetadata, format: OutputFormat): void {
  const { exif } = metadata;
  if (format !== "tiff") {
    if (exif !== undefined) fillExifSlot(path, exif);
    return;
  }
  const iptc = metadata.iptc === undefined ? undefined : bareIptc(metadata.iptc);
  if (exif === undefined && iptc === undefined) return;
  const tree = exif === undefined ? EMPTY_TREE : readExifTree(readerOf(exif), true);
  addToTiff(path, tree, iptc === undefined ? [] : [opaque(TIFF.iptc, iptc)]);
}

/** The IPTC record of a photo, as a Photoshop block. */
export function iptcOf(sourcePath: string, photo: ProbedPhoto): Uint8Array | undefined {
  const found = photo.header.format === "tiff" ? iptcOfTiff(sourcePath) : photo.iptc;
  return found === undefined ? undefined : photoshopBlock(found);
}

/** Read by us: libvips 8.18 takes the count of a tag of bytes for a count of longs and cuts it to a quarter. */
function iptcOfTiff(path: string): Uint8Array | undefined {
  const fd = openSync(path, "r");
  try {
    const { entries, header } = readTiffDirectory(fd);
    const entry = entries.find(({ tag }) => tag === TIFF.iptc);
    if (entry === undefined || entry.type !== TYPE.long || header.littleEndian) return entry?.data;
    // A record of bytes under the type LONG, as old programs wrote it, was turned round with the longs.
    const data = Uint8Array.from(entry.data);
    for (let at = 0; at + 4 <= data.length; at += 4) data.subarray(at, at + 4).reverse();
    return data;
  } catch {
    // Not sound; EXIF will not be either, and that is noted there.
    return undefined;
  } finally {
    closeSync(fd);
  }
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
