import type { Point, Size } from "./geometry.ts";

/*
 * From where a pointer is to where that is on the surface. Whatever the surface's ancestors do to it, scaled, turned,
 * scrolled or zoomed, is told by where three of its corners are found in the window: that is all that is asked of the
 * page, and always by the same call, so that no two kinds of coordinates are ever mixed.
 */

/** Where corners of the surface are, in px of the window (as `clientX` and `clientY` are). */
export interface Corners {
  readonly upperLeft: Point;
  readonly upperRight: Point;
  readonly lowerLeft: Point;
}

/** How the surface lies in the window. */
export interface SurfaceFrame extends Corners {
  /** The surface in device px: the size of its canvas. */
  readonly size: Size;
}

/** The place on the surface, in device px, of a point of the window. May lie beyond the surface. */
export function surfacePlace({ upperLeft, upperRight, lowerLeft, size }: SurfaceFrame, client: Point): Point {
  const right = { x: upperRight.x - upperLeft.x, y: upperRight.y - upperLeft.y };
  const down = { x: lowerLeft.x - upperLeft.x, y: lowerLeft.y - upperLeft.y };
  const to = { x: client.x - upperLeft.x, y: client.y - upperLeft.y };
  // Cramer's rule: `to` in terms of the two edges.
  const area = right.x * down.y - right.y * down.x;
  if (area === 0) return { x: 0, y: 0 };
  return {
    x: ((to.x * down.y - to.y * down.x) / area) * size.width,
    y: ((right.x * to.y - right.y * to.x) / area) * size.height,
  };
}

/** The point of the window of a place on the surface: the inverse of `surfacePlace`. */
export function clientPoint({ upperLeft, upperRight, lowerLeft, size }: SurfaceFrame, place: Point): Point {
  const u = place.x / size.width;
  const v = place.y / size.height;
  return {
    x: upperLeft.x + u * (upperRight.x - upperLeft.x) + v * (lowerLeft.x - upperLeft.x),
    y: upperLeft.y + u * (upperRight.y - upperLeft.y) + v * (lowerLeft.y - upperLeft.y),
  };
}

/** The place on the surface, in device px, that a pointer is at. */
export function pointerPlaceOn(
  frame: SurfaceFrame,
  event: { readonly clientX: number; readonly clientY: number },
): Point {
  return surfacePlace(frame, { x: event.clientX, y: event.clientY });
}
