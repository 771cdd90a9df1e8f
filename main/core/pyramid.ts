import { levelCount, TILE_APRON_PX, TILE_PX } from "../../preload/contract.ts";
import type { Size } from "./geometry.ts";

export { TILE_APRON_PX, TILE_PX } from "../../preload/contract.ts";

/** 8-bit RGB: what a picture is shown in. */
const CHANNELS = 3;
const SIDE_PX = TILE_PX + 2 * TILE_APRON_PX;

/** Bytes from one tile's record to the next in the file of a level; a tile at the edge does not fill its own. */
export const TILE_STRIDE_BYTES = SIDE_PX * SIDE_PX * CHANNELS;

/** A level of a picture's pyramid, see `levelCount`. */
export interface Level {
  readonly size: Size;
  /** Tiles in a row, and rows of tiles. */
  readonly across: number;
  readonly down: number;
}

/** All levels of a picture, the one with all its px first. */
export function levelsOf(size: Size): readonly Level[] {
  return Array.from({ length: levelCount(size) }, (_, level) => levelOf(size, level));
}

function levelOf(full: Size, level: number): Level {
  const size = { width: Math.ceil(full.width / 2 ** level), height: Math.ceil(full.height / 2 ** level) };
  return { size, across: Math.ceil(size.width / TILE_PX), down: Math.ceil(size.height / TILE_PX) };
}

/** Size of a tile in px, apron included; `undefined` where the level has no such tile. */
export function tileSize({ size, across, down }: Level, x: number, y: number): Size | undefined {
  if (x < 0 || y < 0 || x >= across || y >= down) return undefined;
  return {
    width: Math.min(TILE_PX, size.width - x * TILE_PX) + 2 * TILE_APRON_PX,
    height: Math.min(TILE_PX, size.height - y * TILE_PX) + 2 * TILE_APRON_PX,
  };
}

/** Where a tile's record lies in the file of its level, in bytes. */
export function tileOffset({ across }: Level, x: number, y: number): number {
  return (y * across + x) * TILE_STRIDE_BYTES;
}

/** Bytes on disk of a whole pyramid, at most. */
export function pyramidBytes(size: Size): number {
  return levelsOf(size).reduce((sum, { across, down }) => sum + across * down * TILE_STRIDE_BYTES, 0);
}

/** Takes a tile that is ready. The samples are used again when it has returned. */
type TileSink = (level: number, x: number, y: number, samples: Uint8Array) => Promise<void>;

/**
 * Cuts a picture into the tiles of all its levels while its rows come in from the top. Holds little more than a row of
 * tiles of each level, however high the picture is.
 */
export class PyramidRows {
  private readonly levels: readonly LevelRows[];

  /** @param onRow told of every row of tiles whose tiles were all taken */
  constructor(size: Size, sink: TileSink, onRow: (level: number, y: number) => void) {
    const record = new Uint8Array(TILE_STRIDE_BYTES);
    let next: LevelRows | undefined;
    const levels: LevelRows[] = [];
    for (const [index, level] of [...levelsOf(size).entries()].reverse()) {
      const put = (x: number, y: number, samples: Uint8Array) => sink(index, x, y, samples);
      next = new LevelRows(level, next, record, put, (y) => onRow(index, y));
      levels.unshift(next);
    }
    this.levels = levels;
  }

  /** Takes the next rows, packed RGB. */
  async add(rows: Uint8Array): Promise<void> {
    const [level] = this.levels;
    if (level === undefined) return;
    for (let at = 0; at < rows.length; at += level.rowBytes) await level.add(rows.subarray(at, at + level.rowBytes));
  }
}

/** The rows of a level that the next tiles are cut from: those of one row of tiles, and the apron's. */
class LevelRows {
  readonly rowBytes: number;
  private readonly band: Uint8Array;
  private readonly bandRowBytes: number;
  private readonly half: Uint8Array;
  private rows = 0;
  private tileRow = 0;

  constructor(
    private readonly level: Level,
    private readonly next: LevelRows | undefined,
    private readonly record: Uint8Array,
    private readonly put: (x: number, y: number, samples: Uint8Array) => Promise<void>,
    private readonly onRow: (y: number) => void,
  ) {
    const { width } = level.size;
    this.rowBytes = width * CHANNELS;
    this.bandRowBytes = (width + 2 * TILE_APRON_PX) * CHANNELS;
    this.band = new Uint8Array(this.bandRowBytes * SIDE_PX);
    this.half = new Uint8Array(Math.ceil(width / 2) * CHANNELS);
  }

  async add(row: Uint8Array): Promise<void> {
    const { height } = this.level.size;
    const y = this.rows++;
    this.store(row, y);
    if (y === 0) for (let above = 1; above <= TILE_APRON_PX; above++) this.repeat(0, -above);
    const isLast = y === height - 1;
    if (this.next !== undefined && (y % 2 === 1 || isLast)) {
      halveRows(this.rowAt(y - (y % 2)), this.rowAt(y), this.level.size.width, this.half);
      await this.next.add(this.half);
    }
    if (isLast) await this.finish();
    else if (y === this.bottom + TILE_APRON_PX - 1) await this.flush();
  }

