import type { Rect } from "../../geometry.ts";
import type { Painter, Scene } from "../../scene.ts";
import type { TileStore } from "../../tiles/tile-store.ts";
import { seenParts } from "../areas.ts";
import { patchesOf } from "../patch-places.ts";
import { Unsharp } from "../unsharp.ts";
import { wantedTiles } from "../wanted.ts";
import type { Paint } from "./brush.ts";
import { PaneBrush, unit } from "./pane-brush.ts";
import { canvasTarget } from "./target.ts";

/** Paints with WebGL2. Made anew when its context was lost. */
export class GlPainter implements Painter {
  private readonly panes: PaneBrush;
  private readonly unsharp = new Unsharp();
  private isNew = true;
  private again: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly gl: WebGL2RenderingContext,
    private readonly tiles: TileStore,
  ) {
    this.panes = new PaneBrush(gl, tiles);
  }

  paint(scene: Scene, dirty?: readonly Rect[]): boolean {
    const { canvas } = this.gl;
    const { width, height } = scene.size;
    const isWhole = this.isNew || dirty === undefined || canvas.width !== width || canvas.height !== height;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    this.isNew = false;

    const wanted = wantedTiles(scene);
    this.tiles.want(wanted, this);
    const { textures, patches } = this.panes.layers;
    textures.beginFrame();
    patches.keep(patchesOf(scene));
    for (const { id, isInSight } of wanted) if (isInSight) textures.ready(id);

    const areas = this.unsharp.areas(scene, isWhole ? undefined : dirty, wanted, (id) => textures.ready(id));
    for (const area of areas) this.paintArea(scene, area);
    if (textures.isShort) this.askAgain();
    return this.unsharp.isEmpty;
  }

  close(): void {
    clearTimeout(this.again);
    this.tiles.want([], this);
    this.panes.close();
  }

  private paintArea(scene: Scene, area: Rect): void {
    const { brush } = this.panes;
    const background: Paint = [...unit(scene.background), 1];
    brush.on(canvasTarget(scene.size));
    brush.clear({ ...area, y: scene.size.height - area.y - area.height }, background);
    for (const [number, parts] of seenParts(scene.panes, area).entries()) {
      const pane = scene.panes[number];
      if (pane === undefined) continue;
      for (const part of parts) this.panes.paint(pane, part, background, (piece) => this.unsharp.note(piece, number));
    }
  }

  /** What this frame had no time for comes with the next. */
  private askAgain(): void {
    clearTimeout(this.again);
    this.again = setTimeout(() => this.tiles.notify());
  }
}
