import type { ElementType, Planes } from "./enhance.ts";
import type { WindowRule } from "./tiles.ts";

/** The reach is looked for as far as this; as much stands for this much and more. */
export const MAX_REACH_PX = 96;

/** What was found out about a model by running it. */
export interface ModelTraits {
  readonly inputName: string;
  readonly outputName: string;
  readonly elementType: ElementType;
  readonly inputPlanes: Planes;
  readonly outputPlanes: Planes;
  /** What black and white are to it. */
  readonly range: readonly [number, number];
  readonly scale: number;
  readonly windows: WindowRule;
  /** Source px that its result lacks on every side: it was trained without borders. */
  readonly shrinkPx: number;
  /** Its result is a difference to the source enlarged by repeating pixels, to be added to it or taken from it. */
  readonly difference: Difference;
  /** How far from a pixel it looks, in source px; 96 stands for 96 and more. */
  readonly receptiveHalfWidthPx: number;
  /** Context that tiles are given: the receptive half-width, but at most 48. */
  readonly padPx: number;
  /** Where that is too little: the largest difference at a tile's edge, in 1/255; else 0. `null` where it was not measured. */
  readonly seam: number | null;
}

/** Whether a result is the picture itself, or what is to be added to the source or taken from it (as predicted noise). */
export const DIFFERENCES = ["none", "add", "subtract"] as const;
export type Difference = (typeof DIFFERENCES)[number];

/**
 * The linear relation between a model's input and output sides: out = scale · in − 2 · scale · shrink.
 * @param sides at least two pairs of different lengths
 * @returns `undefined` where the pairs follow no such relation with whole numbers
 */
export function sideRelation(
  sides: readonly (readonly [input: number, output: number])[],
): { readonly scale: number; readonly shrinkPx: number } | undefined {
  const [first, ...rest] = sides;
  const other = rest.find(([input]) => input !== first?.[0]);
  if (first === undefined || other === undefined) return undefined;
  const scale = (other[1] - first[1]) / (other[0] - first[0]);
  if (!Number.isInteger(scale) || scale < 1) return undefined;
  const shrinkPx = (scale * first[0] - first[1]) / (2 * scale);
  if (!Number.isInteger(shrinkPx) || shrinkPx < 0) return undefined;
  const fits = sides.every(([input, output]) => output === scale * (input - 2 * shrinkPx));
  return fits ? { scale, shrinkPx } : undefined;
}

/** A larger pad costs more time than it is worth: at 48 px real-esrgan's largest model differs by 3/255 at the worst. */
export const MAX_PAD_PX = 48;

/**
 * How far a disturbance was felt.
 * @param changes largest change at each distance from the disturbed pixel
 * @param multiplePx what window sides are multiples of: the reach depends on the place within it
 */
export function reachOf(changes: readonly number[], multiplePx: number): number {
  // NaN counts as a change: it is not equal to zero either.
  const felt = changes.findLastIndex((change) => change !== 0);
  return Math.max(0, felt) + multiplePx - 1;
}

/** A mean colour, as many numbers as the model has planes, in fractions of full scale. */
export type Colour = readonly number[];

/** What colour patches told of a model: which reading of its numbers gives the patches back. */
export interface ColourReading {
  readonly range: readonly [number, number];
  readonly isReversed: boolean;
  readonly isDifference: boolean;
  /** Whether it is so well met that nothing else need be tried. */
  readonly isClear: boolean;
}

/** How far from a patch's colour a result may be, in fractions of full scale. */
const SAME_COLOUR = 0.08;
/** A model that gives colours back this well in 0..1 is taken for one of 0..1, whatever it does in 0..255. */
const CLEAR = 0.03;

/**
 * Finds the range, the order of the planes, and whether the result is a difference.
 * @param seen for each range that was tried, the colours that came back, in fractions of that range
 * @returns `undefined` where the patches come back as other colours whatever is assumed
 */
export function readColours(
  patches: readonly Colour[],
  seen: readonly { readonly range: readonly [number, number]; readonly colours: readonly Colour[] }[],
): ColourReading | undefined {
  const readings = seen.flatMap(({ range, colours }) =>
    [false, true].flatMap((isReversed) =>
      [false, true].map((isDifference) => ({
        range,
        isReversed,
        isDifference,
        error: colourError(patches, colours, isReversed, isDifference),
      })),
    ),
  );
  const clear = readings.find(({ error }) => error <= CLEAR);
  const best = clear ?? readings.reduce((a, b) => (b.error < a.error ? b : a));
  if (best.error > SAME_COLOUR) return undefined;
  const { range, isReversed, isDifference } = best;
  return { range, isReversed, isDifference, isClear: clear !== undefined };
}

function colourError(
  patches: readonly Colour[],
  colours: readonly Colour[],
  isReversed: boolean,
  isDifference: boolean,
): number {
  let worst = 0;
  for (const [i, patch] of patches.entries()) {
    const colour = colours[i] ?? [];
    const found = isReversed ? colour.toReversed() : colour;
    for (const [plane, wanted] of patch.entries()) {
      const value = (found[plane] ?? Number.NaN) + (isDifference ? wanted : 0);
      if (Number.isNaN(value)) return Number.POSITIVE_INFINITY;
      worst = Math.max(worst, Math.abs(value - wanted));
    }
  }
  return worst;
}
