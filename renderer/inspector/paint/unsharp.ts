import { type Rect, union } from "../geometry.ts";
import type { Scene } from "../scene.ts";
import type { Tile, TilePlace } from "../tiles/tile-grid.ts";
import type { WantedTile } from "../tiles/wanted-tile.ts";
import { apart, covers } from "./areas.ts";
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
  private readonly areasByPane = new Map<string, Area>();

  /** Notes a piece that was painted. @param pane its number */
  note({ tile, place, id, rect }: Piece, pane: number): void {
    if (tile?.id === id && !tile.isPreview) return;
    const key = `${pane} ${id}`;
    const before = this.areasByPane.get(key);
    this.areasByPane.set(key, { rect: before === undefined ? rect : union(before.rect, rect), place, id, drawn: tile });
  }

  /**
   * What is to be painted: what has changed in the scene, and what can be painted better by now. No px is in two of them.
   * @param dirty all where it is left out
   * @param wanted the tiles of the scene
   */
  areas(
    { size }: Scene,
    dirty: readonly Rect[] | undefined,
    wanted: readonly WantedTile[],
    get: (id: string) => Tile | undefined,
  ): readonly Rect[] {
    const found = dirty === undefined ? [{ x: 0, y: 0, ...size }] : [...dirty, ...this.better(wanted, get)];
    const areas = apart(found, size);
    for (const [key, { rect }] of this.areasByPane) {
      if (areas.some((area) => covers(area, rect))) this.areasByPane.delete(key);
    }
    return areas;
  }

  get isEmpty(): boolean {
    return this.areasByPane.size === 0;
  }

  private better(wanted: readonly WantedTile[], get: (id: string) => Tile | undefined): readonly Rect[] {
    const inSight = new Set(wanted.filter(({ isInSight }) => isInSight).map(({ id }) => id));
    const found: Rect[] = [];
    for (const [key, { rect, place, id, drawn }] of this.areasByPane) {
      if (!inSight.has(id)) this.areasByPane.delete(key);
      else if (bestTile(place, get) !== drawn) found.push(rect);
    }
    return found;
  }
}
