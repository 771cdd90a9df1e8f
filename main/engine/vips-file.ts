import { closeSync, openSync, readSync } from "node:fs";
import type { Rect, Size } from "../core/geometry.ts";
import { allocateSamples, type BitDepth } from "../core/pixels.ts";
import type { Samples } from "../core/resample.ts";
import { storedRect, turnedSize, turnUpright } from "../core/turn.ts";

/*
 * libvips' own file format: a header of 64 bytes, then the samples row by row, so that it can be read while it is being
 * written (libvips, "vips" in `vips_image_new_mode`). The fields are integers in the machine's order.
 */
export const VIPS_HEADER_BYTES = 64;
const WIDTH_AT = 4;
const HEIGHT_AT = 8;
const BANDS_AT = 12;
const FORMAT_AT = 20;
/** VIPS_FORMAT_UCHAR and VIPS_FORMAT_USHORT. */
const BITS: Readonly<Record<number, BitDepth>> = { 0: 8, 2: 16 };

/** What a file in libvips' format holds. */
export interface VipsPicture {
  readonly size: Size;
  readonly channels: number;
  /** `undefined` for samples that are neither 8 nor 16 bits. */
  readonly bits: BitDepth | undefined;
}

/** Reads the header of a file in libvips' format. @param bytes the first `VIPS_HEADER_BYTES` of it */
export function readVipsHeader(bytes: Uint8Array): VipsPicture {
  const fields = new Int32Array(bytes.slice(0, VIPS_HEADER_BYTES).buffer);
  const field = (at: number) => fields[at / 4] as number;
  return {
    size: { width: field(WIDTH_AT), height: field(HEIGHT_AT) },
    channels: field(BANDS_AT),
    bits: BITS[field(FORMAT_AT)],
  };
}

/** Random access to the samples of a whole file in libvips' format, upright. */
export class VipsPixels {
  private constructor(
    private readonly fd: number,
    private readonly stored: Size,
    readonly channels: number,
    readonly bits: BitDepth,
    private readonly orientation: number,
  ) {}

  /**
   * @param orientation EXIF's, 1 to 8, of what is in the file
   * @throws the file system's error; an error where the samples are neither 8 nor 16 bits
   */
  static open(path: string, orientation = 1): VipsPixels {
    const fd = openSync(path, "r");
    try {
      const header = new Uint8Array(VIPS_HEADER_BYTES);
      readWhole(fd, header, 0);
      const { size, channels, bits } = readVipsHeader(header);
      if (bits === undefined) throw new Error("a picture in libvips' format has samples of another kind");
      return new VipsPixels(fd, size, channels, bits, orientation);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  /** Of the upright picture. */
  get size(): Size {
    return turnedSize(this.stored, this.orientation);
  }

  /** Whether a block of rows is a block of columns in the file: then large blocks are read much faster. */
  get isOnItsSide(): boolean {
    return this.orientation > 4;
  }

  /** Interleaved samples of a rectangle that lies within the upright picture. */
  readRect(rect: Rect): Samples {
    const stored = storedRect(rect, this.orientation, this.stored);
    return turnUpright(this.readStored(stored), stored, this.channels, this.orientation);
  }

  private readStored({ x, y, width, height }: Rect): Samples {
    const samples = allocateSamples(width * height * this.channels, this.bits);
    const bytes = new Uint8Array(samples.buffer);
    const pixelBytes = this.channels * (this.bits / 8);
    const position = (row: number) => VIPS_HEADER_BYTES + (row * this.stored.width + x) * pixelBytes;
    if (width === this.stored.width) {
      readWhole(this.fd, bytes, position(y));
      return samples;
    }
    const rowBytes = width * pixelBytes;
    for (let row = 0; row < height; row++) {
      readWhole(this.fd, bytes.subarray(row * rowBytes, (row + 1) * rowBytes), position(y + row));
    }
    return samples;
  }

  close(): void {
    closeSync(this.fd);
  }
}

function readWhole(fd: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(fd, bytes, at, bytes.length - at, position + at);
    if (read === 0) throw new Error("a picture in libvips' format ended too early");
    at += read;
  }
}