  /** First row below the tiles that come next. */
  private get bottom(): number {
    return Math.min(this.level.size.height, (this.tileRow + 1) * TILE_PX);
  }

  private async finish(): Promise<void> {
    const { height } = this.level.size;
    while (this.tileRow < this.level.down) {
      const end = this.bottom + TILE_APRON_PX;
      for (let y = height; y < end; y++) this.repeat(height - 1, y);
      await this.flush();
    }
  }

  /** Cuts a row of tiles out of the band, and keeps what the next one needs of it. */
  private async flush(): Promise<void> {
    const { level, record, band, bandRowBytes, tileRow } = this;
    for (let x = 0; x < level.across; x++) {
      const size = tileSize(level, x, tileRow) as Size;
      const bytes = size.width * CHANNELS;
      const from = x * TILE_PX * CHANNELS;
      for (let y = 0; y < size.height; y++) {
        const at = y * bandRowBytes + from;
        record.set(band.subarray(at, at + bytes), y * bytes);
      }
      await this.put(x, tileRow, record.subarray(0, bytes * size.height));
    }
    band.copyWithin(0, TILE_PX * bandRowBytes);
    this.tileRow++;
    this.onRow(tileRow);
  }

  private store(row: Uint8Array, y: number): void {
    const { band } = this;
    const start = this.startOf(y);
    const first = start + TILE_APRON_PX * CHANNELS;
    band.set(row, first);
    for (let i = 0; i < TILE_APRON_PX * CHANNELS; i++) {
      band[start + i] = row[i % CHANNELS] as number;
      band[first + this.rowBytes + i] = row[this.rowBytes - CHANNELS + (i % CHANNELS)] as number;
    }
  }

  /** Puts a row that is in the band there once more, as another. */
  private repeat(row: number, as: number): void {
    const start = this.startOf(row);
    this.band.copyWithin(this.startOf(as), start, start + this.bandRowBytes);
  }

  private rowAt(y: number): Uint8Array {
    const first = this.startOf(y) + TILE_APRON_PX * CHANNELS;
    return this.band.subarray(first, first + this.rowBytes);
  }

  private startOf(y: number): number {
    return (y - this.tileRow * TILE_PX + TILE_APRON_PX) * this.bandRowBytes;
  }
}

/** Makes rows smaller as the levels of a pyramid are, while they come in from the top of a picture or of a part of it. */
export class RowShrinker {
  private readonly next: RowShrinker | undefined;
  private readonly upper: Uint8Array;
  private readonly half: Uint8Array;
  private rows = 0;

  /** @param shrink levels to go down @param onRow takes a row that is used again when it has returned */
  constructor(
    private readonly size: Size,
    shrink: number,
    private readonly onRow: (row: Uint8Array) => void,
  ) {
    const half = { width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) };
    this.next = shrink === 0 ? undefined : new RowShrinker(half, shrink - 1, onRow);
    this.upper = new Uint8Array(shrink === 0 ? 0 : size.width * CHANNELS);
    this.half = new Uint8Array(shrink === 0 ? 0 : half.width * CHANNELS);
  }

  /** Takes the next row, packed RGB. */
  add(row: Uint8Array): void {
    const y = this.rows++;
    if (this.next === undefined) {
      this.onRow(row);
      return;
    }
    const isLast = y === this.size.height - 1;
    if (y % 2 === 0 && !isLast) {
      this.upper.set(row);
      return;
    }
    halveRows(y % 2 === 0 ? row : this.upper, row, this.size.width, this.half);
    this.next.add(this.half);
  }
}

/**
 * Two rows of RGB as one of half the width: each px the mean of two by two, rounded, and of those that there are at the
 * end of an odd row. The last row of an odd picture is given twice.
 */
export function halveRows(upper: Uint8Array, lower: Uint8Array, width: number, target: Uint8Array): void {
  const pairs = width >> 1;
  let at = 0;
  let to = 0;
  for (let i = 0; i < pairs; i++, at += 6, to += 3) {
    target[to] =
      ((upper[at] as number) + (upper[at + 3] as number) + (lower[at] as number) + (lower[at + 3] as number) + 2) >> 2;
    target[to + 1] =
      ((upper[at + 1] as number) +
        (upper[at + 4] as number) +
        (lower[at + 1] as number) +
        (lower[at + 4] as number) +
        2) >>
      2;
    target[to + 2] =
      ((upper[at + 2] as number) +
        (upper[at + 5] as number) +
        (lower[at + 2] as number) +
        (lower[at + 5] as number) +
        2) >>
      2;
  }
  if (width % 2 === 0) return;
  for (let channel = 0; channel < CHANNELS; channel++) {
    target[to + channel] = ((upper[at + channel] as number) + (lower[at + channel] as number) + 1) >> 1;
  }
}
