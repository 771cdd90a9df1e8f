import { clamp, holds, type Point, type Rect, type Size } from "./geometry.ts";
import type { Divider, InspectorFacts, Mode } from "./inspector-store.ts";
import { besideAreas } from "./lens.ts";

/** Device px between two panes. */
export const GAP_PX = 2;

type StageFacts = Pick<InspectorFacts, "surface" | "showsLens" | "lens">;

/** The part of the surface that the photo has: all of it but for what is under the mask, where that is shown beside. */
export function photoArea({ surface, showsLens, lens }: StageFacts): Rect {
  return showsLens && lens.form === "beside" ? besideAreas(surface).photo : { x: 0, y: 0, ...surface };
}

/** Where the panes of the present mode lie, in device px of the surface. */
export function panesOf(facts: StageFacts & Pick<InspectorFacts, "mode" | "slots" | "blindTest">): readonly Rect[] {
  if (facts.surface.width === 0) return [];
  // A blind test shows one picture at a time.
  if (facts.blindTest !== undefined) return [photoArea(facts)];
  return paneRects(facts.mode, photoArea(facts), facts.slots.length);
}

/** How many panes the present mode has. */
export function paneCount({ mode, slots }: Pick<InspectorFacts, "mode" | "slots">): number {
  if (mode === "side" || mode === "stacked") return 2;
  return mode === "slots" ? Math.max(1, slots.length) : 1;
}

/** Where the panes of a mode lie in an area. All are of one size, so that one view fits all. */
export function paneRects(mode: Mode, area: Rect, slots: number): readonly Rect[] {
  if (mode === "side") return grid(area, 2, 1);
  if (mode === "stacked") return grid(area, 1, 2);
  if (mode !== "slots" || slots < 2) return [area];
  const [across, down] = slotGrid(slots, area);
  return grid(area, across, down).slice(0, slots);
}

/** The number of the pane at a place. */
export function paneIndexAt(rects: readonly Rect[], place: Point): number | undefined {
  const found = rects.findIndex((rect) => holds(rect, place));
  return found < 0 ? undefined : found;
}

/** The half plane that shows the original: where `x * place.x + y * place.y <= least`. */
export function dividerLine({ at, angle }: Divider, area: Rect): { x: number; y: number; least: number } {
  const { x, y, low, high } = dividerSpan(angle, area);
  return { x, y, least: low + at * (high - low) };
}

/** Where the divider is when it goes through a place. @returns 0 to 1 */
export function dividerAt(place: Point, angle: number, area: Rect): number {
  const { x, y, low, high } = dividerSpan(angle, area);
  return clamp((x * place.x + y * place.y - low) / (high - low), 0, 1);
}

/** How far a place is from the divider, in device px. */
export function dividerDistance(place: Point, divider: Divider, area: Rect): number {
  const { x, y, least } = dividerLine(divider, area);
  return Math.abs(x * place.x + y * place.y - least);
}

/** Whether a divider parts left from right, rather than upper from lower. */
export function isUpright({ angle }: Divider): boolean {
  return Math.abs(Math.cos((angle * Math.PI) / 180)) >= Math.SQRT1_2;
}

/** The middle of the part of the divider that is seen: there is its handle. */
export function dividerHandle(divider: Divider, area: Rect): Point {
  const [from, to] = dividerEnds(divider, area);
  return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
}

/** Where the divider enters and leaves the area. */
export function dividerEnds(divider: Divider, area: Rect): readonly [Point, Point] {
  const { x: nx, y: ny, least } = dividerLine(divider, area);
  const on = { x: nx * least, y: ny * least };
  // Liang and Barsky's clipping of the line `on + t * (-ny, nx)`.
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  for (const [from, along, start, length] of [
    [on.x, -ny, area.x, area.width],
    [on.y, nx, area.y, area.height],
  ] as const) {
    if (Math.abs(along) < 1e-9) continue;
    const a = (start - from) / along;
    const b = (start + length - from) / along;
    low = Math.max(low, Math.min(a, b));
    high = Math.min(high, Math.max(a, b));
  }
  return [
    { x: on.x - ny * low, y: on.y + nx * low },
    { x: on.x - ny * high, y: on.y + nx * high },
  ];
}

/** The normal of a divider, and what its product with the corners of the area lies between. */
function dividerSpan(angle: number, area: Rect) {
  const turn = (angle * Math.PI) / 180;
  // Exact where it is upright or level: half a px off would show.
  const nx = angle % 180 === 90 ? 0 : Math.cos(turn);
  const ny = angle % 180 === 0 ? 0 : Math.sin(turn);
  const x = Math.abs(angle % 180) === 0 ? Math.sign(Math.cos(turn)) : nx;
  const y = Math.abs(angle % 180) === 90 ? Math.sign(Math.sin(turn)) : ny;
  const corners = [area.x, area.x + area.width].flatMap((cx) =>
    [area.y, area.y + area.height].map((cy) => x * cx + y * cy),
  );
  return { x, y, low: Math.min(...corners), high: Math.max(...corners) };
}

function slotGrid(slots: number, { width, height }: Size): readonly [number, number] {
  if (slots === 4) return [2, 2];
  return width >= height ? [slots, 1] : [1, slots];
}

function grid({ x, y, width, height }: Rect, across: number, down: number): readonly Rect[] {
  const cell = {
    width: Math.max(1, Math.floor((width - GAP_PX * (across - 1)) / across)),
    height: Math.max(1, Math.floor((height - GAP_PX * (down - 1)) / down)),
  };
  return Array.from({ length: across * down }, (_, i) => ({
    x: x + (i % across) * (cell.width + GAP_PX),
    y: y + Math.floor(i / across) * (cell.height + GAP_PX),
    ...cell,
  }));
}
