import { longs, type TiffEntry, TYPE, writeDirectory } from "../../main/core/tiff-ifd.ts";

/** What goes into an EXIF block. */
export interface ExifParts {
  readonly main?: readonly TiffEntry[];
  readonly exif?: readonly TiffEntry[];
  readonly thumbnail?: Uint8Array;
  /** What the second directory says of the thumbnail's place, where that is not to be true. */
  readonly thumbnailAt?: number;
  readonly thumbnailBytes?: number;
}

/** An EXIF block without the leading "Exif\0\0", little-endian. */
export function exifBlock({ main = [], exif = [], thumbnail, ...place }: ExifParts): Buffer {
  const parts: Uint8Array[] = [new Uint8Array([0x49, 0x49, 42, 0, 0, 0, 0, 0])];
  let end = 8;
  const add = (part: Uint8Array) => {
    parts.push(part, new Uint8Array(part.length % 2));
    const at = end;
    end += part.length + (part.length % 2);
    return at;
  };
  const entries = exif.length === 0 ? main : [...main, longs(0x8769, add(writeDirectory(exif, end, false)))];
  let second = 0;
  if (thumbnail !== undefined) {
    const at = place.thumbnailAt ?? add(thumbnail);
    const about = [longs(0x0201, at), longs(0x0202, place.thumbnailBytes ?? thumbnail.length)];
    second = add(writeDirectory(about, end, false));
  }
  const first = add(writeDirectory(entries, end, false, second));
  const block = Buffer.concat(parts);
  block.writeUInt32LE(first, 4);
  return block;
}

/** The JPEG with the block in a segment of its own, right at its beginning. */
export function withExif(jpeg: Uint8Array, block: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), block]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

/** A tag of text; `raw` bytes as they are, with no zero added. */
export function ascii(tag: number, text: string | Uint8Array): TiffEntry {
  const data = typeof text === "string" ? Buffer.from(`${text}\0`, "utf8") : text;
  return { tag, type: TYPE.ascii, count: data.length, data };
}

/** A tag of one fraction. */
export function rational(tag: number, above: number, below: number): TiffEntry {
  return { ...longs(tag, above, below), type: TYPE.rational, count: 1 };
}
