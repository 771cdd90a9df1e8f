import type { Rect, Size } from "./geometry.ts";
import { axisTaps, LANCZOS3 } from "./resample.ts";
import type { TileGrid } from "./tiles.ts";

/** One direction of a patch: which px of the result it has, and which of the model's tiles they come from. */
interface AxisPlan {
  /** In px of the result; begins at a whole px of the patch. */
  readonly start: number;
  readonly end: number;
  /** The tiles, by column or row. */
  readonly firstTile: number;
  readonly endTile: number;
  /** For each px of the patch, the tiles that it needs: from one to before another. */
  readonly needs: readonly (readonly [first: number, end: number])[];
}

/** A part of a result that can be shown by itself. */
export interface LivePlan {
  /** In px of the result. */
  readonly part: Rect;
  /** Size of the patch in px. */
  readonly size: Size;
  /** What it covers, in px of the photo. */
  readonly area: Rect;
  readonly across: AxisPlan;
  readonly down: AxisPlan;
}

/**
 * Plans a patch: the px of the result in the rectangle, and around it all that come from the same tiles alone.
 * @param rect in px of the photo, within it
 * @param target size of the result
 * @param shrink the patch has a px for `2 ** shrink` of the result's, counted from the result's own corner
 */
export function planLive(grid: TileGrid, scale: number, target: Size, rect: Rect, shrink: number): LivePlan {
  const { source, core } = grid;
  const step = 2 ** shrink;
  const across = planAxis(source.width, core.width, scale, target.width, rect.x, rect.x + rect.width, step);
  const down = planAxis(source.height, core.height, scale, target.height, rect.y, rect.y + rect.height, step);
  const part = { x: across.start, y: down.start, width: across.end - across.start, height: down.end - down.start };
  const [sx, sy] = [source.width / target.width, source.height / target.height];
  return {
    part,
    size: { width: across.needs.length, height: down.needs.length },
    area: { x: part.x * sx, y: part.y * sy, width: part.width * sx, height: part.height * sy },
    across,
    down,
  };
}

function planAxis(
  source: number,
  core: number,
  scale: number,
  target: number,
  from: number,
  to: number,
  step: number,
): AxisPlan {
  const canvas = source * scale;
  const tile = core * scale;
  const reach = reachIn(canvas, target);
  let start = Math.floor(Math.floor((from * target) / source) / step) * step;
  let end = Math.min(target, Math.ceil(Math.ceil((to * target) / source) / step) * step);
  const firstTile = Math.floor(reach(start).start / tile);
  const endTile = Math.ceil(reach(end - 1).end / tile);
  const has = { start: firstTile * tile, end: Math.min(canvas, endTile * tile) };
  while (start >= step && reach(start - step).start >= has.start) start -= step;
  while (end < target && reach(Math.min(target, end + step) - 1).end <= has.end) end = Math.min(target, end + step);
  const needs = Array.from({ length: Math.ceil((end - start) / step) }, (_, i) => {
    const first = start + i * step;
    const last = Math.min(target, first + step) - 1;
    return [Math.floor(reach(first).start / tile), Math.ceil(reach(last).end / tile)] as const;
  });
  return { start, end, firstTile, endTile, needs };
}

/** Which px of the canvas a px of the result is made from. */
function reachIn(canvas: number, target: number): (px: number) => { readonly start: number; readonly end: number } {
  if (canvas === target) return (px) => ({ start: px, end: px + 1 });
  const { taps, starts } = axisTaps(canvas, target, LANCZOS3);
  return (px) => {
    const start = starts[px] ?? 0;
    return { start, end: start + taps };
  };
}
