import { closeSync, fdatasyncSync, ftruncateSync, openSync } from "node:fs";
import { roundUp, type Size } from "../core/geometry.ts";
import type { BitDepth } from "../core/pixels.ts";
import type { Samples } from "../core/resample.ts";
import { long8s, longs, opaque, shorts, type TiffEntry, TYPE, writeDirectory } from "../core/tiff-ifd.ts";
import { writeFully } from "../system/write-fully.ts";
import { readTiffRect, TIFF, type TiffPixelLayout } from "./tiff-pixels.ts";

/** What a tiled BigTIFF of ours holds. Alpha, where there is one, is the last channel. */
export interface TiffShape {
  readonly size: Size;
  readonly tile: Size;
  readonly channels: number;
  readonly bits: BitDepth;
}

/** What travels in the file's tags beside the pixels. */
export interface TiffTags {
  readonly icc: Uint8Array | undefined;
  readonly iptc: Uint8Array | undefined;
  /** Pixels per inch. */
  readonly density: number | undefined;
}

/** Tile data begins on a page of its own. */
const DATA_ALIGNMENT = 4096;
const FIRST_DIRECTORY = 16;

/** Makes the file at its full size, all samples zero. @returns its layout and an open descriptor for reading and writing */
export function createTiff(path: string, shape: TiffShape, tags: TiffTags): { fd: number; layout: TiffPixelLayout } {
  const { head, layout, bytes } = composeHead(shape, tags);
  const fd = openSync(path, "w+");
  try {
    writeFully(fd, head, 0);
    ftruncateSync(fd, bytes);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return { fd, layout };
}

/** Bytes that a file of this shape takes, its head included. */
export function tiffBytes(shape: TiffShape): number {
  return tileBytes(shape) * tileTotal(shape) + DATA_ALIGNMENT + tileTotal(shape) * 16;
}

/** Writes one whole tile and waits until it is on the disk. */
export function writeTiffTile(fd: number, layout: TiffPixelLayout, index: number, samples: Samples): void {
  writeFully(fd, samples, layout.offsets[index] as number);
  fdatasyncSync(fd);
}

/** libvips refuses tiles of more than 10,000 px a side as corrupt (8.18, tiff2vips). */
const MAX_TILE_WIDTH = 4096;

/** Writes rows from top to bottom of a TIFF with tiles as wide as it is, or as may be. */
export class TiffRowWriter {
  private readonly fd: number;
  private readonly layout: TiffPixelLayout;
  private nextRow = 0;

  constructor(path: string, size: Size, channels: number, bits: BitDepth, tags: TiffTags) {
    const tile = { width: Math.min(MAX_TILE_WIDTH, roundUp(size.width, 16)), height: 64 };
    ({ fd: this.fd, layout: this.layout } = createTiff(path, { size, tile, channels, bits }, tags));
  }

  /** Appends whole rows of interleaved samples. */
  write(samples: Samples): void {
    const { size, channels, bits, tile, offsets } = this.layout;
    const rowSamples = size.width * channels;
    const pixelBytes = channels * (bits / 8);
    const across = Math.ceil(size.width / tile.width);
    for (let at = 0; at < samples.length; at += rowSamples) {
      const row = samples.subarray(at, at + rowSamples);
      const first = Math.floor(this.nextRow / tile.height) * across;
      const inTile = (this.nextRow % tile.height) * tile.width * pixelBytes;
      for (let column = 0; column < across; column++) {
        const piece = row.subarray(column * tile.width * channels, (column + 1) * tile.width * channels);
        writeFully(this.fd, piece, (offsets[first + column] as number) + inTile);
      }
      this.nextRow++;
    }
  }

  /** Reads rows back that were written. */
  read(y: number, count: number): Samples {
    return readTiffRect(this.fd, this.layout, { x: 0, y, width: this.layout.size.width, height: count });
  }

  close(): void {
    closeSync(this.fd);
  }
}

function tileBytes(shape: TiffShape): number {
  return shape.tile.width * shape.tile.height * shape.channels * (shape.bits / 8);
}

function tileTotal(shape: TiffShape): number {
  return Math.ceil(shape.size.width / shape.tile.width) * Math.ceil(shape.size.height / shape.tile.height);
}

function composeHead(shape: TiffShape, tags: TiffTags): { head: Uint8Array; layout: TiffPixelLayout; bytes: number } {
  const tiles = tileTotal(shape);
  const bytesEach = tileBytes(shape);
  const at = (base: number) => Array.from({ length: tiles }, (_, i) => base + i * bytesEach);
  // The directory is as long whatever the offsets are, so it is laid out once to learn where the data can begin.
  const length = writeDirectory(entriesOf(shape, tags, at(0), bytesEach), FIRST_DIRECTORY, true).length;
  const base = roundUp(FIRST_DIRECTORY + length, DATA_ALIGNMENT);
  const offsets = at(base);
  const directory = writeDirectory(entriesOf(shape, tags, offsets, bytesEach), FIRST_DIRECTORY, true);
  const head = new Uint8Array(base);
  const view = new DataView(head.buffer);
  view.setUint16(0, 0x4949, false);
  view.setUint16(2, 43, true);
  view.setUint16(4, 8, true);
  view.setBigUint64(8, BigInt(FIRST_DIRECTORY), true);
  head.set(directory, FIRST_DIRECTORY);
  const { size, channels, bits, tile } = shape;
  return { head, layout: { size, channels, bits, tile, offsets }, bytes: base + tiles * bytesEach };
}

function entriesOf(shape: TiffShape, tags: TiffTags, offsets: readonly number[], bytesEach: number): TiffEntry[] {
  const colour = shape.channels >= 3 ? 3 : 1;
  const entries = [
    longs(TIFF.imageWidth, shape.size.width),
    longs(TIFF.imageLength, shape.size.height),
    shorts(TIFF.bitsPerSample, ...Array.from({ length: shape.channels }, () => shape.bits)),
    shorts(TIFF.compression, 1),
    shorts(TIFF.photometric, colour === 3 ? 2 : 1),
    shorts(TIFF.samplesPerPixel, shape.channels),
    shorts(TIFF.planarConfiguration, 1),
    longs(TIFF.tileWidth, shape.tile.width),
    longs(TIFF.tileLength, shape.tile.height),
    long8s(TIFF.tileOffsets, offsets),
    long8s(
      TIFF.tileByteCounts,
      offsets.map(() => bytesEach),
    ),
  ];
  // 2 = unassociated alpha, TIFF 6.0 p. 31
  if (shape.channels > colour) entries.push(shorts(TIFF.extraSamples, 2));
  if (tags.icc !== undefined) entries.push(opaque(TIFF.iccProfile, tags.icc));
  if (tags.iptc !== undefined) entries.push(opaque(TIFF.iptc, tags.iptc));
  if (tags.density !== undefined) {
    entries.push(rational(TIFF.xResolution, tags.density), rational(TIFF.yResolution, tags.density));
    entries.push(shorts(TIFF.resolutionUnit, 2));
  }
  return entries;
}

function rational(tag: number, value: number): TiffEntry {
  const { data } = longs(tag, Math.round(value * 1000), 1000);
  return { tag, type: TYPE.rational, count: 1, data };
}
