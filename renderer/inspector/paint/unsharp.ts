import { type Rect, union } from "../geometry.ts";
import type { Tile, TilePlace } from "../tiles/tile-grid.ts";
import type { WantedTile } from "../tiles/wanted-tile.ts";
import { covers } from "./areas.ts";
import { bestTile, type Piece } from "./pieces.ts";

interface Area {
  readonly rect: Rect;
  readonly place: TilePlace;
  readonly id: string;
  /** What stands there. */
  readonly drawn: Tile | undefined;
}

/** What was painted from other tiles than it should have been, so that just that is painted again when they come. */
export class Unsharp {
  private areas = new Map<string, Area>();

  /** Notes a piece that was painted. @param pane its number */
  note({ tile, place, id, rect }: Piece, pane: number): void {
    if (tile?.id === id && !tile.isPreview) return;
    const key = `${pane} ${id}`;
    const before = this.areas.get(key);
    this.areas.set(key, { rect: before === undefined ? rect : union(before.rect, rect), place, id, drawn: tile });
  }

  /** What can be painted better by now. @param wanted areas of what is not among it are forgotten */
  better(wanted: readonly WantedTile[], get: (id: string) => Tile | undefined): readonly Rect[] {
    const inSight = new Set(wanted.filter(({ isInSight }) => isInSight).map(({ id }) => id));
    const found: Rect[] = [];
    for (const [key, { rect, place, id, drawn }] of this.areas) {
      if (!inSight.has(id)) this.areas.delete(key);
      else if (bestTile(place, get) !== drawn) found.push(rect);
    }
    return found;
  }

  /** Forgets what is painted anew. */
  forget(dirty: readonly Rect[]): void {
    for (const [key, { rect }] of this.areas) if (dirty.some((area) => covers(area, rect))) this.areas.delete(key);
  }

  get isEmpty(): boolean {
    return this.areas.size === 0;
  }
}
