import type { Rect } from "../../geometry.ts";
import type { Painter, Scene } from "../../scene.ts";
import type { TileStore } from "../../tiles/tile-store.ts";
import { seenParts } from "../areas.ts";
import type { Piece } from "../pieces.ts";
import { Unsharp } from "../unsharp.ts";
import { wantedTiles } from "../wanted.ts";
import { type Block, blockOf } from "./block.ts";
import { paintPane } from "./soft-panes.ts";

/**
 * Paints px by px without a graphics card, all that the other painter does and by the same arithmetic; slower, so that zooming
 * is not smooth on a large screen, but looking is.
 */
export class SoftPainter implements Painter {
  private readonly unsharp = new Unsharp();
  private surface: Block | undefined;

  /** @param put shows a part of the surface, which is RGBA */
  constructor(
    private readonly tiles: TileStore,
    private readonly put: (surface: Block, area: Rect) => void,
  ) {}

  paint(scene: Scene, dirty?: readonly Rect[]): boolean {
    const { width, height } = scene.size;
    let { surface } = this;
    const isSame = surface?.rect.width === width && surface.rect.height === height;
    if (surface === undefined || !isSame) surface = blockOf({ x: 0, y: 0, width, height });
    this.surface = surface;
    const wanted = wantedTiles(scene);
    this.tiles.want(wanted, this);
    const areas = this.unsharp.areas(scene, isSame ? dirty : undefined, wanted, (id) => this.tiles.get(id));
    for (const area of areas) {
      this.paintArea(surface, scene, area);
      this.put(surface, area);
    }
    return this.unsharp.isEmpty;
  }

  close(): void {
    this.tiles.want([], this);
    this.surface = undefined;
  }

  private paintArea(surface: Block, scene: Scene, area: Rect): void {
    clear(surface, area, scene.background);
    for (const [number, parts] of seenParts(scene.panes, area).entries()) {
      const pane = scene.panes[number];
      if (pane === undefined) continue;
      const source = {
        get: (id: string) => this.tiles.get(id),
        note: (piece: Piece) => this.unsharp.note(piece, number),
        background: scene.background,
      };
      for (const part of parts) paintPane(surface, pane, part, source);
    }
  }
}

function clear({ rect, samples }: Block, area: Rect, colour: readonly [number, number, number]): void {
  const row = new Uint8ClampedArray(area.width * 4);
  for (let i = 0; i < row.length; i += 4) row.set([...colour, 255], i);
  for (let y = area.y; y < area.y + area.height; y++) samples.set(row, (y * rect.width + area.x) * 4);
}
