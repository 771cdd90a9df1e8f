import { TILE_PX } from "../../../preload/contract.ts";
import { centreOf, overlap, type Point, type Rect } from "../geometry.ts";
import type { Layer, Pane, Scene } from "../scene.ts";
import { ancestor, coarsest, type TilePlace, tileCounts, tileId } from "../tiles/tile-grid.ts";
import type { WantedTile } from "../tiles/wanted-tile.ts";
import { placement } from "../view.ts";
import { isOutside, paneArea } from "./areas.ts";
import { type LaidLayer, layOut, tilesIn } from "./pieces.ts";

/** What a pane's content is made of. */
export function layersOf({ content }: Pane): readonly Layer[] {
  if (content.kind === "layer") return [content.layer];
  return content.kind === "difference" ? [content.before, content.after] : [];
}

/**
 * The tiles of a scene, those first that are needed most: the one that stands in for all of a picture, of every picture; those
 * in sight, nearest to the middle of their pane or lens first; the one whose colours are read; coarser ones over the same part, which a zoom will
 * show; the ones around, which a pan will show.
 */
export function wantedTiles(scene: Scene): readonly WantedTile[] {
  const surface = { x: 0, y: 0, ...scene.size };
  const whole: TilePlace[] = [];
  const inSight: { readonly place: TilePlace; readonly distance: number }[] = [];
  const coarser: TilePlace[] = [];
  const beside: TilePlace[] = [];
  const read: TilePlace[] = [];
  for (const pane of scene.panes) {
    const area = paneArea(pane);
    const seen = area && overlap(area, surface);
    if (seen === undefined) continue;
    const middle = pane.circle?.centre ?? centreOf(seen);
    for (const layer of layersOf(pane)) {
      const laid = layOut(layer, placement(pane.view, pane.rect));
      whole.push(coarsest(layer.picture));
      if (pane.point !== undefined) read.push(...tileUnder(layer, pane.point));
      const found = tilesIn(laid, laid.sampling.level, seen);
      for (const { place, rect } of found) {
        if (!isOutside(rect, pane.halfPlane)) inSight.push({ place, distance: distanceTo(rect, middle) });
      }
      coarser.push(...coarserThan(found.map(({ place }) => place)));
      beside.push(...ringAround(laid, found));
    }
  }
  inSight.sort((a, b) => a.distance - b.distance);
  const wanted = new Map<string, WantedTile>();
  const add = (place: TilePlace, isInSight: boolean) => {
    const id = tileId(place);
    if (!wanted.has(id)) wanted.set(id, { ...place, id, isInSight });
  };
  for (const place of whole) add(place, true);
  for (const { place } of inSight) add(place, true);
  for (const place of read) add(place, false);
  for (const place of coarser) add(place, false);
  for (const place of beside) add(place, false);
  return [...wanted.values()];
}

/** The tile that has the exact colour at an image point; none beside the picture. */
function tileUnder({ picture, source }: Layer, point: Point): readonly TilePlace[] {
  const x = Math.floor((point.x * picture.width) / source.width);
  const y = Math.floor((point.y * picture.height) / source.height);
  if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) return [];
  return [{ picture, level: 0, x: Math.floor(x / TILE_PX), y: Math.floor(y / TILE_PX) }];
}

function coarserThan(places: readonly TilePlace[]): readonly TilePlace[] {
  return places.flatMap((place) => {
    const levels = coarsest(place.picture).level - place.level - 1;
    return Array.from({ length: Math.max(0, levels) }, (_, i) => ancestor(place, place.level + 1 + i));
  });
}

/** One tile further on every side. */
function ringAround({ layer }: LaidLayer, found: readonly { readonly place: TilePlace }[]): readonly TilePlace[] {
  const first = found[0]?.place;
  const last = found.at(-1)?.place;
  if (first === undefined || last === undefined) return [];
  const counts = tileCounts(layer.picture, first.level);
  const ring: TilePlace[] = [];
  for (let y = Math.max(0, first.y - 1); y <= Math.min(counts.height - 1, last.y + 1); y++) {
    for (let x = Math.max(0, first.x - 1); x <= Math.min(counts.width - 1, last.x + 1); x++) {
      if (x < first.x || x > last.x || y < first.y || y > last.y) ring.push({ ...first, x, y });
    }
  }
  return ring;
}

function distanceTo(rect: Rect, place: Point): number {
  const x = Math.max(rect.x - place.x, 0, place.x - rect.x - rect.width);
  const y = Math.max(rect.y - place.y, 0, place.y - rect.y - rect.height);
  return Math.hypot(x, y);
}
