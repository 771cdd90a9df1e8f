import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { z } from "zod";
import type { Rect, Size } from "../core/geometry.ts";
import type { BitDepth } from "../core/pixels.ts";
import type { Samples } from "../core/resample.ts";
import { gridOf, type TileGrid, tileCount, type WindowRule } from "../core/tiles.ts";
import { writeFileAtomically } from "../system/atomic-file.ts";
import { failPoint } from "../system/fail-point.ts";
import { writeFully } from "../system/write-fully.ts";
import { readTiffRect, type TiffPixelLayout, TiffPixels } from "./tiff-pixels.ts";
import { createTiff, type TiffTags, tiffBytes, writeTiffTile } from "./tiff-writer.ts";

/** What a canvas is for. Another shape is another canvas. */
export interface CanvasShape {
  readonly source: Size;
  readonly scale: number;
  readonly channels: number;
  readonly bits: BitDepth;
  readonly padPx: number;
  /** What windows the model takes. It comes with the model, as the canvas does, so it need not be compared. */
  readonly rule?: WindowRule | undefined;
}

/** The three files of a canvas. */
export function canvasFiles(stem: string): { readonly pixels: string; readonly done: string; readonly shape: string } {
  return { pixels: `${stem}.tif`, done: `${stem}.done`, shape: `${stem}.json` };
}

const SIDECAR_VERSION = 1;
const Sidecar = z.object({
  version: z.literal(SIDECAR_VERSION),
  source: z.object({ width: z.int().positive(), height: z.int().positive() }),
  core: z.object({ width: z.int().positive(), height: z.int().positive() }),
  scale: z.int().positive(),
  channels: z.int().positive(),
  bits: z.union([z.literal(8), z.literal(16)]),
  padPx: z.int().nonnegative(),
});

/**
 * A result as it grows: a preallocated tiled BigTIFF in which one tile of the model is one tile of the file, and a
 * map of the tiles that are done, a byte each. A tile is marked only after its pixels are on the disk, so what is
 * marked can be trusted after a crash or a power cut.
 */
export class Canvas {
  private readonly done: Uint8Array;

  private constructor(
    readonly stem: string,
    readonly grid: TileGrid,
    private readonly fd: number,
    private readonly doneFd: number,
    private readonly layout: TiffPixelLayout,
    done: Uint8Array,
  ) {
    this.done = done;
  }

  /**
   * Goes on with the canvas at `stem` where there is a sound one of this shape, else begins one.
   * @param plan the tiles for a new canvas; an existing one keeps its own, whatever the tile size is today
   */
  static openOrCreate(stem: string, shape: CanvasShape, plan: TileGrid, tags: TiffTags): Canvas {
    return Canvas.openIfThere(stem, shape) ?? Canvas.create(stem, shape, plan, tags);
  }

  /** Whether there seems to be a canvas at `stem`; it is not looked into. */
  static isAt(stem: string): boolean {
    return existsSync(canvasFiles(stem).shape);
  }

  /** Bytes on disk that a canvas will take. */
  static bytesFor(shape: CanvasShape, plan: TileGrid): number {
    return tiffBytes(tiffShape(shape, plan));
  }

  /** Deletes a canvas, whatever is there of it. */
  static remove(stem: string): void {
    for (const path of Object.values(canvasFiles(stem))) rmSync(path, { force: true });
  }

  private static create(stem: string, shape: CanvasShape, plan: TileGrid, tags: TiffTags): Canvas {
    Canvas.remove(stem);
    const files = canvasFiles(stem);
    const { fd, layout } = createTiff(files.pixels, tiffShape(shape, plan), tags);
    let doneFd: number | undefined;
    try {
      fsyncSync(fd);
      const done = new Uint8Array(tileCount(plan));
      writeFileSync(files.done, done);
      doneFd = openSync(files.done, "r+");
      fsyncSync(doneFd);
      writeFileAtomically(files.shape, JSON.stringify({ version: SIDECAR_VERSION, ...shape, core: plan.core }));
      return new Canvas(stem, plan, fd, doneFd, layout, done);
    } catch (error) {
      closeSync(fd);
      if (doneFd !== undefined) closeSync(doneFd);
      throw error;
    }
  }

  /** The canvas at `stem`, where there is a sound one of this shape. */
  static openIfThere(stem: string, shape: CanvasShape): Canvas | undefined {
    const files = canvasFiles(stem);
    try {
      const sidecar = Sidecar.parse(JSON.parse(readFileSync(files.shape, "utf8")));
      if (!sameShape(sidecar, shape)) return undefined;
      const grid = gridOf(sidecar.source, sidecar.core, sidecar.padPx, shape.rule);
      const done = new Uint8Array(readFileSync(files.done));
      if (done.length !== tileCount(grid)) return undefined;
      const pixels = TiffPixels.open(files.pixels);
      pixels.close();
      const last = pixels.layout.offsets.at(-1) ?? 0;
      if (statSync(files.pixels).size <= last) return undefined;
      const now = new Date();
      utimesSync(files.shape, now, now);
      return new Canvas(stem, grid, openSync(files.pixels, "r+"), openSync(files.done, "r+"), pixels.layout, done);
    } catch {
      // Not there, or cut short while it was made: a new one is begun.
      return undefined;
    }
  }

  /** Size in px of the result. */
  get size(): Size {
    return this.layout.size;
  }

  get path(): string {
    return canvasFiles(this.stem).pixels;
  }

  /** Size of a whole tile in px of the result. */
  get tile(): Size {
    return this.layout.tile;
  }

  isDone(index: number): boolean {
    return (this.done[index] ?? 0) !== 0;
  }

  /** Marks left by `writeTile`, in order of tiles: 0 is not done. */
  get marks(): Uint8Array {
    return this.done;
  }

  get doneCount(): number {
    return this.done.reduce((count, mark) => count + (mark === 0 ? 0 : 1), 0);
  }

  get isFinished(): boolean {
    return this.doneCount === this.done.length;
  }

  /**
   * Stores a whole tile (core × scale, the part beyond the photo's edge unused) and marks it done.
   * @param mark 1 to 255: kept with the tile for whoever reads the map
   */
  writeTile(index: number, samples: Samples, mark: number): void {
    writeTiffTile(this.fd, this.layout, index, samples);
    failPoint("mid-tile");
    writeFully(this.doneFd, Uint8Array.of(mark), index);
    fdatasyncSync(this.doneFd);
    this.done[index] = mark;
  }

  /** Interleaved samples of a rectangle in px of the result. */
  readRect(rect: Rect): Samples {
    return readTiffRect(this.fd, this.layout, rect);
  }

  close(): void {
    closeSync(this.fd);
    closeSync(this.doneFd);
  }
}

function tiffShape(shape: CanvasShape, plan: TileGrid) {
  return {
    size: { width: shape.source.width * shape.scale, height: shape.source.height * shape.scale },
    tile: { width: plan.core.width * shape.scale, height: plan.core.height * shape.scale },
    channels: shape.channels,
    bits: shape.bits,
  };
}

function sameShape(a: CanvasShape, b: CanvasShape): boolean {
  return (
    a.source.width === b.source.width &&
    a.source.height === b.source.height &&
    a.scale === b.scale &&
    a.channels === b.channels &&
    a.bits === b.bits &&
    a.padPx === b.padPx
  );
}
