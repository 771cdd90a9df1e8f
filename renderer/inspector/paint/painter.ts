import type { Rect } from "../geometry.ts";
import type { Painter, Scene } from "../scene.ts";
import type { TileStore } from "../tiles/tile-store.ts";
import { GlPainter } from "./gl/gl-painter.ts";
import { canvasBeside, type OwnCanvas } from "./own-canvas.ts";
import { SoftPainter } from "./soft/soft-painter.ts";

/** What a painter paints with. */
export type PainterKind = "webgl2" | "canvas2d";

export interface PainterOptions {
  /** What is tried first. */
  readonly kind?: PainterKind;
  /** Ms until the graphics card is given up when its context was lost and does not come back. */
  readonly lostMs?: number;
}

const LOST_MS = 2000;

/**
 * Makes what paints on a canvas: by WebGL2, and without it where that is not there or was lost for good. Then it shows a
 * canvas of its own in the place of this one, as a canvas never changes its kind of context.
 * When tiles have come, or the context back, the tile store calls `onTiles`: `paint(scene, [])` paints just that.
 */
export function createPainter(canvas: HTMLCanvasElement, tiles: TileStore, options: PainterOptions = {}): Painter {
  return new SurePainter(canvas, tiles, options);
}

class SurePainter implements Painter {
  private painter: Painter | undefined;
  private own: OwnCanvas | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly gl: WebGL2RenderingContext | undefined;
  private readonly listening = new AbortController();

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly tiles: TileStore,
    { kind = "webgl2", lostMs = LOST_MS }: PainterOptions,
  ) {
    this.gl = kind === "webgl2" ? contextOf(canvas) : undefined;
    if (this.gl === undefined || !this.beginGl(this.gl)) this.beginSoft();
    const { signal } = this.listening;
    canvas.addEventListener("webglcontextlost", (event) => this.lose(event, lostMs), { signal });
    canvas.addEventListener("webglcontextrestored", () => this.restore(), { signal });
  }

  paint(scene: Scene, dirty?: readonly Rect[]): boolean {
    if (this.own !== undefined) return this.painter?.paint(scene, dirty) ?? false;
    try {
      return this.painter?.paint(scene, dirty) ?? false;
    } catch (error) {
      // A driver that refuses a shader, say: what can be done without it is done.
      console.warn("The graphics card cannot be used", error);
      this.painter?.close();
      this.beginSoft();
      return this.painter?.paint(scene) ?? false;
    }
  }

  close(): void {
    this.listening.abort();
    clearTimeout(this.timer);
    this.painter?.close();
    this.painter = undefined;
    this.own?.remove();
  }

  private lose(event: Event, lostMs: number): void {
    // Else it is never given back.
    event.preventDefault();
    if (this.own !== undefined) return;
    this.painter?.close();
    this.painter = undefined;
    this.timer = setTimeout(() => this.beginSoft(), lostMs);
  }

  private restore(): void {
    clearTimeout(this.timer);
    if (this.own !== undefined || this.gl === undefined) return;
    if (this.beginGl(this.gl)) this.tiles.notify();
    else this.beginSoft();
  }

  /** @returns whether the graphics card can do all that is needed */
  private beginGl(gl: WebGL2RenderingContext): boolean {
    // Without it, weights cannot be applied in two steps.
    if (gl.getExtension("EXT_color_buffer_float") === null) return false;
    this.painter = new GlPainter(gl, this.tiles);
    return true;
  }

  private beginSoft(): void {
    const own = canvasBeside(this.canvas);
    this.own = own;
    this.painter = new SoftPainter(this.tiles, ({ samples, rect }, area) => own.put(samples, rect, area));
    this.tiles.notify();
  }
}

function contextOf(canvas: HTMLCanvasElement): WebGL2RenderingContext | undefined {
  const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, depth: false, preserveDrawingBuffer: true });
  return gl ?? undefined;
}
