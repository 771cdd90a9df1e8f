import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { SilvergrainError } from "../core/errors.ts";
import { appendExifToTiff, type ExifTree } from "../core/exif.ts";
import { readDirectory, readHeader, type TiffEntry } from "../core/tiff-ifd.ts";
import { writeFully } from "../system/write-fully.ts";
import { fileReader } from "./tiff-pixels.ts";

/*
 * sharp writes EXIF from strings only, which would lose maker notes and every binary tag. So the encoder is given a
 * placeholder, an ImageDescription of a known text, and the photo's own block is put in its place afterwards, byte
 * for byte. That is the same in JPEG, PNG, WebP and AVIF; in a PNG a checksum follows.
 */

const MARK = "silvergrain-exif-slot/";
/** Room beside the placeholder's text for what libexif writes around it. */
const SCAN_BYTES = 1024 * 1024;
const OVERLAP_BYTES = 4096;

/** JPEG segments hold 65,533 bytes; "Exif\0\0" and what libexif adds must fit too. */
export const MAX_JPEG_EXIF_BYTES = 65_000;

/** The placeholder's text for a block of `bytes`. */
export function exifPlaceholder(bytes: number): string {
  return MARK.padEnd(Math.max(bytes, MARK.length), "~");
}

/**
 * Puts `block` where the placeholder is in an encoded file.
 * @param block a TIFF structure of at most the bytes that the placeholder was made for
 * @throws SilvergrainError INTERNAL where the placeholder is not there
 */
export function fillExifSlot(path: string, block: Uint8Array): void {
  const fd = openSync(path, "r+");
  try {
    const textAt = findMark(fd);
    const headAt = startOfBlock(fd, findHead(fd, textAt));
    const slotEnd = endOfText(fd, textAt);
    if (headAt + block.length > slotEnd) throw new SilvergrainError("INTERNAL", "The room left for EXIF is too small.");
    const slot = new Uint8Array(slotEnd - headAt);
    slot.set(block);
    writeFully(fd, slot, headAt);
    mendPngChecksum(fd, headAt);
  } finally {
    closeSync(fd);
  }
}

/** Appends the photo's EXIF to a TIFF file as directories of its own; `tags` replace those of the file. */
export function addToTiff(path: string, tree: ExifTree, tags: readonly TiffEntry[]): void {
  const fd = openSync(path, "r+");
  try {
    const read = fileReader(fd);
    const header = readHeader(read);
    if (!header.littleEndian) throw new SilvergrainError("INTERNAL", "Expected a little-endian TIFF from the encoder.");
    const { entries } = readDirectory(read, header, header.firstDirectory);
    const { size } = fstatSync(fd);
    const replaced = new Set(tags.map((entry) => entry.tag));
    const kept = [...entries.filter((entry) => !replaced.has(entry.tag)), ...tags];
    const { bytes, firstDirectory } = appendExifToTiff(kept, tree, size, header.big);
    writeFully(fd, bytes, size);
    const pointer = new DataView(new ArrayBuffer(header.big ? 8 : 4));
    if (header.big) pointer.setBigUint64(0, BigInt(firstDirectory), true);
    else pointer.setUint32(0, firstDirectory, true);
    writeFully(fd, new Uint8Array(pointer.buffer), header.big ? 8 : 4);
  } finally {
    closeSync(fd);
  }
}

/** Most encoders put EXIF near the front, WebP puts it last: both ends are looked at before the middle. */
function findMark(fd: number): number {
  const { size } = fstatSync(fd);
  const starts: number[] = [];
  for (let at = 0; at < size; at += SCAN_BYTES) starts.push(at);
  const last = starts.pop();
  const order =
    last === undefined ? [] : starts.length === 0 ? [last] : [starts[0] as number, last, ...starts.slice(1)];
  for (const start of order) {
    const from = Math.max(0, start - OVERLAP_BYTES);
    const chunk = Buffer.alloc(Math.min(size - from, SCAN_BYTES + OVERLAP_BYTES));
    readSync(fd, chunk, 0, chunk.length, from);
    const found = chunk.indexOf(MARK, 0, "latin1");
    if (found >= 0) return from + found;
  }
  throw new SilvergrainError("INTERNAL", "The encoder left no room for EXIF.");
}

/** The TIFF header that begins the block: the nearest one before the text. */
function findHead(fd: number, textAt: number): number {
  const from = Math.max(0, textAt - OVERLAP_BYTES);
  const before = Buffer.alloc(textAt - from);
  readSync(fd, before, 0, before.length, from);
  const found = Math.max(
    before.lastIndexOf("II*\0", undefined, "latin1"),
    before.lastIndexOf("MM\0*", undefined, "latin1"),
  );
  if (found < 0) throw new SilvergrainError("INTERNAL", "The encoder left no room for EXIF.");
  return from + found;
}

/**
 * libvips writes JPEG's "Exif\0\0" into WebP's chunk as well, where the block alone belongs (RFC 9649, 2.7.1.5): there
 * it is written over.
 */
function startOfBlock(fd: number, headAt: number): number {
  const before = Buffer.alloc(14);
  if (headAt < before.length) return headAt;
  readSync(fd, before, 0, before.length, headAt - before.length);
  const isWebpChunk = before.toString("latin1", 0, 4) === "EXIF" && before.toString("latin1", 8) === "Exif\0\0";
  return isWebpChunk ? headAt - 6 : headAt;
}

function endOfText(fd: number, textAt: number): number {
  const chunk = Buffer.alloc(OVERLAP_BYTES);
  for (let at = textAt + MARK.length; ; at += chunk.length) {
    const got = readSync(fd, chunk, 0, chunk.length, at);
    for (let i = 0; i < got; i++) if (chunk[i] !== 0x7e) return at + i;
    if (got < chunk.length) return at + got;
  }
}

function mendPngChecksum(fd: number, headAt: number): void {
  const frame = Buffer.alloc(8);
  readSync(fd, frame, 0, 8, headAt - 8);
  if (frame.toString("latin1", 4, 8) !== "eXIf") return;
  const length = frame.readUInt32BE(0);
  const chunk = Buffer.alloc(length + 4);
  readSync(fd, chunk, 0, chunk.length, headAt - 4);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(chunk));
  writeFully(fd, checksum, headAt + length);
}
