import { centreOf, clamp, type Point, type Rect, type Size } from "./geometry.ts";

/*
 * Image points are in px of the upright *source*, whatever is shown: a result at any scale lines up with its source.
 * Panes and places on the surface are in device px.
 */

/** What is seen of a photo. The same for every pane; a value, never changed. */
export interface View {
  /** The image point at the centre of a pane. */
  readonly x: number;
  readonly y: number;
  /** Device px per source px. */
  readonly scale: number;
}

/** Where a photo lies in a pane, as it is painted: its corner is on a whole device px, so that px meet px at 100 %. */
export interface Placement {
  /** Device px of the surface at which the source's upper left corner lies; whole numbers. */
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** How far a wheel turns for a factor of two, in the wheel's own px. */
const WHEEL_PX_PER_DOUBLING = 300;
/** The largest factor below the fitted scale. */
const FURTHEST = 0.5;
/** Device px per source px, at most. */
export const MAX_SCALE = 128;

/** Where a view puts its photo. */
export function placement(view: View, pane: Rect): Placement {
  const centre = centreOf(pane);
  return {
    x: Math.round(centre.x - view.x * view.scale),
    y: Math.round(centre.y - view.y * view.scale),
    scale: view.scale,
  };
}

/** The place on the surface, in device px, at which an image point is painted. */
export function apply(at: Placement, point: Point): Point {
  return { x: at.x + point.x * at.scale, y: at.y + point.y * at.scale };
}

/** The image point that is painted at a place on the surface. */
export function invert(at: Placement, place: Point): Point {
  return { x: (place.x - at.x) / at.scale, y: (place.y - at.y) / at.scale };
}

/** All of a photo, centred, as large as it goes. A photo that is smaller than the pane is not enlarged beyond `most`. */
export function fitView(source: Size, pane: Size, most = Number.POSITIVE_INFINITY): View {
  return { x: source.width / 2, y: source.height / 2, scale: Math.min(fitScale(source, pane), most) };
}

/** Device px per source px at which a photo just fits. */
export function fitScale(source: Size, pane: Size): number {
  return Math.min(pane.width / source.width, pane.height / source.height);
}

/** The factor that a turn of the wheel means; turning back undoes it. @param deltaPx positive away from the photo */
export function wheelFactor(deltaPx: number): number {
  return 2 ** (-deltaPx / WHEEL_PX_PER_DOUBLING);
}

/** The view after its scale was changed by a factor, the image point under a place on the surface staying there. */
export function zoomAbout(view: View, pane: Rect, place: Point, scale: number): View {
  const centre = centreOf(pane);
  const kept = 1 / view.scale - 1 / scale;
  return { x: view.x + (place.x - centre.x) * kept, y: view.y + (place.y - centre.y) * kept, scale };
}

/**
 * The view of a slot that was moved apart, after the shared view has changed: it moves by as many device px, and is
 * enlarged by as much.
 */
export function follow(slot: View, before: View, after: View): View {
  const share = before.scale / slot.scale;
  return {
    x: slot.x + (after.x - before.x) * share,
    y: slot.y + (after.y - before.y) * share,
    scale: (slot.scale * after.scale) / before.scale,
  };
}

/** The view after what it shows was moved by so many device px. */
export function panBy(view: View, move: Point): View {
  return { ...view, x: view.x - move.x / view.scale, y: view.y - move.y / view.scale };
}

/** The scale held to what can be looked at. */
export function constrainScale(scale: number, source: Size, pane: Size): number {
  return clamp(scale, Math.min(fitScale(source, pane), 1) * FURTHEST, MAX_SCALE);
}

/**
 * A view with the photo in sight: its scale within limits, the pane's centre on the photo; centred where no more than
 * all of it is shown. Doing it twice is doing it once.
 */
export function constrain(view: View, source: Size, pane: Size): View {
  const scale = constrainScale(view.scale, source, pane);
  if (scale <= fitScale(source, pane)) return { x: source.width / 2, y: source.height / 2, scale };
  return { x: clamp(view.x, 0, source.width), y: clamp(view.y, 0, source.height), scale };
}
