import type { Painter } from "../scene.ts";
import type { TileStore } from "../tiles/tile-store.ts";
import { GlPainter } from "./gl/gl-painter.ts";

/** What a painter paints with. */
export type PainterKind = "webgl2" | "canvas2d";

/** Makes what paints on a canvas. */
export function createPainter(
  canvas: HTMLCanvasElement,
  tiles: TileStore,
  { kind = "webgl2" as PainterKind } = {},
): Painter {
  const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, depth: false, preserveDrawingBuffer: true });
  if (gl === null) throw new Error(`Expected WebGL2 for ${kind}, but it is not there`);
  gl.getExtension("EXT_color_buffer_float");
  return new GlPainter(gl, tiles);
}
