import { levelCount } from "../../../preload/contract.ts";
import type { Layer } from "../scene.ts";
import { BICUBIC, type Kernel, LANCZOS } from "./kernels.ts";

/** How a picture is turned into device px at a scale. */
export interface Sampling {
  /** `smooth` means a few px around the place. */
  readonly kind: "nearest" | "smooth" | "kernel";
  /** Of the picture's pyramid. */
  readonly level: number;
  /** Px of level 0 from one device px to the next. */
  readonly stepX: number;
  readonly stepY: number;
  readonly kernel?: Kernel;
}

/** Device px per px of a picture from which its px are shown as squares. */
const SQUARES_FROM = 2;
/** Scales that differ by less are one: those of results whose size was rounded. */
const SAME = 1e-6;

/** Px of a picture's level 0 from one device px to the next. */
function stepsOf({ source, picture }: Layer, scale: number): { readonly x: number; readonly y: number } {
  return { x: picture.width / (source.width * scale), y: picture.height / (source.height * scale) };
}

/**
 * How a layer is sampled. Below 100 % it is the level that has between one and two px for each device px; at exactly 100 %
 * nothing is resampled, whichever filter is asked for.
 */
export function samplingOf(layer: Layer, scale: number): Sampling {
  const { x: stepX, y: stepY } = stepsOf(layer, scale);
  const step = Math.max(stepX, stepY);
  if (step > 1 + SAME) {
    const level = Math.min(levelCount(layer.picture) - 1, Math.floor(Math.log2(step + SAME)));
    return { kind: "smooth", level, stepX, stepY };
  }
  const isWhole = step > 1 - SAME;
  if (isWhole || layer.filter === "nearest") return { kind: "nearest", level: 0, stepX, stepY };
  if (layer.filter === "bicubic") return { kind: "kernel", level: 0, stepX, stepY, kernel: BICUBIC };
  if (layer.filter === "lanczos") return { kind: "kernel", level: 0, stepX, stepY, kernel: LANCZOS };
  return { kind: isSquares(step) ? "nearest" : "smooth", level: 0, stepX, stepY };
}

/** Whether px are shown as squares, where a device px is so many of them. */
export function isSquares(step: number): boolean {
  return step <= (1 + SAME) / SQUARES_FROM;
}

/**
 * Half the distance, in px of a level, between the four samples whose mean a `smooth` device px is: none at one px for a
 * device px and above it, where the mean of all four is the px between them; at two px for a device px it is exactly
 * their mean, which is the px of the next level, so that levels follow each other without a jump.
 */
export function spread(step: number): number {
  return Math.max(0, Math.min(2, step) - 1) / 2;
}

/**
 * Added before rounding down to a px: a place on the border of two px, but for the error of the arithmetic, is in the
 * second on every machine.
 */
export const BORDER_PX = 1 / 4096;
