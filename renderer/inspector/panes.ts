import { holds, type Point, type Rect, type Size } from "./geometry.ts";
import type { Divider, Mode } from "./inspector-store.ts";

/** Device px between two panes. */
export const GAP_PX = 2;

/** Where the panes of a mode lie on the surface, in device px. All are of one size, so that one view fits all. */
export function paneRects(mode: Mode, surface: Size, slots: number): readonly Rect[] {
  const whole = { x: 0, y: 0, ...surface };
  if (mode === "side") return grid(surface, 2, 1);
  if (mode === "stacked") return grid(surface, 1, 2);
  if (mode !== "slots" || slots < 2) return [whole];
  const [across, down] = slotGrid(slots, surface);
  return grid(surface, across, down).slice(0, slots);
}

/** The number of the pane at a place. */
export function paneIndexAt(rects: readonly Rect[], place: Point): number | undefined {
  const found = rects.findIndex((rect) => holds(rect, place));
  return found < 0 ? undefined : found;
}

/** The half plane that shows the original: where `x * place.x + y * place.y <= least`. */
export function dividerLine({ at, angle }: Divider, surface: Size): { x: number; y: number; least: number } {
  const { x, y, low, high } = dividerSpan(angle, surface);
  return { x, y, least: low + at * (high - low) };
}

/** Where the divider is when it goes through a place. @returns 0 to 1 */
export function dividerAt(place: Point, angle: number, surface: Size): number {
  const { x, y, low, high } = dividerSpan(angle, surface);
  return Math.max(0, Math.min(1, (x * place.x + y * place.y - low) / (high - low)));
}

/** The middle of the part of the divider that is seen: there is its handle. */
export function dividerHandle(divider: Divider, surface: Size): Point {
  const { x, y, least } = dividerLine(divider, surface);
  const middle = { x: surface.width / 2, y: surface.height / 2 };
  const off = least - (x * middle.x + y * middle.y);
  // Along the normal from the middle; a leaning line near a corner has its handle there.
  return {
    x: Math.max(0, Math.min(surface.width, middle.x + x * off)),
    y: Math.max(0, Math.min(surface.height, middle.y + y * off)),
  };
}

/** The normal of a divider, and what its product with the corners of the surface lies between. */
function dividerSpan(angle: number, { width, height }: Size) {
  const turn = (angle * Math.PI) / 180;
  // Exact where it is upright or level: half a px off would show.
  const x = angle % 180 === 90 ? 0 : Math.cos(turn);
  const y = angle % 180 === 0 ? 0 : Math.sin(turn);
  const corners = [0, x * width, y * height, x * width + y * height];
  return { x, y, low: Math.min(...corners), high: Math.max(...corners) };
}

function slotGrid(slots: number, { width, height }: Size): readonly [number, number] {
  if (slots === 4) return [2, 2];
  return width >= height ? [slots, 1] : [1, slots];
}

function grid({ width, height }: Size, across: number, down: number): readonly Rect[] {
  const cell = {
    width: Math.max(1, Math.floor((width - GAP_PX * (across - 1)) / across)),
    height: Math.max(1, Math.floor((height - GAP_PX * (down - 1)) / down)),
  };
  return Array.from({ length: across * down }, (_, i) => ({
    x: (i % across) * (cell.width + GAP_PX),
    y: Math.floor(i / across) * (cell.height + GAP_PX),
    ...cell,
  }));
}
