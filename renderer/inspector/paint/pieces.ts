import { TILE_APRON_PX, TILE_PX } from "../../../preload/contract.ts";
import { overlap, type Point, type Rect } from "../geometry.ts";
import type { Layer } from "../scene.ts";
import { ancestor, coarsest, type Tile, type TilePlace, tileCounts, tileId } from "../tiles/tile-grid.ts";
import type { Placement } from "../view.ts";
import { firstPx, photoArea, rectBetween } from "./areas.ts";
import { type Sampling, samplingOf } from "./sampling.ts";

/** A part of the surface that one tile paints. */
export interface Piece {
  /** In whole device px. */
  readonly rect: Rect;
  /** The tile that is to be there. */
  readonly place: TilePlace;
  readonly id: string;
  /** That one, or a coarser one in its place; `undefined` where there is none. */
  readonly tile: Tile | undefined;
  readonly sampling: Sampling;
  /**
   * The first device px of all that the tile paints. What is counted from there is the same, to the last bit, whichever part
   * is painted.
   */
  readonly anchor: Point;
  /** Where the centre of that px is, in px of the tile, apron included. */
  readonly fromX: number;
  readonly fromY: number;
  /** Px of the tile from one device px to the next. */
  readonly stepX: number;
  readonly stepY: number;
}

/** Tiles of a level, first and beyond the last. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** A layer at its place. */
export interface LaidLayer {
  readonly layer: Layer;
  readonly at: Placement;
  readonly sampling: Sampling;
  /** The device px of the photo. */
  readonly photo: Rect;
}

export function layOut(layer: Layer, at: Placement): LaidLayer {
  return { layer, at, sampling: samplingOf(layer, at.scale), photo: photoArea(at, layer.source) };
}

/** A tile with the device px that it paints: all of them, and those in an area. */
export interface LaidTile {
  readonly place: TilePlace;
  readonly whole: Rect;
  readonly rect: Rect;
}

/** The tiles of a level that paint device px of an area. */
export function tilesIn(laid: LaidLayer, level: number, area: Rect): readonly LaidTile[] {
  const { layer, at, sampling, photo } = laid;
  const seen = overlap(area, photo);
  if (seen === undefined) return [];
  const counts = tileCounts(layer.picture, level);
  const tilePx = TILE_PX * 2 ** level;
  const column = border(at.x, tilePx / sampling.stepX, counts.width, photo.x, photo.x + photo.width);
  const row = border(at.y, tilePx / sampling.stepY, counts.height, photo.y, photo.y + photo.height);
  const across = span(seen.x - at.x, seen.width, sampling.stepX / tilePx, counts.width);
  const down = span(seen.y - at.y, seen.height, sampling.stepY / tilePx, counts.height);
  const found: LaidTile[] = [];
  for (let y = down.from; y < down.to; y++) {
    for (let x = across.from; x < across.to; x++) {
      const whole = rectBetween(column(x), row(y), column(x + 1), row(y + 1));
      const rect = overlap(seen, whole);
      if (rect !== undefined) found.push({ place: { picture: layer.picture, level, x, y }, whole, rect });
    }
  }
  return found;
}

/** How an area is painted from the tiles that there are. */
export function piecesOf(laid: LaidLayer, area: Rect, get: (id: string) => Tile | undefined): readonly Piece[] {
  return tilesIn(laid, laid.sampling.level, area).map(({ place, whole, rect }) => {
    const tile = bestTile(place, get);
    return { rect, place, id: tileId(place), ...inTile(laid, whole, tile, place.level) };
  });
}

/** A tile, or the finest of the coarser ones that are there. */
export function bestTile(place: TilePlace, get: (id: string) => Tile | undefined): Tile | undefined {
  const last = coarsest(place.picture).level;
  for (let level = place.level; level <= last; level++) {
    const found = get(tileId(ancestor(place, level)));
    if (found !== undefined) return found;
  }
  return undefined;
}

function inTile({ at, sampling }: LaidLayer, anchor: Point, tile: Tile | undefined, wanted: number) {
  const shrink = 2 ** (tile?.level ?? wanted);
  const [column, row] = [tile?.x ?? 0, tile?.y ?? 0];
  const { stepX, stepY } = sampling;
  return {
    tile,
    anchor,
    // A coarser one is smooth: its squares would look like the picture's own.
    sampling: tile === undefined || tile.level === wanted ? sampling : ({ ...sampling, kind: "smooth" } as const),
    fromX: ((anchor.x + 0.5 - at.x) * stepX) / shrink - column * TILE_PX + TILE_APRON_PX,
    fromY: ((anchor.y + 0.5 - at.y) * stepY) / shrink - row * TILE_PX + TILE_APRON_PX,
    stepX: stepX / shrink,
    stepY: stepY / shrink,
  };
}

/** Device px at which a tile begins; those at the edges of the photo begin and end with it. */
function border(origin: number, tileInDevicePx: number, count: number, first: number, end: number) {
  return (tile: number) => {
    if (tile <= 0) return first;
    return tile >= count ? end : firstPx(origin + tile * tileInDevicePx);
  };
}

/** The tiles along an axis that may be seen; one too many on a side does no harm. */
function span(from: number, length: number, tilesPerPx: number, count: number): Span {
  return {
    from: Math.max(0, Math.min(count - 1, Math.floor(from * tilesPerPx - 1e-3))),
    to: Math.max(1, Math.min(count, Math.ceil((from + length) * tilesPerPx + 1e-3))),
  };
}
