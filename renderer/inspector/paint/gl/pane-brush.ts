import type { TrustMap } from "../../../../preload/contract.ts";
import { overlap, type Rect } from "../../geometry.ts";
import type { Content, Pane } from "../../scene.ts";
import type { TileStore } from "../../tiles/tile-store.ts";
import { type Placement, placement } from "../../view.ts";
import { around, deviceArea, photoArea } from "../areas.ts";
import { layOut, type Piece } from "../pieces.ts";
import { BORDER_PX } from "../sampling.ts";
import { GRID_FROM_SCALE, gridAlpha, TRUST_ALPHAS, TRUST_COLOUR } from "../trust-colour.ts";
import { layersOf } from "../wanted.ts";
import { Brush, type Paint } from "./brush.ts";
import { LayerBrush } from "./layer-brush.ts";
import type { Clip } from "./programs.ts";
import { Offscreen } from "./target.ts";
import { setFilter } from "./tile-textures.ts";

/** Paints what panes show. */
export class PaneBrush {
  readonly brush: Brush;
  readonly layers: LayerBrush;
  private readonly sides: readonly [Offscreen, Offscreen];
  private cells: { readonly map: TrustMap; readonly texture: WebGLTexture } | undefined;

  constructor(gl: WebGL2RenderingContext, tiles: TileStore) {
    this.brush = new Brush(gl);
    this.layers = new LayerBrush(this.brush, tiles);
    this.sides = [new Offscreen(gl, gl.RGBA8), new Offscreen(gl, gl.RGBA8)];
  }

  /** @param area the part of the pane that is painted, in whole device px */
  paint(pane: Pane, area: Rect, background: Paint, note: (piece: Piece) => void): void {
    const at = placement(pane.view, pane.rect);
    const clip = clipOf(pane);
    const { content } = pane;
    if (content.kind === "layer") this.layers.paint(layOut(content.layer, at), area, clip, background, note);
    if (content.kind === "difference") this.paintDifference(content, at, area, clip, background, note);
    if (content.kind === "trust") this.paintTrust(content, at, area, clip);
    if (pane.hasGrid === true && at.scale >= GRID_FROM_SCALE) this.paintGrid(pane, at, area, clip);
  }

  close(): void {
    this.layers.close();
    for (const side of this.sides) side.close();
    if (this.cells !== undefined) this.brush.gl.deleteTexture(this.cells.texture);
    this.brush.close();
  }

  private paintDifference(
    { before, after, gain, signed }: Extract<Content, { kind: "difference" }>,
    at: Placement,
    area: Rect,
    clip: Clip | undefined,
    background: Paint,
    note: (piece: Piece) => void,
  ): void {
    const { brush, sides } = this;
    const { gl } = brush;
    const photo = overlap(area, photoArea(at, before.source));
    for (const rect of around(area, photo ?? { ...area, width: 0 })) brush.fill(rect, background, clip);
    if (photo === undefined) return;
    for (const [i, layer] of [before, after].entries()) {
      const surface = brush.on((i === 0 ? sides[0] : sides[1]).target(photo));
      brush.clear({ ...photo, x: 0, y: 0 }, [0, 0, 0, 0]);
      this.layers.paint(layOut(layer, at), photo, undefined, [0, 0, 0, 0], note);
      if (surface !== undefined) brush.on(surface);
    }
    const program = brush.use("difference", clip);
    brush.bind(program, "before", 0, sides[0].texture);
    brush.bind(program, "after", 1, sides[1].texture);
    gl.uniform1f(program.at("gain"), gain);
    gl.uniform1i(program.at("isSigned"), signed ? 1 : 0);
    gl.uniform3f(program.at("nothing"), background[0], background[1], background[2]);
    brush.paint(program, photo, clip?.circle !== undefined);
  }

  private paintTrust(
    { map, threshold }: Extract<Content, { kind: "trust" }>,
    at: Placement,
    area: Rect,
    clip: Clip | undefined,
  ): void {
    const whole = deviceArea(at, map.area);
    const rect = overlap(area, whole);
    if (rect === undefined) return;
    const { brush } = this;
    const { gl } = brush;
    const by = 1 / (at.scale * map.cellPx);
    const program = brush.use("trust", clip);
    brush.bind(program, "tile", 0, this.cellsOf(map));
    brush.sample(program, {
      anchor: whole,
      fromX: (whole.x + 0.5 - at.x - map.area.x * at.scale) * by,
      fromY: (whole.y + 0.5 - at.y - map.area.y * at.scale) * by,
      stepX: by,
      stepY: by,
    });
    gl.uniform1f(program.at("border"), BORDER_PX / map.cellPx);
    gl.uniform1f(program.at("threshold"), threshold);
    gl.uniform3fv(program.at("warm"), unit(TRUST_COLOUR));
    gl.uniform2fv(program.at("alphas"), TRUST_ALPHAS);
    brush.paint(program, rect, true);
  }

  private paintGrid(pane: Pane, at: Placement, area: Rect, clip: Clip | undefined): void {
    const layer = layersOf(pane)[0];
    const rect = layer && overlap(area, photoArea(at, layer.source));
    if (rect === undefined) return;
    const { gl } = this.brush;
    const program = this.brush.use("grid", clip);
    // Whole px more or less are the same to it, and small numbers are exact.
    const from = (origin: number, first: number) => (((first + 0.5 - origin) / at.scale) % 1) + 1;
    this.brush.sample(program, {
      anchor: pane.rect,
      fromX: from(at.x, pane.rect.x),
      fromY: from(at.y, pane.rect.y),
      stepX: 1 / at.scale,
      stepY: 1 / at.scale,
    });
    gl.uniform1f(program.at("border"), BORDER_PX);
    gl.uniform1f(program.at("alpha"), gridAlpha(at.scale));
    this.brush.paint(program, rect, true);
  }

  private cellsOf(map: TrustMap): WebGLTexture {
    if (this.cells?.map === map) return this.cells.texture;
    const { gl } = this.brush;
    if (this.cells !== undefined) gl.deleteTexture(this.cells.texture);
    const texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    const cells = Float32Array.from(map.cells);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, map.across, map.down, 0, gl.RED, gl.FLOAT, cells);
    setFilter(gl, gl.NEAREST);
    this.cells = { map, texture };
    return texture;
  }
}

/** A half plane along an axis is in the area already. */
function clipOf({ halfPlane, circle }: Pane): Clip | undefined {
  const isLeaning = halfPlane !== undefined && halfPlane.x !== 0 && halfPlane.y !== 0;
  if (!isLeaning && circle === undefined) return undefined;
  return { ...(isLeaning && { halfPlane }), ...(circle !== undefined && { circle }) };
}

/** Levels of 255 from 0 to 1. */
export function unit([red, green, blue]: readonly [number, number, number]): readonly [number, number, number] {
  return [red / 255, green / 255, blue / 255];
}
