/**
 * Reading and writing TIFF image file directories: TIFF 6.0 section 2 for the classic form, the Adobe/AWare BigTIFF
 * proposal for the 64-bit form. EXIF blocks (CIPA DC-008) are classic TIFF too. Everything here treats its input as hostile.
 */

/** One tag. `data` is in little-endian order whatever the file's order was. */
export interface TiffEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly data: Uint8Array;
}

/** One directory and where the next one begins (0 for none). */
export interface TiffDirectory {
  readonly entries: readonly TiffEntry[];
  readonly next: number;
}

/** The head of a TIFF file. */
export interface TiffHeader {
  readonly littleEndian: boolean;
  readonly big: boolean;
  readonly firstDirectory: number;
}

/** Reads `length` bytes at `offset`; throws where there are fewer. */
export type ByteReader = (offset: number, length: number) => Uint8Array;

export const TYPE = { byte: 1, ascii: 2, short: 3, long: 4, rational: 5, undefined: 7, long8: 16 } as const;

/** Bytes a value of each type, TIFF 6.0 p. 15–16 and BigTIFF's 13, 16, 17, 18. */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

/** The unit that byte order applies to: a rational is two longs. */
const SWAP_BYTES: Readonly<Record<number, number>> = { ...TYPE_BYTES, 5: 4, 10: 4 };

const MAX_ENTRIES = 4096;
const MAX_VALUE_BYTES = 64 * 1024 * 1024;

/** A TIFF structure that cannot be what it says. */
export class TiffStructureError extends Error {}

/** Reader over bytes in memory. */
export function readerOf(bytes: Uint8Array): ByteReader {
  return (offset, length) => {
    if (!(offset >= 0) || offset + length > bytes.length) throw new TiffStructureError("reads past the end");
    return bytes.subarray(offset, offset + length);
  };
}

/** Enough for any directory of a photo and any text in it. */
const CURSORY_BYTES = 8192;

/**
 * Reader for a look at small values: gives less of long ones, and of those that lead out of the structure, which so cost
 * only themselves and not the directory. Thousands of tags that all claim the whole file would take minutes otherwise.
 * @param peek gives fewer bytes where the structure ends
 */
export function cursoryReader(peek: ByteReader): ByteReader {
  return (offset, length) => peek(offset, Math.min(length, CURSORY_BYTES));
}

/** @throws TiffStructureError where the bytes are no TIFF */
export function readHeader(read: ByteReader): TiffHeader {
  const head = view(read(0, 8));
  const order = head.getUint16(0, false);
  if (order !== 0x4949 && order !== 0x4d4d) throw new TiffStructureError("no byte order mark");
  const littleEndian = order === 0x4949;
  const version = head.getUint16(2, littleEndian);
  if (version === 42) return { littleEndian, big: false, firstDirectory: head.getUint32(4, littleEndian) };
  if (version !== 43) throw new TiffStructureError(`version ${version}`);
  return { littleEndian, big: true, firstDirectory: uint64(view(read(8, 8)), 0, littleEndian) };
}

/** @throws TiffStructureError where the directory is not sound */
export function readDirectory(read: ByteReader, header: TiffHeader, offset: number): TiffDirectory {
  const { littleEndian, big } = header;
  const countBytes = big ? 8 : 2;
  const entryBytes = big ? 20 : 12;
  const inlineBytes = big ? 8 : 4;
  const countView = view(read(offset, countBytes));
  const count = big ? uint64(countView, 0, littleEndian) : countView.getUint16(0, littleEndian);
  if (count > MAX_ENTRIES) throw new TiffStructureError(`${count} entries`);
  const table = read(offset + countBytes, count * entryBytes);
  const entries: TiffEntry[] = [];
  for (let i = 0; i < count; i++) {
    const entry = view(table.subarray(i * entryBytes, (i + 1) * entryBytes));
    const tag = entry.getUint16(0, littleEndian);
    const type = entry.getUint16(2, littleEndian);
    const values = big ? uint64(entry, 4, littleEndian) : entry.getUint32(4, littleEndian);
    const bytes = values * (TYPE_BYTES[type] ?? 0);
    if (bytes === 0) continue;
    if (bytes > MAX_VALUE_BYTES) throw new TiffStructureError(`tag ${tag} of ${bytes} bytes`);
    const valueAt = entryBytes - inlineBytes;
    const at = big ? uint64(entry, valueAt, littleEndian) : entry.getUint32(valueAt, littleEndian);
    const raw = bytes <= inlineBytes ? read(offset + countBytes + i * entryBytes + valueAt, bytes) : read(at, bytes);
    entries.push({ tag, type, count: values, data: inLittleEndian(raw, type, littleEndian) });
  }
  const nextAt = offset + countBytes + count * entryBytes;
  const next = nextOffset(read, nextAt, big, littleEndian);
  return { entries, next };
}

