import type { Size } from "./geometry.ts";
import {
  type ByteReader,
  longs,
  readDirectory,
  readerOf,
  readHeader,
  type TiffDirectory,
  type TiffEntry,
  TYPE,
  writeDirectory,
} from "./tiff-ifd.ts";

/** Tags that are touched, CIPA DC-008-2023 (Exif 3.0) and TIFF 6.0. */
const TAG = {
  imageWidth: 0x0100,
  imageLength: 0x0101,
  orientation: 0x0112,
  exif: 0x8769,
  gps: 0x8825,
  interoperability: 0xa005,
  pixelXDimension: 0xa002,
  pixelYDimension: 0xa003,
} as const;

/** What a TIFF file's first directory says of the photo and not of how its pixels are stored. */
const DESCRIPTIVE_TAGS = new Set([
  0x010d, 0x010e, 0x010f, 0x0110, 0x0112, 0x011a, 0x011b, 0x0128, 0x0131, 0x0132, 0x013b, 0x013c, 0x4746, 0x4749,
  0x8298, 0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f, 0xc4a5, 0xc614, 0xc615, 0xc62f, 0xc65d,
]);

/** What to change in a photo's EXIF. */
export interface ExifEdit {
  /** The result's size in px. */
  readonly size: Size;
  readonly stripGps: boolean;
}

/**
 * The photo's EXIF made true for the result: Orientation 1, the new pixel dimensions, no thumbnail, GPS only if wanted.
 *
 * The block is patched where it lies: every other byte keeps its place, so maker notes, whose inner offsets count
 * from the block's start, stay readable.
 *
 * @param block a TIFF structure, with or without the leading "Exif\0\0"
 * @returns a new block without the leading "Exif\0\0"
 * @throws TiffStructureError where the block is not sound
 */
export function editExif(block: Uint8Array, edit: ExifEdit): Uint8Array {
  const bytes = Uint8Array.from(withoutPrefix(block));
  const read = readerOf(bytes);
  const header = readHeader(read);
  const patch = new Patch(bytes, header.littleEndian);
  const ifd0 = header.firstDirectory;
  const first = readDirectory(read, header, ifd0);
  if (first.next !== 0) patch.dropThumbnail(ifd0, first.next);
  patch.number(ifd0, TAG.orientation, 1);
  patch.number(ifd0, TAG.imageWidth, edit.size.width);
  patch.number(ifd0, TAG.imageLength, edit.size.height);
  const exif = patch.pointer(ifd0, TAG.exif);
  if (exif !== undefined) {
    readDirectory(read, header, exif);
    patch.number(exif, TAG.pixelXDimension, edit.size.width);
    patch.number(exif, TAG.pixelYDimension, edit.size.height);
  }
  const gps = patch.pointer(ifd0, TAG.gps);
  if (edit.stripGps && gps !== undefined) {
    patch.eraseDirectory(gps);
    patch.removeEntry(ifd0, TAG.gps);
  }
  return patch.trimmed();
}

/** The directories of an EXIF block, values in little-endian order, pointers between them left out. */
export interface ExifTree {
  readonly main: readonly TiffEntry[];
  readonly exif: readonly TiffEntry[];
  readonly gps: readonly TiffEntry[];
  readonly interoperability: readonly TiffEntry[];
}

/**
 * Takes an EXIF block, or the EXIF part of a TIFF file, apart.
 * @throws TiffStructureError where it is not sound
 */
export function readExifTree(read: ByteReader, onlyDescriptive: boolean): ExifTree {
  const header = readHeader(read);
  const main = readDirectory(read, header, header.firstDirectory);
  const below = (parent: TiffDirectory, tag: number): TiffDirectory => {
    const pointer = parent.entries.find((entry) => entry.tag === tag);
    if (pointer === undefined || pointer.data.length < 4) return { entries: [], next: 0 };
    const at = new DataView(pointer.data.buffer, pointer.data.byteOffset).getUint32(0, true);
    return at === 0 ? { entries: [], next: 0 } : readDirectory(read, header, at);
  };
  const exif = below(main, TAG.exif);
  const pointers = new Set<number>([TAG.exif, TAG.gps, TAG.interoperability]);
  const plain = (directory: TiffDirectory) => directory.entries.filter((entry) => !pointers.has(entry.tag));
  return {
    main: plain(main).filter((entry) => !onlyDescriptive || DESCRIPTIVE_TAGS.has(entry.tag)),
    exif: plain(exif),
    gps: plain(below(main, TAG.gps)),
    interoperability: plain(below(exif, TAG.interoperability)),
  };
}

