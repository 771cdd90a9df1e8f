import { clamp, overlap, type Rect, type Size } from "../geometry.ts";
import type { Pane } from "../scene.ts";
import type { Placement } from "../view.ts";

/*
 * Areas of the surface, in whole device px. A device px belongs to what its centre lies in.
 */

/** The first device px whose centre is at a place or beyond it. */
export function firstPx(place: number): number {
  // What is a whole px but for the error of the arithmetic is that px.
  return Math.ceil(place - 0.5 - 1e-7);
}

/** The device px whose centres lie in a rectangle. */
function devicePx({ x, y, width, height }: Rect): Rect {
  return rectBetween(firstPx(x), firstPx(y), firstPx(x + width), firstPx(y + height));
}

/** The device px that a part of the source covers. */
export function deviceArea({ x, y, scale }: Placement, area: Rect): Rect {
  return devicePx({
    x: x + area.x * scale,
    y: y + area.y * scale,
    width: area.width * scale,
    height: area.height * scale,
  });
}

/** The device px of all of a photo. */
export function photoArea(at: Placement, source: Size): Rect {
  return deviceArea(at, { x: 0, y: 0, ...source });
}

/** A rectangle of device px that a pane covers altogether; of a circle, the square within. */
export function solidArea(pane: Pane): Rect | undefined {
  const { content, circle, halfPlane } = pane;
  const isLeaning = halfPlane !== undefined && halfPlane.x !== 0 && halfPlane.y !== 0;
  if (content.kind === "trust" || isLeaning) return undefined;
  const area = paneArea(pane);
  if (circle === undefined || area === undefined) return area;
  const { centre, radius } = circle;
  const reach = Math.max(0, radius - 1) * Math.SQRT1_2;
  const [left, top] = [Math.ceil(centre.x - reach), Math.ceil(centre.y - reach)];
  return overlap(area, rectBetween(left, top, Math.floor(centre.x + reach), Math.floor(centre.y + reach)));
}

/** What of an area is seen of each pane, under those that are painted after it; in parts that do not overlap. */
export function seenParts(panes: readonly Pane[], area: Rect): readonly (readonly Rect[])[] {
  const solid: Rect[] = [];
  const parts: (readonly Rect[])[] = [];
  for (const pane of [...panes].reverse()) {
    const most = paneArea(pane);
    const seen = most && overlap(most, area);
    let left: readonly Rect[] = seen === undefined ? [] : [seen];
    for (const above of solid) left = left.flatMap((part) => around(part, above));
    parts.push(left);
    const own = solidArea(pane);
    if (own !== undefined) solid.push(own);
  }
  return parts.reverse();
}

export function rectBetween(left: number, top: number, right: number, bottom: number): Rect {
  return { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

/** What a pane can paint at most: its rectangle, as far as its circle and a half plane along an axis leave it. */
export function paneArea({ rect, halfPlane, circle }: Pane): Rect | undefined {
  let area: Rect | undefined = devicePx(rect);
  if (circle !== undefined) {
    const { centre, radius } = circle;
    const reach = radius + 1;
    const [left, top] = [Math.floor(centre.x - reach), Math.floor(centre.y - reach)];
    area = overlap(area, rectBetween(left, top, Math.ceil(centre.x + reach), Math.ceil(centre.y + reach)));
  }
  if (area === undefined || halfPlane === undefined) return area;
  const { x, y, least } = halfPlane;
  let { x: left, y: top } = area;
  let [right, bottom] = [left + area.width, top + area.height];
  if (y === 0 && x > 0) left = clamp(firstPx(least / x), left, right);
  if (y === 0 && x < 0) right = clamp(Math.floor(least / x - 0.5) + 1, left, right);
  if (x === 0 && y > 0) top = clamp(firstPx(least / y), top, bottom);
  if (x === 0 && y < 0) bottom = clamp(Math.floor(least / y - 0.5) + 1, top, bottom);
  return overlap(area, rectBetween(left, top, right, bottom));
}

/** Whether a half plane goes by a rectangle altogether. */
export function isOutside({ x, y, width, height }: Rect, halfPlane: Pane["halfPlane"]): boolean {
  if (halfPlane === undefined) return false;
  const farX = halfPlane.x > 0 ? x + width : x;
  const farY = halfPlane.y > 0 ? y + height : y;
  return halfPlane.x * farX + halfPlane.y * farY < halfPlane.least;
}

/** How much of a device px a pane paints: 1 inside, 0 outside, between them on the edge of a circle. */
export function coverage({ halfPlane, circle }: Pane, column: number, row: number): number {
  const [x, y] = [column + 0.5, row + 0.5];
  if (halfPlane !== undefined && halfPlane.x * x + halfPlane.y * y < halfPlane.least) return 0;
  if (circle === undefined) return 1;
  return clamp(circle.radius + 0.5 - Math.hypot(x - circle.centre.x, y - circle.centre.y), 0, 1);
}

/** What of `whole` lies outside `hole`, as up to four rectangles that do not overlap. */
export function around(whole: Rect, hole: Rect): readonly Rect[] {
  const inner = overlap(whole, hole);
  if (inner === undefined) return [whole];
  const [right, bottom] = [whole.x + whole.width, whole.y + whole.height];
  const [innerRight, innerBottom] = [inner.x + inner.width, inner.y + inner.height];
  return [
    rectBetween(whole.x, whole.y, right, inner.y),
    rectBetween(whole.x, innerBottom, right, bottom),
    rectBetween(whole.x, inner.y, inner.x, innerBottom),
    rectBetween(innerRight, inner.y, right, innerBottom),
  ].filter(({ width, height }) => width > 0 && height > 0);
}

/** Whether all of `inner` lies in `outer`. */
export function covers(outer: Rect, inner: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** Rectangles in whole px, clipped to the surface, so that no px is in two of them. */
export function apart(rects: readonly Rect[], surface: Size): readonly Rect[] {
  let found: readonly Rect[] = [];
  for (const { x, y, width, height } of rects) {
    const whole = rectBetween(Math.floor(x), Math.floor(y), Math.ceil(x + width), Math.ceil(y + height));
    const seen = overlap(whole, { x: 0, y: 0, ...surface });
    if (seen === undefined) continue;
    found = [...found.flatMap((other) => around(other, seen)), seen];
  }
  return found;
}
