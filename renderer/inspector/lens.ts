import { clamp, type Point, type Rect, type Size } from "./geometry.ts";
import type { Lens } from "./inspector-store.ts";
import { invert, type Placement, placement, type View } from "./view.ts";

/** From this scale on there are lines between the source's px. */
export const GRID_FROM = 8;
/** Device px between two lenses. */
const LENS_GAP_PX = 12;
/** The share of the surface that is left to the photo when what is under the mask is shown beside it. */
const PHOTO_SHARE = 0.55;
/** Device px between the photo and what is beside. */
const BESIDE_GAP_PX = 2;

/** A circle through which one sees. */
export interface LensCircle {
  readonly centre: Point;
  readonly radius: number;
  /** Which side of the comparison it shows. */
  readonly shows: "halves" | "before" | "after";
}

/** The lenses around a place on the surface. @param radius in device px */
export function lensCircles(form: "halves" | "double", at: Point, radius: number): readonly LensCircle[] {
  // A whole px, as the photo is placed on one too: what is under the pointer stays in the lens's middle.
  const centre = { x: Math.round(at.x), y: Math.round(at.y) };
  if (form === "halves") return [{ centre, radius, shows: "halves" }];
  const off = Math.round(radius + LENS_GAP_PX / 2);
  return [
    { centre: { x: centre.x - off, y: centre.y }, radius, shows: "before" },
    { centre: { x: centre.x + off, y: centre.y }, radius, shows: "after" },
  ];
}

/** The square around a lens, in whole device px. */
export function lensBounds({ centre, radius }: Pick<LensCircle, "centre" | "radius">): Rect {
  const reach = Math.ceil(radius) + 1;
  return { x: centre.x - reach, y: centre.y - reach, width: 2 * reach, height: 2 * reach };
}

/** The view through a lens that looks at an image point. */
export function lensView(point: Point, { zoom }: Pick<Lens, "zoom">): View {
  return { ...point, scale: zoom };
}

/** The surface, parted for the photo and for what is under the mask. */
export function besideAreas(surface: Size): { readonly photo: Rect; readonly beside: Rect } {
  const isWide = surface.width >= surface.height;
  const length = isWide ? surface.width : surface.height;
  const first = Math.max(1, Math.round(length * PHOTO_SHARE));
  const rest = Math.max(1, length - first - BESIDE_GAP_PX);
  return isWide
    ? {
        photo: { x: 0, y: 0, width: first, height: surface.height },
        beside: { x: first + BESIDE_GAP_PX, y: 0, width: rest, height: surface.height },
      }
    : {
        photo: { x: 0, y: 0, width: surface.width, height: first },
        beside: { x: 0, y: first + BESIDE_GAP_PX, width: surface.width, height: rest },
      };
}

/** What is under the mask, and how it is shown beside. */
export interface Mask {
  /** In source px, within the photo. */
  readonly rect: Rect;
  /** Of the pane beside. */
  readonly view: View;
}

/**
 * The mask around an image point: as much of the photo as the pane beside has room for, moved inside the photo where the
 * point is near an edge or beyond it. Along a side on which all of the photo has room it is all of the photo.
 */
export function maskAround(point: Point, zoom: number, source: Size, beside: Rect): Mask {
  const width = Math.min(source.width, beside.width / zoom);
  const height = Math.min(source.height, beside.height / zoom);
  const centre = {
    x: clamp(point.x, width / 2, source.width - width / 2),
    y: clamp(point.y, height / 2, source.height - height / 2),
  };
  const view = { ...centre, scale: zoom };
  return { rect: shownRect(placement(view, beside), beside, source), view };
}

/** The part of the photo that a pane shows, in source px; empty sides are 0. */
export function shownRect(at: Placement, pane: Rect, source: Size): Rect {
  const from = invert(at, pane);
  const to = invert(at, { x: pane.x + pane.width, y: pane.y + pane.height });
  const x = clamp(from.x, 0, source.width);
  const y = clamp(from.y, 0, source.height);
  return {
    x,
    y,
    width: Math.max(0, clamp(to.x, 0, source.width) - x),
    height: Math.max(0, clamp(to.y, 0, source.height) - y),
  };
}

/** The smallest rectangle of whole px around one, within the photo; `undefined` for one beside it. */
export function wholePx(rect: Rect, source: Size): Rect | undefined {
  const x = Math.max(0, Math.floor(rect.x));
  const y = Math.max(0, Math.floor(rect.y));
  const width = Math.min(source.width, Math.ceil(rect.x + rect.width)) - x;
  const height = Math.min(source.height, Math.ceil(rect.y + rect.height)) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}
