import { clamp, overlap, type Rect } from "../../geometry.ts";
import type { Content, Layer, Pane } from "../../scene.ts";
import type { Tile } from "../../tiles/tile-grid.ts";
import { type Placement, placement } from "../../view.ts";
import { coverage, deviceArea, photoArea } from "../areas.ts";
import { differenceLevel } from "../difference.ts";
import { patchPlace } from "../patch-places.ts";
import { layOut, type Piece, piecesOf } from "../pieces.ts";
import { BORDER_PX } from "../sampling.ts";
import { GRID_FROM_SCALE, gridAlpha, TRUST_COLOUR, trustAlpha } from "../trust-colour.ts";
import { layersOf } from "../wanted.ts";
import { type Block, blend, blockOf, indexIn } from "./block.ts";
import { paintSamples } from "./resample.ts";

/** What a pane is painted with. */
export interface SoftSource {
  readonly get: (id: string) => Tile | undefined;
  readonly note: (piece: Piece) => void;
  readonly background: readonly [number, number, number];
}

/** Paints a part of a pane on a surface. @param area within both */
export function paintPane(surface: Block, pane: Pane, area: Rect, source: SoftSource): void {
  const at = placement(pane.view, pane.rect);
  const { content } = pane;
  if (content.kind === "trust") paintTrust(surface, pane, content, at, area);
  else {
    const block =
      content.kind === "layer"
        ? layerBlock(content.layer, at, area, source)
        : differenceBlock(content, at, area, source);
    compose(surface, block, pane, source.background);
  }
  if (pane.hasGrid === true && at.scale >= GRID_FROM_SCALE) paintGrid(surface, pane, at, area);
}

/** A layer; transparent where there is no photo, or nothing of it yet. */
function layerBlock(layer: Layer, at: Placement, area: Rect, { get, note }: SoftSource): Block {
  const block = blockOf(area);
  const laid = layOut(layer, at);
  for (const piece of piecesOf(laid, area, get)) {
    note(piece);
    if (piece.tile !== undefined) paintSamples(block, { ...piece.tile, channels: 3 }, piece);
  }
  const within = overlap(area, laid.photo);
  if (within === undefined) return block;
  for (const patch of layer.patches) {
    const place = patchPlace(patch, at, within);
    if (place !== undefined)
      paintSamples(block, { ...patch, channels: 4 }, { ...place, sampling: { kind: place.kind } });
  }
  return block;
}

function differenceBlock(
  { before, after, gain, signed }: Extract<Content, { kind: "difference" }>,
  at: Placement,
  area: Rect,
  source: SoftSource,
): Block {
  const [a, b] = [layerBlock(before, at, area, source), layerBlock(after, at, area, source)];
  for (let i = 0; i < b.samples.length; i += 4) {
    if ((a.samples[i + 3] as number) * (b.samples[i + 3] as number) === 0) {
      b.samples.fill(0, i, i + 4);
      continue;
    }
    for (let channel = i; channel < i + 3; channel++) {
      const [from, to] = [a.samples[channel] as number, b.samples[channel] as number];
      b.samples[channel] = differenceLevel(from, to, gain, signed);
    }
  }
  return b;
}

/** Puts a block on the surface, the background where it is transparent, as far as the pane reaches. */
function compose(surface: Block, block: Block, pane: Pane, [red, green, blue]: SoftSource["background"]): void {
  eachPx(pane, block.rect, (x, y, inside) => {
    const from = indexIn(block, x, y);
    const { samples } = block;
    const rest = 1 - (samples[from + 3] as number) / 255;
    blend(
      surface.samples,
      indexIn(surface, x, y),
      ((samples[from] as number) + red * rest) * inside,
      ((samples[from + 1] as number) + green * rest) * inside,
      ((samples[from + 2] as number) + blue * rest) * inside,
      inside,
    );
  });
}

function paintTrust(
  surface: Block,
  pane: Pane,
  { map, threshold }: Extract<Content, { kind: "trust" }>,
  at: Placement,
  area: Rect,
): void {
  const rect = overlap(area, deviceArea(at, map.area));
  if (rect === undefined) return;
  const cell = (place: number, origin: number, from: number, count: number) =>
    clamp(Math.floor(((place + 0.5 - origin) / at.scale - from + BORDER_PX) / map.cellPx), 0, count - 1);
  const [red, green, blue] = TRUST_COLOUR;
  eachPx(pane, rect, (x, y, inside) => {
    const row = cell(y, at.y, map.area.y, map.down);
    const value = map.cells[row * map.across + cell(x, at.x, map.area.x, map.across)] ?? 0;
    const alpha = trustAlpha(value, threshold) * inside;
    if (alpha > 0) blend(surface.samples, indexIn(surface, x, y), red * alpha, green * alpha, blue * alpha, alpha);
  });
}

/** The first device px of every px of the source, black and white by turns. */
function paintGrid(surface: Block, pane: Pane, at: Placement, area: Rect): void {
  const layer = layersOf(pane)[0];
  const rect = layer && overlap(area, photoArea(at, layer.source));
  if (rect === undefined) return;
  const px = (place: number, origin: number) => Math.floor((place + 0.5 - origin) / at.scale + BORDER_PX);
  const isNew = (place: number, origin: number) => px(place, origin) !== px(place - 1, origin);
  eachPx(pane, rect, (x, y, inside) => {
    if (!isNew(x, at.x) && !isNew(y, at.y)) return;
    const alpha = gridAlpha(at.scale) * inside;
    const light = ((x + y) & 1) * 255 * alpha;
    blend(surface.samples, indexIn(surface, x, y), light, light, light, alpha);
  });
}

/** Each px of a rectangle that a pane paints, with how much of it. */
function eachPx(pane: Pane, rect: Rect, paint: (x: number, y: number, inside: number) => void): void {
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    for (let x = rect.x; x < rect.x + rect.width; x++) {
      const inside = coverage(pane, x, y);
      if (inside > 0) paint(x, y, inside);
    }
  }
}