/** Whether there is anything in the tree. */
export function isEmptyTree(tree: ExifTree): boolean {
  return tree.main.length + tree.exif.length + tree.gps.length === 0;
}

/** Puts a tree together as an EXIF block of its own, little-endian, without the leading "Exif\0\0". */
export function buildExif(tree: ExifTree): Uint8Array {
  const { bytes, main } = layOut(tree, 8, false);
  const directory = writeDirectory(main, 8 + bytes.length, false);
  const block = new Uint8Array(8 + bytes.length + directory.length);
  const head = new DataView(block.buffer);
  head.setUint16(0, 0x4949, false);
  head.setUint16(2, 42, true);
  head.setUint32(4, 8 + bytes.length, true);
  block.set(bytes, 8);
  block.set(directory, 8 + bytes.length);
  return block;
}

/**
 * What to append to a TIFF file that ends at `fileBytes` so that its first directory carries the photo's EXIF.
 * @param existing the entries of the file's own first directory; they win over the tree's where both have a tag
 * @returns the bytes to append, and the offset of the new first directory
 */
export function appendExifToTiff(
  existing: readonly TiffEntry[],
  tree: ExifTree,
  fileBytes: number,
  big: boolean,
): { readonly bytes: Uint8Array; readonly firstDirectory: number } {
  const base = Math.ceil(fileBytes / 8) * 8;
  const { bytes, main } = layOut(tree, base, big);
  const taken = new Set(existing.map((entry) => entry.tag));
  const firstDirectory = base + bytes.length;
  const directory = writeDirectory(
    [...existing, ...main.filter((entry) => !taken.has(entry.tag))],
    firstDirectory,
    big,
  );
  const all = new Uint8Array(base - fileBytes + bytes.length + directory.length);
  all.set(bytes, base - fileBytes);
  all.set(directory, base - fileBytes + bytes.length);
  return { bytes: all, firstDirectory };
}

/** The block without the marker that JPEG and libvips put before it. */
export function withoutPrefix(block: Uint8Array): Uint8Array {
  const marked = block.length > 6 && String.fromCharCode(...block.subarray(0, 4)) === "Exif";
  return marked ? block.subarray(6) : block;
}

/** Lays the sub-directories out from `base` on and gives the main directory its pointers to them. */
function layOut(tree: ExifTree, base: number, big: boolean): { bytes: Uint8Array; main: TiffEntry[] } {
  const parts: Uint8Array[] = [];
  let at = base;
  const place = (entries: readonly TiffEntry[]): number => {
    const part = writeDirectory(entries, at, big);
    const padded = new Uint8Array(Math.ceil(part.length / 8) * 8);
    padded.set(part);
    parts.push(padded);
    const placedAt = at;
    at += padded.length;
    return placedAt;
  };
  const main = [...tree.main];
  const exif = [...tree.exif];
  if (tree.interoperability.length > 0) exif.push(longs(TAG.interoperability, place(tree.interoperability)));
  if (exif.length > 0) main.push(longs(TAG.exif, place(exif)));
  if (tree.gps.length > 0) main.push(longs(TAG.gps, place(tree.gps)));
  const bytes = new Uint8Array(at - base);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return { bytes, main };
}

