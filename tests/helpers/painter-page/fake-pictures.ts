import { TILE_APRON_PX } from "../../../preload/contract.ts";
import type { FetchedTile } from "../../../renderer/inspector/tiles/fetch-tile.ts";
import { levelSize, type TilePlace, tileSize } from "../../../renderer/inspector/tiles/tile-grid.ts";

/*
 * Pictures that are made up, px by px, by what their key begins with. The same in the page and in the tests, which so
 * know what every px has to be.
 */

export type Rgb = readonly [number, number, number];

/** A px of level 0. */
export function pxOf(key: string, x: number, y: number): Rgb {
  if (key.startsWith("coords")) return [x & 255, y & 255, ((x >> 8) & 15) | (((y >> 8) & 15) << 4)];
  if (key.startsWith("noise")) return [noise(x, y, 1), noise(x, y, 2), noise(x, y, 3)];
  if (key.startsWith("flat")) return [90, 120, 150];
  throw new Error(`Expected the key of a made-up picture, but it is ${key}`);
}

function noise(x: number, y: number, salt: number): number {
  let hash = Math.imul(x + 1, 0x9e3779b1) ^ Math.imul(y + 1, 0x85ebca6b) ^ Math.imul(salt, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) & 255;
}

/** A px of a level: the mean of those below it, of a sample of them where they are more than sixteen in a row. */
export function levelPx({ picture }: Pick<TilePlace, "picture">, level: number, x: number, y: number): Rgb {
  if (level === 0) return pxOf(picture.key, x, y);
  const side = 2 ** level;
  const by = Math.max(1, side / 16);
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let row = y * side; row < Math.min(picture.height, (y + 1) * side); row += by) {
    for (let column = x * side; column < Math.min(picture.width, (x + 1) * side); column += by) {
      const px = pxOf(picture.key, column, row);
      for (const channel of [0, 1, 2] as const) sum[channel] += px[channel];
      count++;
    }
  }
  return [Math.round(sum[0] / count), Math.round(sum[1] / count), Math.round(sum[2] / count)];
}

/** A tile as the main process would give it. */
export function fakeTile(place: TilePlace): FetchedTile {
  const { width, height } = tileSize(place);
  const level = levelSize(place.picture, place.level);
  const samples = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const y = Math.max(0, Math.min(level.height - 1, place.y * 512 + row - TILE_APRON_PX));
    for (let column = 0; column < width; column++) {
      const x = Math.max(0, Math.min(level.width - 1, place.x * 512 + column - TILE_APRON_PX));
      samples.set(levelPx(place, place.level, x, y), (row * width + column) * 3);
    }
  }
  return { samples, isPreview: false };
}
