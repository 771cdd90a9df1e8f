import { levelCount, type Picture, TILE_APRON_PX, TILE_PX } from "../../../preload/contract.ts";
import type { Size } from "../geometry.ts";

/** A tile's place in the pyramid of a picture. */
export interface TilePlace {
  readonly picture: Picture;
  readonly level: number;
  /** Column and row, counted in tiles. */
  readonly x: number;
  readonly y: number;
}

/** A tile that is there. Never changed: a better one is another object. */
export interface Tile extends TilePlace {
  readonly id: string;
  /** Its size in px of its level, apron included. */
  readonly width: number;
  readonly height: number;
  /** RGB, 8 bit, row by row. */
  readonly samples: Uint8Array;
  /** Whether it stands in for the exact one, which is still being made. */
  readonly isPreview: boolean;
}

/** What a tile is known by. */
export function tileId({ picture, level, x, y }: TilePlace): string {
  return `${picture.key}/${level}/${x}/${y}`;
}

/** A picture's size at a level; its last px may be the mean of fewer than the others are. */
export function levelSize({ width, height }: Size, level: number): Size {
  return { width: Math.ceil(width / 2 ** level), height: Math.ceil(height / 2 ** level) };
}

/** How many tiles a level has in each direction. */
export function tileCounts(picture: Size, level: number): Size {
  const { width, height } = levelSize(picture, level);
  return { width: Math.ceil(width / TILE_PX), height: Math.ceil(height / TILE_PX) };
}

/** A tile's size in px of its level, apron included. */
export function tileSize({ picture, level, x, y }: TilePlace): Size {
  const { width, height } = levelSize(picture, level);
  return {
    width: Math.min(TILE_PX, width - x * TILE_PX) + 2 * TILE_APRON_PX,
    height: Math.min(TILE_PX, height - y * TILE_PX) + 2 * TILE_APRON_PX,
  };
}

/** The one tile that holds all of a picture. */
export function coarsest(picture: Picture): TilePlace {
  return { picture, level: levelCount(picture) - 1, x: 0, y: 0 };
}

/** The tile of a coarser level in which a tile lies. */
export function ancestor({ picture, level, x, y }: TilePlace, to: number): TilePlace {
  const steps = 2 ** (to - level);
  return { picture, level: to, x: Math.floor(x / steps), y: Math.floor(y / steps) };
}
