import type { TrustMap } from "../../preload/contract.ts";
import type { Point } from "./geometry.ts";

/** Levels of 255 above which a square counts, at first. */
export const DEFAULT_THRESHOLD = 4;
export const THRESHOLDS = { least: 1, most: 32 } as const;

/** Shares of the squares, up to which it is called so. */
const LOW = 0.02;
const SOME = 0.1;
/** Worst regions that one can hop through. */
const MOST_REGIONS = 12;
/** Squares between two regions, so that a hop leads somewhere else. */
const APART = 3;

/** The share of squares that are not above the threshold, 0 to 1. */
export function agreement({ cells }: TrustMap, threshold: number): number {
  if (cells.length === 0) return 1;
  return cells.filter((level) => level <= threshold).length / cells.length;
}

/** How much detail the source does not say, in a word. */
export function amountOf(share: number): "low" | "some" | "much" {
  const above = 1 - share;
  // A share such as 1 - 0.98 is a little more than 0.02.
  if (above <= LOW + 1e-9) return "low";
  return above <= SOME + 1e-9 ? "some" : "much";
}

/** The middles of the squares that differ most, worst first, in px of the source; none is near a worse one. */
export function worstRegions(map: TrustMap): readonly Point[] {
  const { cells, across } = map;
  const order = cells.map((_, at) => at).sort((a, b) => (cells[b] ?? 0) - (cells[a] ?? 0) || a - b);
  const chosen: number[] = [];
  for (const at of order) {
    if (chosen.length === MOST_REGIONS || (cells[at] ?? 0) <= 0) break;
    if (chosen.every((other) => isApart(at, other, across))) chosen.push(at);
  }
  return chosen.map((at) => middleOf(at, map));
}

function isApart(a: number, b: number, across: number): boolean {
  const x = Math.abs((a % across) - (b % across));
  const y = Math.abs(Math.floor(a / across) - Math.floor(b / across));
  return Math.max(x, y) >= APART;
}

function middleOf(at: number, { cellPx, area, across }: TrustMap): Point {
  const x = (at % across) * cellPx;
  const y = Math.floor(at / across) * cellPx;
  return {
    x: area.x + (x + Math.min(area.width, x + cellPx)) / 2,
    y: area.y + (y + Math.min(area.height, y + cellPx)) / 2,
  };
}
