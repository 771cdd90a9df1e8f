import { withoutPrefix } from "./exif.ts";
import type { Rect, Size } from "./geometry.ts";
import { jpegSegments, type Peek } from "./jpeg-segments.ts";
import { cursoryReader, numbersOf, readDirectory, readHeader } from "./tiff-ifd.ts";

/** The thumbnail that a camera put into a JPEG, and what is needed to show it. */
export interface EmbeddedJpeg {
  readonly jpeg: Uint8Array;
  /** Of the photo, 1 to 8; the thumbnail is turned the same way. */
  readonly orientation: number;
  /** Of the photo as it is stored. */
  readonly photo: Size;
}

const APP1 = 0xe1;
/** SOF0 to SOF15 without DHT, JPG and DAC, which lie between them (ITU-T T.81, table B.1). */
const FRAMES = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);
const TAG = { orientation: 0x0112, jpegAt: 0x0201, jpegBytes: 0x0202 } as const;
const MAX_EMBEDDED_BYTES = 256 * 1024;
const MAX_EMBEDDED_PX = 512;
/** Bars are cut off where the ratios of thumbnail and photo are further apart. */
const SAME_RATIO = 0.01;

/**
 * Finds the thumbnail in a photo's EXIF (CIPA DC-008-2023, 4.6.9). Reads only what lies before the photo's picture.
 * @returns `undefined` where there is none, or what should describe it is broken
 */
export function embeddedJpeg(peek: Peek): EmbeddedJpeg | undefined {
  let found: Pick<EmbeddedJpeg, "jpeg" | "orientation"> | undefined;
  for (const { marker, at, bytes } of jpegSegments(peek)) {
    if (marker === APP1 && found === undefined) found = thumbnailIn(peek(at, bytes));
    if (!FRAMES.has(marker)) continue;
    const [, highY = 0, lowY = 0, highX = 0, lowX = 0] = peek(at, 5);
    const photo = { width: highX * 256 + lowX, height: highY * 256 + lowY };
    return found === undefined || photo.width * photo.height === 0 ? undefined : { ...found, photo };
  }
  return undefined;
}

/**
 * The part of a thumbnail that shows the photo: cameras put bars beside or above it where its ratio is another one.
 * @returns `undefined` for a thumbnail that is too large, or cannot be the photo's: one lies and the other one stands
 */
export function withoutBars(thumbnail: Size, photo: Size): Rect | undefined {
  const { width, height } = thumbnail;
  if (Math.max(width, height) > MAX_EMBEDDED_PX) return undefined;
  const [ratio, wanted] = [width / height, photo.width / photo.height];
  if (Math.abs(ratio / wanted - 1) <= SAME_RATIO) return { x: 0, y: 0, width, height };
  if (ratio > 1 !== wanted > 1 && ratio !== 1 && wanted !== 1) return undefined;
  // Rounded down: a row that is half bar would show as a dark line.
  const part = {
    width: Math.max(1, Math.min(width, Math.floor(height * wanted))),
    height: Math.max(1, Math.min(height, Math.floor(width / wanted))),
  };
  return { x: Math.floor((width - part.width) / 2), y: Math.floor((height - part.height) / 2), ...part };
}

function thumbnailIn(segment: Uint8Array): Pick<EmbeddedJpeg, "jpeg" | "orientation"> | undefined {
  const block = withoutPrefix(segment);
  // XMP lies in segments of the same kind.
  if (block === segment) return undefined;
  const read = cursoryReader((offset, length) => block.subarray(offset, offset + length));
  try {
    const header = readHeader(read);
    const main = readDirectory(read, header, header.firstDirectory);
    if (main.next === 0) return undefined;
    const { entries } = readDirectory(read, header, main.next);
    const [start = 0] = numbersOf(entries, TAG.jpegAt);
    const [bytes = 0] = numbersOf(entries, TAG.jpegBytes);
    if (bytes === 0 || bytes > MAX_EMBEDDED_BYTES || start + bytes > block.length) return undefined;
    const [orientation = 1] = numbersOf(main.entries, TAG.orientation);
    return { jpeg: block.subarray(start, start + bytes), orientation };
  } catch {
    return undefined;
  }
}