/**
 * A directory and its values as little-endian bytes to be placed at `base` of a file.
 * Entries are put in order of their tags, as the specification wants.
 */
export function writeDirectory(entries: readonly TiffEntry[], base: number, big: boolean, next = 0): Uint8Array {
  const ordered = [...entries].sort((a, b) => a.tag - b.tag);
  const countBytes = big ? 8 : 2;
  const entryBytes = big ? 20 : 12;
  const inlineBytes = big ? 8 : 4;
  const tableBytes = countBytes + ordered.length * entryBytes + inlineBytes;
  const values = ordered.filter((entry) => entry.data.length > inlineBytes);
  const total = values.reduce(
    (sum, entry) => sum + even(entry.data.length, inlineBytes),
    even(tableBytes, inlineBytes),
  );
  const bytes = new Uint8Array(total);
  const out = view(bytes);
  const putOffset = (at: number, value: number) =>
    big ? out.setBigUint64(at, BigInt(value), true) : out.setUint32(at, value, true);
  if (big) out.setBigUint64(0, BigInt(ordered.length), true);
  else out.setUint16(0, ordered.length, true);
  let valueAt = even(tableBytes, inlineBytes);
  ordered.forEach((entry, i) => {
    const at = countBytes + i * entryBytes;
    out.setUint16(at, entry.tag, true);
    out.setUint16(at + 2, entry.type, true);
    putOffset(at + 4, entry.count);
    const inline = at + entryBytes - inlineBytes;
    if (entry.data.length <= inlineBytes) {
      bytes.set(entry.data, inline);
      return;
    }
    putOffset(inline, base + valueAt);
    bytes.set(entry.data, valueAt);
    valueAt += even(entry.data.length, inlineBytes);
  });
  putOffset(countBytes + ordered.length * entryBytes, next);
  return bytes;
}

/** The value of a tag as whole numbers. Empty where the tag is missing or of another kind. */
export function numbersOf(entries: readonly TiffEntry[], tag: number): readonly number[] {
  const entry = entries.find((candidate) => candidate.tag === tag);
  if (entry === undefined) return [];
  const data = view(entry.data);
  const size = TYPE_BYTES[entry.type] ?? 0;
  const numbers: number[] = [];
  for (let at = 0; at + size <= entry.data.length && size > 0; at += size) {
    if (entry.type === TYPE.short) numbers.push(data.getUint16(at, true));
    else if (entry.type === TYPE.long || entry.type === 13) numbers.push(data.getUint32(at, true));
    else if (entry.type === TYPE.long8 || entry.type === 18) numbers.push(uint64(data, at, true));
    else if (entry.type === TYPE.byte) numbers.push(data.getUint8(at));
    else return [];
  }
  return numbers;
}

/** A tag of 16-bit values. */
export function shorts(tag: number, ...values: readonly number[]): TiffEntry {
  const data = new Uint8Array(values.length * 2);
  values.forEach((value, i) => {
    view(data).setUint16(i * 2, value, true);
  });
  return { tag, type: TYPE.short, count: values.length, data };
}

/** A tag of 32-bit values. */
export function longs(tag: number, ...values: readonly number[]): TiffEntry {
  const data = new Uint8Array(values.length * 4);
  values.forEach((value, i) => {
    view(data).setUint32(i * 4, value, true);
  });
  return { tag, type: TYPE.long, count: values.length, data };
}

/** A tag of 64-bit values (BigTIFF only). */
export function long8s(tag: number, values: readonly number[]): TiffEntry {
  const data = new Uint8Array(values.length * 8);
  values.forEach((value, i) => {
    view(data).setBigUint64(i * 8, BigInt(value), true);
  });
  return { tag, type: TYPE.long8, count: values.length, data };
}

/** A tag of bytes that mean nothing to TIFF. */
export function opaque(tag: number, data: Uint8Array): TiffEntry {
  return { tag, type: TYPE.undefined, count: data.length, data };
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function uint64(data: DataView, at: number, littleEndian: boolean): number {
  const value = data.getBigUint64(at, littleEndian);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new TiffStructureError("offset beyond any file");
  return Number(value);
}

function even(bytes: number, step: number): number {
  return Math.ceil(bytes / step) * step;
}

function nextOffset(read: ByteReader, at: number, big: boolean, littleEndian: boolean): number {
  try {
    const bytes = view(read(at, big ? 8 : 4));
    return big ? uint64(bytes, 0, littleEndian) : bytes.getUint32(0, littleEndian);
  } catch {
    // Some cameras end the block right after the last entry; there is no next directory then.
    return 0;
  }
}

function inLittleEndian(raw: Uint8Array, type: number, littleEndian: boolean): Uint8Array {
  const data = Uint8Array.from(raw);
  const unit = SWAP_BYTES[type] ?? 1;
  if (littleEndian || unit === 1) return data;
  for (let at = 0; at + unit <= data.length; at += unit) data.subarray(at, at + unit).reverse();
  return data;
}
