import { overlap, type Rect } from "./geometry.ts";

/** What is left of rectangles without one: none overlap where none did. */
export function without(rects: readonly Rect[], hole: Rect): readonly Rect[] {
  return rects.flatMap((rect) => {
    const cut = overlap(rect, hole);
    if (cut === undefined) return [rect];
    const right = rect.x + rect.width;
    const lower = rect.y + rect.height;
    const cutRight = cut.x + cut.width;
    const cutLower = cut.y + cut.height;
    return [
      { x: rect.x, y: rect.y, width: rect.width, height: cut.y - rect.y },
      { x: rect.x, y: cutLower, width: rect.width, height: lower - cutLower },
      { x: rect.x, y: cut.y, width: cut.x - rect.x, height: cut.height },
      { x: cutRight, y: cut.y, width: right - cutRight, height: cut.height },
    ].filter(({ width, height }) => width > 0 && height > 0);
  });
}

/** Whether rectangles together hold one. */
export function isCovered(rect: Rect, by: readonly Rect[]): boolean {
  return by.reduce<readonly Rect[]>(without, [rect]).length === 0;
}
