import type { ModelFacts, StopSignal } from "../core/enhance.ts";
import { extendEdges, insidePart } from "../core/frame.ts";
import type { Rect } from "../core/geometry.ts";
import {
  allocateSamples,
  type BitDepth,
  type ColourChannels,
  fromPlanar,
  rangeOf,
  type TileStatistics,
  toPlanar,
} from "../core/pixels.ts";
import type { Samples } from "../core/resample.ts";
import { checkTile, RESULT_FLAGS, type ResultFlag } from "../core/self-check.ts";
import { partsOf, type Tile, tileCount, tilesOf } from "../core/tiles.ts";
import { failPoint, noteTile } from "../system/fail-point.ts";
import { nextTurn } from "../system/next-turn.ts";
import type { Canvas } from "./canvas.ts";
import { type Release, stopped } from "./lanes.ts";
import type { Session } from "./session.ts";

/** Where a pass reads its windows from. */
export interface WindowSource {
  readRect(rect: Rect): Samples;
}

/** What is told while tiles are made, whose turn it is, and how to be stopped. */
export interface InferControl {
  readonly signal: StopSignal | undefined;
  readonly onTile: (done: number, ms: number) => void;
  /** Waits until the next window may be inferred; others may do theirs before. */
  readonly takeTurn?: (() => Promise<Release>) | undefined;
  /** The tiles that are wanted; all of them where it is not said. */
  readonly tiles?: Iterable<Tile> | undefined;
}

/** The tile is done and nothing was noticed; higher marks are flags, see `markOf`. */
const MARK_DONE = 1;

/**
 * Infers the tiles of a canvas that are not done yet. Lets other work of the process run between windows; a tile that
 * somebody else has done meanwhile is not done again.
 * @param maxCorePx tiles with a larger core are inferred in parts
 * @returns how many tiles were inferred, and the milliseconds inside the model
 * @throws SilvergrainError CANCELLED between two windows; OUT_OF_MEMORY; whatever writing threw
 */
export async function inferTiles(
  source: WindowSource,
  channels: ColourChannels,
  bits: BitDepth,
  canvas: Canvas,
  session: Session,
  model: ModelFacts,
  maxCorePx: number,
  control: InferControl,
): Promise<{ readonly inferred: number; readonly inferenceMs: number }> {
  const { grid } = canvas;
  const stored = allocateSamples(canvas.tile.width * canvas.tile.height * channels, bits);
  let planar = new Float32Array(0);
  let inferred = 0;
  let inferenceMs = 0;

  const inferPart = async (part: Tile, tile: Tile) => {
    const samples = 3 * part.window.width * part.window.height;
    if (planar.length !== samples) planar = new Float32Array(samples);
    const inside = insidePart(part.window, grid.source);
    const window = extendEdges(source.readRect(inside), inside, part.window, channels);
    toPlanar(window, channels, bits, model.range, planar);
    const start = performance.now();
    const output = await session.run(planar, part.window);
    const ms = performance.now() - start;
    const size = { width: part.window.width * model.scale, height: part.window.height * model.scale };
    const crop = cropOf(part, model.scale);
    const at = placeOf(part, tile, canvas, model.scale) * channels;
    const seen = fromPlanar(output, size, crop, channels, bits, model.range, stored.subarray(at), canvas.tile.width);
    return { seen, ms };
  };

  /** @returns the milliseconds inside the model; `undefined` where somebody else was quicker */
  const inferTile = async (tile: Tile): Promise<number | undefined> => {
    let statistics = NOTHING_SEEN;
    let ms = 0;
    const parts = partsOf(grid, tile, maxCorePx);
    for (const part of parts) {
      await nextTurn();
      const endTurn = await control.takeTurn?.();
      try {
        if (control.signal?.aborted === true) throw stopped();
        if (canvas.isDone(tile.index)) return undefined;
        if (part === parts[0]) noteTile(`${canvas.stem} ${grid.core.width} ${tile.index}`);
        const done = await inferPart(part, tile);
        statistics = together(statistics, done.seen);
        ms += done.ms;
        if (part !== parts.at(-1)) continue;
        // Within the turn, so that whoever has the next one sees that the tile is done.
        const flags = checkTile(rangeOf(source.readRect(tile.core), bits), statistics);
        canvas.writeTile(tile.index, stored, markOf(flags));
      } finally {
        endTurn?.();
      }
    }
    return ms;
  };

  for (const tile of control.tiles ?? tilesOf(grid)) {
    if (canvas.isDone(tile.index)) continue;
    const ms = await inferTile(tile);
    if (ms === undefined) continue;
    inferred++;
    inferenceMs += ms;
    control.onTile(canvas.doneCount, ms);
    if (tile.index === Math.floor(tileCount(grid) / 2)) failPoint("mid-tiles");
  }
  return { inferred, inferenceMs };
}

/** The flags that the tiles of a canvas were marked with, in this run or an earlier one. */
export function flagsOf(canvas: Canvas): readonly ResultFlag[] {
  return RESULT_FLAGS.filter((_, i) => canvas.marks.includes(MARK_DONE + 1 + i));
}

function markOf(flags: readonly ResultFlag[]): number {
  const [flag] = flags;
  return flag === undefined ? MARK_DONE : MARK_DONE + 1 + RESULT_FLAGS.indexOf(flag);
}

const NOTHING_SEEN: TileStatistics = { nonFinite: 0, low: 1, high: 0 };

function together(a: TileStatistics, b: TileStatistics): TileStatistics {
  return { nonFinite: a.nonFinite + b.nonFinite, low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}

/** Where a part begins in its tile, in px of the result counted row by row. */
function placeOf(part: Tile, tile: Tile, canvas: Canvas, scale: number): number {
  return (part.core.y - tile.core.y) * scale * canvas.tile.width + (part.core.x - tile.core.x) * scale;
}

/** The core within its window, in px of the result. */
function cropOf(tile: Tile, scale: number): Rect {
  return {
    x: (tile.core.x - tile.window.x) * scale,
    y: (tile.core.y - tile.window.y) * scale,
    width: tile.core.width * scale,
    height: tile.core.height * scale,
  };
}