/** Edits in place of a classic TIFF structure in memory. */
class Patch {
  private readonly data: DataView;
  private end: number;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly littleEndian: boolean,
  ) {
    this.data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length;
  }

  /** Sets a SHORT or LONG of one value; a SHORT too small for it becomes a LONG, which fits in the same place. */
  number(directory: number, tag: number, value: number): void {
    const at = this.find(directory, tag);
    if (at === undefined) return;
    const type = this.data.getUint16(at + 2, this.littleEndian);
    if (type === TYPE.short && value <= 0xffff) {
      this.data.setUint16(at + 8, value, this.littleEndian);
      this.data.setUint16(at + 10, 0, this.littleEndian);
      return;
    }
    this.data.setUint16(at + 2, TYPE.long, this.littleEndian);
    this.data.setUint32(at + 4, 1, this.littleEndian);
    this.data.setUint32(at + 8, value, this.littleEndian);
  }

  pointer(directory: number, tag: number): number | undefined {
    const at = this.find(directory, tag);
    return at === undefined ? undefined : this.data.getUint32(at + 8, this.littleEndian);
  }

  removeEntry(directory: number, tag: number): void {
    const at = this.find(directory, tag);
    if (at === undefined) return;
    const count = this.data.getUint16(directory, this.littleEndian);
    const tableEnd = directory + 2 + count * 12;
    this.bytes.copyWithin(at, at + 12, tableEnd + 4);
    this.bytes.fill(0, tableEnd - 8, tableEnd + 4);
    this.data.setUint16(directory, count - 1, this.littleEndian);
    this.data.setUint32(tableEnd - 12, 0, this.littleEndian);
  }

  /** Overwrites a directory's table and the values it points to with zeros, so that nothing of it can be read back. */
  eraseDirectory(directory: number): void {
    const count = this.data.getUint16(directory, this.littleEndian);
    const read = readerOf(this.bytes);
    const header = readHeader(read);
    readDirectory(read, header, directory);
    for (let i = 0; i < count; i++) {
      const at = directory + 2 + i * 12;
      const bytes = this.valueBytes(at);
      if (bytes > 4) {
        const from = this.data.getUint32(at + 8, this.littleEndian);
        this.bytes.fill(0, from, from + bytes);
      }
    }
    this.bytes.fill(0, directory, directory + 2 + count * 12);
  }

  /** Cuts the chain to the second directory, which describes the thumbnail, and the thumbnail itself where it ends the block. */
  dropThumbnail(first: number, second: number): void {
    const count = this.data.getUint16(first, this.littleEndian);
    this.data.setUint32(first + 2 + count * 12, 0, this.littleEndian);
    const start = this.pointerIn(second, 0x0201);
    const length = this.pointerIn(second, 0x0202);
    if (start === undefined || length === undefined || start + length > this.bytes.length) return;
    // A stale or hostile offset must not wipe what is in use.
    const used = this.usedRanges(first);
    if (used.some(([from, to]) => start < to && from < start + length)) return;
    this.bytes.fill(0, start, start + length);
    const last = Math.max(...used.map(([, to]) => to));
    if (start + length === this.bytes.length && last <= start) this.end = start;
  }

  /** The bytes of the header, the directories below `main`, and their values. */
  private usedRanges(main: number): readonly (readonly [number, number])[] {
    const ranges: (readonly [number, number])[] = [[0, 8]];
    const add = (directory: number | undefined) => {
      if (directory === undefined || directory + 2 > this.bytes.length) return;
      const count = this.data.getUint16(directory, this.littleEndian);
      const tableEnd = directory + 2 + count * 12;
      ranges.push([directory, Math.min(this.bytes.length, tableEnd + 4)]);
      for (let at = directory + 2; at < tableEnd && at + 12 <= this.bytes.length; at += 12) {
        const bytes = this.valueBytes(at);
        const from = this.data.getUint32(at + 8, this.littleEndian);
        if (bytes > 4) ranges.push([from, from + bytes]);
      }
    };
    const exif = this.pointerIn(main, TAG.exif);
    add(main);
    add(exif);
    add(this.pointerIn(main, TAG.gps));
    if (exif !== undefined) add(this.pointerIn(exif, TAG.interoperability));
    return ranges;
  }

  trimmed(): Uint8Array {
    return this.bytes.slice(0, this.end);
  }

  private pointerIn(directory: number, tag: number): number | undefined {
    try {
      return this.pointer(directory, tag);
    } catch {
      // A thumbnail's directory that is not sound is unlinked all the same.
      return undefined;
    }
  }

  private find(directory: number, tag: number): number | undefined {
    const count = this.data.getUint16(directory, this.littleEndian);
    for (let i = 0; i < count; i++) {
      const at = directory + 2 + i * 12;
      if (this.data.getUint16(at, this.littleEndian) === tag) return at;
    }
    return undefined;
  }

  private valueBytes(at: number): number {
    const type = this.data.getUint16(at + 2, this.littleEndian);
    const sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
    return this.data.getUint32(at + 4, this.littleEndian) * (sizes[type] ?? 0);
  }
}
