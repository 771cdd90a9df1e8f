import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { SilvergrainError } from "../core/errors.ts";
import type { Rect, Size } from "../core/geometry.ts";
import { allocateSamples, type BitDepth } from "../core/pixels.ts";
import type { Samples } from "../core/resample.ts";
import { numbersOf, readDirectory, readHeader, type TiffEntry, type TiffHeader } from "../core/tiff-ifd.ts";

/** TIFF tags of image structure (TIFF 6.0, sections 8 and 15). */
export const TIFF = {
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  samplesPerPixel: 277,
  xResolution: 282,
  yResolution: 283,
  planarConfiguration: 284,
  resolutionUnit: 296,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  extraSamples: 338,
  iptc: 33_723,
  iccProfile: 34_675,
} as const;

/** Where the pixels of an uncompressed tiled TIFF lie. */
export interface TiffPixelLayout {
  readonly size: Size;
  readonly channels: number;
  readonly bits: BitDepth;
  readonly tile: Size;
  readonly offsets: readonly number[];
}

/** Random access to the pixels of an uncompressed, tiled TIFF of our own making (by us or by sharp for us). */
export class TiffPixels {
  private constructor(
    private readonly fd: number,
    readonly layout: TiffPixelLayout,
    /** All tags of the file. */
    readonly entries: readonly TiffEntry[],
  ) {}

  /** @throws SilvergrainError INTERNAL where the file is not of that kind */
  static open(path: string): TiffPixels {
    const fd = openSync(path, "r");
    try {
      const { entries, header } = readTiffDirectory(fd);
      return new TiffPixels(fd, layoutOf(entries, header, path), entries);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  get size(): Size {
    return this.layout.size;
  }

  /** Interleaved samples of a rectangle that lies within the image. */
  readRect(rect: Rect): Samples {
    return readTiffRect(this.fd, this.layout, rect);
  }

  close(): void {
    closeSync(this.fd);
  }
}

/** Reads a rectangle out of the tiles it touches, a run of a row at a time. */
export function readTiffRect(fd: number, layout: TiffPixelLayout, rect: Rect): Samples {
  const { channels, tile } = layout;
  const samples = allocateSamples(rect.width * rect.height * channels, layout.bits);
  const bytesPerSample = layout.bits / 8;
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const across = Math.ceil(layout.size.width / tile.width);
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const rowInTile = y % tile.height;
    const tileRow = Math.floor(y / tile.height) * across;
    let x = rect.x;
    while (x < rect.x + rect.width) {
      const column = Math.floor(x / tile.width);
      const end = Math.min(rect.x + rect.width, (column + 1) * tile.width);
      const length = (end - x) * channels * bytesPerSample;
      const target = ((y - rect.y) * rect.width + (x - rect.x)) * channels * bytesPerSample;
      const inTile = (rowInTile * tile.width + (x - column * tile.width)) * channels * bytesPerSample;
      const position = (layout.offsets[tileRow + column] as number) + inTile;
      if (readSync(fd, bytes, target, length, position) !== length) {
        throw new SilvergrainError("INTERNAL", "A working file ended too early; it will be made anew.");
      }
      x = end;
    }
  }
  return samples;
}

/** The header and the first directory of an open TIFF file. */
export function readTiffDirectory(fd: number): { readonly header: TiffHeader; readonly entries: readonly TiffEntry[] } {
  const read = fileReader(fd);
  const header = readHeader(read);
  return { header, entries: readDirectory(read, header, header.firstDirectory).entries };
}

/** Reads bytes of an open file for the TIFF parser. */
export function fileReader(fd: number): (offset: number, length: number) => Uint8Array {
  const { size } = fstatSync(fd);
  return (offset, length) => {
    if (!(offset >= 0) || offset + length > size)
      throw new SilvergrainError("SOURCE_CORRUPT", "The TIFF structure points outside its file.");
    const bytes = new Uint8Array(length);
    const got = readSync(fd, bytes, 0, length, offset);
    return got === length ? bytes : bytes.subarray(0, got);
  };
}

function layoutOf(entries: readonly TiffEntry[], header: TiffHeader, path: string): TiffPixelLayout {
  const one = (tag: number) => numbersOf(entries, tag)[0] ?? 0;
  const bits = one(TIFF.bitsPerSample);
  const sound =
    header.littleEndian && one(TIFF.compression) === 1 && one(TIFF.tileWidth) > 0 && (bits === 8 || bits === 16);
  if (!sound) throw new SilvergrainError("INTERNAL", `Expected an uncompressed tiled TIFF at ${path}.`);
  return {
    size: { width: one(TIFF.imageWidth), height: one(TIFF.imageLength) },
    channels: one(TIFF.samplesPerPixel),
    bits: bits as BitDepth,
    tile: { width: one(TIFF.tileWidth), height: one(TIFF.tileLength) },
    offsets: numbersOf(entries, TIFF.tileOffsets),
  };
}
