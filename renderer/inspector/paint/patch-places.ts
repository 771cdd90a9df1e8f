import { overlap, type Point, type Rect } from "../geometry.ts";
import type { Patch, Scene } from "../scene.ts";
import type { Placement } from "../view.ts";
import { deviceArea } from "./areas.ts";
import { isSquares } from "./sampling.ts";
import { layersOf } from "./wanted.ts";

/** Where and how a patch is painted. */
export interface PatchPlace {
  /** In whole device px. */
  readonly rect: Rect;
  readonly kind: "nearest" | "smooth";
  /** The first device px of all of the patch. */
  readonly anchor: Point;
  /** Where the centre of that px is, in px of the patch. */
  readonly fromX: number;
  readonly fromY: number;
  /** Px of the patch from one device px to the next. */
  readonly stepX: number;
  readonly stepY: number;
}

/** The part of a patch within an area of the surface; `undefined` where there is none. */
export function patchPlace({ area, width, height }: Patch, at: Placement, within: Rect): PatchPlace | undefined {
  const anchor = deviceArea(at, area);
  const rect = overlap(anchor, within);
  if (rect === undefined) return undefined;
  const stepX = width / (area.width * at.scale);
  const stepY = height / (area.height * at.scale);
  const isExact = Math.abs(Math.max(stepX, stepY) - 1) < 1e-6 && isWhole(at, area);
  return {
    rect,
    anchor,
    kind: isExact || isSquares(Math.max(stepX, stepY)) ? "nearest" : "smooth",
    fromX: (anchor.x + 0.5 - at.x - area.x * at.scale) * stepX,
    fromY: (anchor.y + 0.5 - at.y - area.y * at.scale) * stepY,
    stepX,
    stepY,
  };
}

/** All patches of a scene. */
export function patchesOf(scene: Scene): readonly Patch[] {
  return scene.panes.flatMap((pane) => layersOf(pane).flatMap(({ patches }) => patches));
}

/** Whether the corner of an area is on a whole device px, so that px meet px. */
function isWhole(at: Placement, { x, y }: Rect): boolean {
  return [x * at.scale, y * at.scale].every((place) => Math.abs(place - Math.round(place)) < 1e-3);
}
