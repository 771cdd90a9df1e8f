import { clamp, type Rect, roundUp, type Size } from "./geometry.ts";

/** One tile: the window that the model reads and the core of it that is kept, both in source pixels of the photo. */
export interface Tile {
  readonly index: number;
  readonly window: Rect;
  readonly core: Rect;
}

/** What windows a model takes. Most take any. */
export interface WindowRule {
  /** Sides are multiples of this. */
  readonly multiplePx: number;
  /** No side is shorter. */
  readonly leastPx: number;
  /** The only size there is, where a model has one. */
  readonly fixed?: Size | undefined;
}

export const ANY_WINDOW: WindowRule = { multiplePx: 1, leastPx: 1 };

/** A window of about `px` a side that the rule allows. */
export function windowNear(px: number, rule: WindowRule): Size {
  const side = roundUp(Math.max(px, rule.leastPx), rule.multiplePx);
  return rule.fixed ?? { width: side, height: side };
}

/** How a photo is cut. Every window of one grid has the same size, so one compiled plan serves them all. */
export interface TileGrid {
  readonly source: Size;
  /** The photo, made larger on the right and below where windows by the model's rule would not fit it. */
  readonly frame: Size;
  readonly rule: WindowRule;
  /** Size of a full core in source px; cores in the last column and row may be smaller. */
  readonly core: Size;
  readonly window: Size;
  readonly padPx: number;
  readonly across: number;
  readonly down: number;
}

/** TIFF wants tile sides in multiples of 16 (TIFF 6.0, section 15), and a core × scale is one TIFF tile. */
const TIFF_TILE_STEP = 16;

/**
 * Plans the tiles of a photo.
 *
 * The core is made as even as the photo allows: with at most `maxCorePx` a side, the fewest tiles are taken and
 * their cores shrunk until the last column is nearly as wide as the others, so little is inferred twice.
 *
 * @param source the photo's size in px
 * @param maxCorePx longest side of a core, in source px
 * @param padPx context on every side of a core, in source px: the model's receptive half-width
 * @param scale the model's own scale, a whole number
 * @param rule what windows the model takes; where its only size leaves too little room for the pad, the pad gives way
 */
export function planTiles(
  source: Size,
  maxCorePx: number,
  padPx: number,
  scale: number,
  rule: WindowRule = ANY_WINDOW,
): TileGrid {
  const tiffStep = TIFF_TILE_STEP / greatestCommonDivisor(TIFF_TILE_STEP, scale);
  // Cores begin at multiples of the rule's step, so that every window does.
  const step = (tiffStep * rule.multiplePx) / greatestCommonDivisor(tiffStep, rule.multiplePx);
  const most = (fixed: number | undefined) =>
    fixed === undefined ? maxCorePx : Math.min(maxCorePx, Math.max(step, fixed - 2 * padPx));
  const core = {
    width: coreSide(source.width, most(rule.fixed?.width), step),
    height: coreSide(source.height, most(rule.fixed?.height), step),
  };
  return gridOf(source, core, padPx, rule);
}

/** The grid with a core of exactly this size: what a canvas that was begun earlier goes on with. */
export function gridOf(source: Size, core: Size, padPx: number, rule: WindowRule = ANY_WINDOW): TileGrid {
  const { fixed, multiplePx, leastPx } = rule;
  const frame = {
    width: Math.max(fixed?.width ?? 1, roundUp(Math.max(source.width, leastPx), multiplePx)),
    height: Math.max(fixed?.height ?? 1, roundUp(Math.max(source.height, leastPx), multiplePx)),
  };
  const wanted = roundUp(padPx, multiplePx);
  const room = fixed === undefined ? wanted : Math.min(fixed.width - core.width, fixed.height - core.height) / 2;
  const pad = Math.max(0, Math.min(wanted, Math.floor(room)));
  const side = (corePx: number, framePx: number) =>
    Math.min(framePx, Math.max(roundUp(corePx + 2 * pad, multiplePx), roundUp(leastPx, multiplePx)));
  return {
    source,
    frame,
    rule,
    core,
    padPx: pad,
    window: fixed ?? { width: side(core.width, frame.width), height: side(core.height, frame.height) },
    across: Math.ceil(source.width / core.width),
    down: Math.ceil(source.height / core.height),
  };
}

/** Number of tiles in the grid. */
export function tileCount(grid: TileGrid): number {
  return grid.across * grid.down;
}

/**
 * Tile number `index`, counted row by row. A window that would leave the photo is shifted inward, not padded: a
 * border then sees the model's own zero padding exactly where an untiled run would.
 */
export function tileAt(grid: TileGrid, index: number): Tile {
  const x = (index % grid.across) * grid.core.width;
  const y = Math.floor(index / grid.across) * grid.core.height;
  const core = {
    x,
    y,
    width: Math.min(grid.core.width, grid.source.width - x),
    height: Math.min(grid.core.height, grid.source.height - y),
  };
  return { index, window: windowOf(grid, x, y), core };
}

/** All tiles, row by row. */
export function* tilesOf(grid: TileGrid): Generator<Tile> {
  for (let index = 0; index < tileCount(grid); index++) yield tileAt(grid, index);
}

/** The tiles whose cores touch a rectangle that lies within the photo, row by row. */
export function* tilesTouching(grid: TileGrid, rect: Rect): Generator<Tile> {
  const lastColumn = Math.floor((rect.x + rect.width - 1) / grid.core.width);
  const lastRow = Math.floor((rect.y + rect.height - 1) / grid.core.height);
  for (let row = Math.floor(rect.y / grid.core.height); row <= lastRow; row++) {
    for (let column = Math.floor(rect.x / grid.core.width); column <= lastColumn; column++) {
      yield tileAt(grid, row * grid.across + column);
    }
  }
}

/**
 * A tile cut into parts whose cores are at most `maxCorePx` a side: the same pixels from smaller windows, for a
 * device that has too little memory for the tile as it is. One part, the tile itself, where it is small enough.
 */
export function partsOf(grid: TileGrid, tile: Tile, maxCorePx: number): readonly Tile[] {
  const columns = Math.ceil(grid.core.width / maxCorePx);
  const rows = Math.ceil(grid.core.height / maxCorePx);
  const { fixed, multiplePx } = grid.rule;
  if ((columns === 1 && rows === 1) || fixed !== undefined) return [tile];
  const core = {
    width: roundUp(Math.ceil(grid.core.width / columns), multiplePx),
    height: roundUp(Math.ceil(grid.core.height / rows), multiplePx),
  };
  const within = gridOf(grid.source, core, grid.padPx, grid.rule);
  const parts: Tile[] = [];
  for (let y = tile.core.y; y < tile.core.y + tile.core.height; y += core.height) {
    for (let x = tile.core.x; x < tile.core.x + tile.core.width; x += core.width) {
      const part = {
        x,
        y,
        width: Math.min(core.width, tile.core.x + tile.core.width - x),
        height: Math.min(core.height, tile.core.y + tile.core.height - y),
      };
      parts.push({ index: tile.index, core: part, window: windowOf(within, x, y) });
    }
  }
  return parts;
}

function windowOf(grid: TileGrid, x: number, y: number): Rect {
  return {
    x: clamp(x - grid.padPx, 0, grid.frame.width - grid.window.width),
    y: clamp(y - grid.padPx, 0, grid.frame.height - grid.window.height),
    ...grid.window,
  };
}

function coreSide(sidePx: number, maxCorePx: number, step: number): number {
  const most = Math.max(step, Math.floor(maxCorePx / step) * step);
  const tiles = Math.ceil(sidePx / most);
  return roundUp(Math.ceil(sidePx / tiles), step);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
