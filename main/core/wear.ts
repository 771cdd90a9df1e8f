import { jpegSegments, type Peek } from "./jpeg-segments.ts";
import { cursoryReader, numbersOf, readDirectory, readHeader } from "./tiff-ifd.ts";

/** Traces that a photo bears before it comes to us, as far as its header tells. */
export interface Wear {
  /** Quality that its JPEG was saved with, 1 to 100, by the tables in it. */
  readonly jpegQuality?: number | undefined;
  /** Sensitivity that it was taken at. */
  readonly iso?: number | undefined;
}

/** Below this quality, blocks and rings can be seen at 100 %; photos shared on the web mostly come with 70 to 80. */
const POOR_QUALITY = 82;
/** From this sensitivity on, most cameras' noise can be seen at 100 %. */
const NOISY_ISO = 3200;

/** Whether a model that restores suits the photo better than one that only enlarges. */
export function isWorn({ jpegQuality, iso }: Wear): boolean {
  return (jpegQuality !== undefined && jpegQuality < POOR_QUALITY) || (iso !== undefined && iso >= NOISY_ISO);
}

/** The luminance table that the JPEG standard suggests (ITU-T T.81, table K.1), in zigzag order. */
const SUGGESTED = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61,
  60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121,
  112, 100, 120, 92, 101, 103, 99,
];

/**
 * The quality of libjpeg whose table is nearest: libjpeg multiplies the suggested table by 50/q below 50 and by
 * 2 − q/50 above (jcparam.c). Encoders with tables of their own get what their table is worth on that scale.
 * @param table 64 divisors in zigzag order
 */
export function qualityOfTable(table: readonly number[]): number {
  let ratio = 0;
  let count = 0;
  for (const [i, suggested] of SUGGESTED.entries()) {
    const divisor = table[i] ?? 1;
    // Clipped entries say nothing about the factor.
    if (divisor >= 255) continue;
    ratio += divisor / suggested;
    count++;
  }
  if (count === 0) return 1;
  const factor = ratio / count;
  const quality = factor > 1 ? 50 / factor : 100 - 50 * factor;
  return Math.max(1, Math.min(100, Math.round(quality)));
}

/**
 * The first quantisation table of a JPEG, found by walking its segments; nothing else is read.
 * @returns `undefined` where there is none before the picture
 */
export function firstQuantisationTable(peek: Peek): readonly number[] | undefined {
  for (const { marker, at, bytes } of jpegSegments(peek)) if (marker === QUANTISATION) return tableOf(peek(at, bytes));
  return undefined;
}

const QUANTISATION = 0xdb;

function tableOf(bytes: Uint8Array): readonly number[] | undefined {
  const wide = (bytes[0] ?? 0) >> 4 === 1;
  const table = Array.from({ length: 64 }, (_, i) =>
    wide ? (bytes[1 + 2 * i] ?? 0) * 256 + (bytes[2 + 2 * i] ?? 0) : (bytes[1 + i] ?? 0),
  );
  return table.every((divisor) => divisor > 0) ? table : undefined;
}

const TAG_EXIF_DIRECTORY = 34_665;
const TAG_ISO = 34_855;

/** The sensitivity in an EXIF block that begins at its TIFF header; `undefined` where it says none that can be read. */
export function isoOf(exif: Uint8Array): number | undefined {
  try {
    const read = cursoryReader((offset, length) => exif.subarray(offset, offset + length));
    const header = readHeader(read);
    const main = readDirectory(read, header, header.firstDirectory);
    const [offset] = numbersOf(main.entries, TAG_EXIF_DIRECTORY);
    if (offset === undefined) return undefined;
    const [iso] = numbersOf(readDirectory(read, header, offset).entries, TAG_ISO);
    return iso !== undefined && iso > 0 ? iso : undefined;
  } catch {
    // A block that is damaged is no reason not to enhance the photo.
    return undefined;
  }
}
