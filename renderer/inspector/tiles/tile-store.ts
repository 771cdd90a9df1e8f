import { type Failure, type Picture, TILE_APRON_PX, TILE_PX } from "../../../preload/contract.ts";
import { type FetchTile, fetchTile as fetchFromMain } from "./fetch-tile.ts";
import { type Later, type Order, TileFetches } from "./tile-fetches.ts";
import { type Tile, tileId, tileSize } from "./tile-grid.ts";
import type { WantedTile } from "./wanted-tile.ts";

/** Bytes of tiles that are kept at most: of their samples, and of what was given to the graphics card. */
const TILE_LIMIT_BYTES = 384e6;

/** Bytes for a px of a tile that is painted: three in memory, four on the graphics card. */
const BYTES_PER_PAINTED_PX = 7;

export interface TileStoreOptions {
  readonly limitBytes?: number;
  readonly fetchTile?: FetchTile;
  /** Runs something after so many ms, and gives what calls it off. */
  readonly later?: Later;
}

interface Kept {
  readonly tile: Tile;
  /** What painters made of it, by painter. */
  readonly holds: Map<object, { readonly bytes: number; readonly free: () => void }>;
}

/**
 * The tiles that are there, and the getting of those that are not. What was used longest ago is dropped first, and
 * nothing that is in sight, unless that alone is more than the limit.
 */
export class TileStore {
  private readonly limitBytes: number;
  private readonly fetches: TileFetches;
  /** In the order of their last use. */
  private readonly kept = new Map<string, Kept>();
  private bytes = 0;
  /** The wanted ones that fit into the limit. */
  private wanted: ReadonlyMap<string, WantedTile> = new Map();
  private readonly wishes = new Map<object, readonly WantedTile[]>();
  /** Pictures of which it was told that a tile failed. */
  private readonly told = new Set<string>();
  private readonly tileListeners = new Set<() => void>();
  private readonly failureListeners = new Set<(key: string, failure: Failure) => void>();

  constructor({ limitBytes = TILE_LIMIT_BYTES, fetchTile = fetchFromMain, later }: TileStoreOptions = {}) {
    this.limitBytes = limitBytes;
    this.fetches = new TileFetches({
      fetchTile,
      ...(later !== undefined && { later }),
      onTile: (tile) => this.keep(tile),
      onFailure: (key, failure) => this.tell(key, failure),
    });
  }

  /** Calls when tiles have come, or there is more to paint of those that had: paint once more, see `Painter.paint`. */
  onTiles(listener: () => void): () => void {
    this.tileListeners.add(listener);
    return () => this.tileListeners.delete(listener);
  }

  /** Calls once for each picture, with its key, when one of its tiles cannot be had. It is tried again by itself. */
  onFailure(listener: (key: string, failure: Failure) => void): () => void {
    this.failureListeners.add(listener);
    return () => this.failureListeners.delete(listener);
  }

  /**
   * Says all that a painter wants from now on, what it needs most first; who came last comes first. What is neither there
   * nor wanted by any of them any more is called off.
   * Tiles out of sight are wanted only as far as they fit into the limit, or they would drop each other for ever.
   */
  want(tiles: readonly WantedTile[], painter: object = this): void {
    if (tiles.length > 0) this.wishes.set(painter, tiles);
    else this.wishes.delete(painter);
    const wanted = new Map<string, WantedTile>();
    let bytes = 0;
    for (const tile of [...this.wishes.values()].reverse().flat()) {
      if (wanted.has(tile.id) && !tile.isInSight) continue;
      const { width, height } = tileSize(tile);
      bytes += width * height * BYTES_PER_PAINTED_PX;
      if (bytes > this.limitBytes && !tile.isInSight) continue;
      wanted.set(tile.id, tile);
    }
    this.wanted = wanted;
    const orders: Order[] = [];
    for (const tile of wanted.values()) {
      if (tile.isInSight) this.touch(tile.id);
      if (this.kept.get(tile.id)?.tile.isPreview ?? true) orders.push(tile);
    }
    this.fetches.order(orders);
    this.dropWhatIsTooMuch();
  }

  /** A tile, where it is there. */
  get(id: string): Tile | undefined {
    return this.kept.get(id)?.tile;
  }

  /**
   * Counts what a painter made of a tile, until the tile goes or `release` is called.
   * @param free is called when the tile goes
   */
  hold(tile: Tile, painter: object, bytes: number, free: () => void): void {
    const found = this.kept.get(tile.id);
    if (found?.tile !== tile) {
      free();
      return;
    }
    this.release(tile, painter);
    found.holds.set(painter, { bytes, free });
    this.bytes += bytes;
    this.dropWhatIsTooMuch();
  }

  /** Frees what a painter made of a tile, or of all of them. */
  release(tile: Tile | "all", painter: object): void {
    const found = tile === "all" ? this.kept.values() : [this.kept.get(tile.id)];
    for (const kept of found) {
      const hold = kept?.holds.get(painter);
      if (kept === undefined || hold === undefined) continue;
      kept.holds.delete(painter);
      this.bytes -= hold.bytes;
      hold.free();
    }
  }

  /** The colour of a picture's px, where it is known exactly. */
  colourAt(picture: Picture, x: number, y: number): readonly [number, number, number] | undefined {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    if (!(column >= 0 && row >= 0 && column < picture.width && row < picture.height)) return undefined;
    const place = { picture, level: 0, x: Math.floor(column / TILE_PX), y: Math.floor(row / TILE_PX) };
    const tile = this.get(tileId(place));
    if (tile === undefined || tile.isPreview) return undefined;
    const inX = column - place.x * TILE_PX + TILE_APRON_PX;
    const inY = row - place.y * TILE_PX + TILE_APRON_PX;
    const at = (inY * tile.width + inX) * 3;
    return [tile.samples[at] as number, tile.samples[at + 1] as number, tile.samples[at + 2] as number];
  }

  /** How much there is, and how many tiles are on their way. */
  counts(): { readonly tiles: number; readonly bytes: number; readonly pending: number } {
    return { tiles: this.kept.size, bytes: this.bytes, pending: this.fetches.pending };
  }

  /** Drops everything. */
  clear(): void {
    this.wanted = new Map();
    this.fetches.order([]);
    for (const id of [...this.kept.keys()]) this.drop(id);
    this.told.clear();
  }

  /** Says that there is more to paint. */
  notify(): void {
    for (const listener of [...this.tileListeners]) listener();
  }

  private touch(id: string): void {
    const found = this.kept.get(id);
    if (found === undefined) return;
    this.kept.delete(id);
    this.kept.set(id, found);
  }

  private keep(tile: Tile): void {
    this.drop(tile.id);
    this.kept.set(tile.id, { tile, holds: new Map() });
    this.bytes += tile.samples.length;
    this.dropWhatIsTooMuch();
    this.notify();
  }

  private tell(key: string, failure: Failure): void {
    if (this.told.has(key)) return;
    this.told.add(key);
    for (const listener of [...this.failureListeners]) listener(key, failure);
  }

  private dropWhatIsTooMuch(): void {
    if (this.bytes <= this.limitBytes) return;
    for (const id of [...this.kept.keys()]) {
      if (this.bytes <= this.limitBytes) return;
      if (!this.wanted.has(id)) this.drop(id);
    }
  }

  private drop(id: string): void {
    const found = this.kept.get(id);
    if (found === undefined) return;
    this.kept.delete(id);
    this.bytes -= found.tile.samples.length;
    for (const { bytes, free } of found.holds.values()) {
      this.bytes -= bytes;
      free();
    }
  }
}
