import { clamp, type Size } from "./geometry.ts";

/** Where a picture is split in two. */
export interface Split {
  /** Degrees, clockwise on the screen: at 0 the original is on the left, at 90 above, at 180 on the right. */
  readonly angle: number;
  /** 0 to 1 of the way that the line can go across the picture: at 0 nothing of the original is seen. */
  readonly at: number;
}

/** The line `x * px + y * py = least` in px of a pane; `x` and `y` are its normal, of length 1, away from the original. */
export interface SplitLine {
  readonly x: number;
  readonly y: number;
  readonly least: number;
}

/** Columns of a row, `end` left out. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/**
 * The line of a split across a pane. It is the inspector's divider: position 0 and 1 are the first and the last corner
 * of the pane in the direction of the normal, so that every angle goes from nothing to all of it.
 */
export function splitLine({ angle, at }: Split, { width, height }: Size): SplitLine {
  const { x, y } = normalOf(angle);
  const corners = [0, x * width, y * height, x * width + y * height];
  const low = Math.min(...corners);
  const high = Math.max(...corners);
  return { x, y, least: low + at * (high - low) };
}

/**
 * The px of a row that show the original. The rule is one for all rows: a px shows it where its centre lies before the
 * line, `x * (column + 0.5) + y * (row + 0.5) < least`; a centre on the line shows the result, as in the inspector.
 */
export function originalRun(line: SplitLine, row: number, width: number): Run {
  return runBefore(line, row, width, line.least);
}

/** The px of a row that show the result: the others. */
export function resultRun(line: SplitLine, row: number, width: number): Run {
  const { start, end } = originalRun(line, row, width);
  return line.x < 0 ? { start: 0, end: start } : { start: end, end: width };
}

/**
 * The px of a row whose centres the divider covers: those from half its thickness before the line to half of it behind,
 * the one that is exactly there left out.
 */
export function dividerRun(line: SplitLine, row: number, width: number, dividerPx: number): Run {
  const before = runBefore(line, row, width, line.least - dividerPx / 2);
  const until = runBefore(line, row, width, line.least + dividerPx / 2);
  return line.x < 0 ? { start: until.start, end: before.start } : { start: before.end, end: until.end };
}

/**
 * How much of a px of a row the divider covers, 0 to 1: all or nothing where it is upright or level, and with soft edges
 * where it is slanted.
 */
export function dividerShare(line: SplitLine, row: number, column: number, dividerPx: number): number {
  const behind = line.x * (column + 0.5) + line.y * (row + 0.5) - line.least;
  if (line.x === 0 || line.y === 0) return behind >= -dividerPx / 2 && behind < dividerPx / 2 ? 1 : 0;
  return dividerPx === 0 ? 0 : clamp(dividerPx / 2 + 0.5 - Math.abs(behind), 0, 1);
}

/** Exact where it is upright or level: the cosine of 90° is not quite 0, and a long row would show it. */
function normalOf(angle: number): { readonly x: number; readonly y: number } {
  const degrees = ((angle % 360) + 360) % 360;
  if (degrees % 90 === 0)
    return [
      { x: 1, y: 0 },
      { x: 0, y: 1 },
      { x: -1, y: 0 },
      { x: 0, y: -1 },
    ][degrees / 90] as never;
  const turn = (degrees * Math.PI) / 180;
  return { x: Math.cos(turn), y: Math.sin(turn) };
}

/**
 * The px of a row whose centres lie before a parallel of the line. Along a row the product grows or falls steadily, so
 * they are one run that begins or ends at the border, and its other end is found by halving.
 */
function runBefore({ x, y }: SplitLine, row: number, width: number, least: number): Run {
  const isBefore = (column: number) => x * (column + 0.5) + y * (row + 0.5) < least;
  const change = firstWhere(width, (column) => isBefore(column) === x < 0);
  return x < 0 ? { start: change, end: width } : { start: 0, end: change };
}

/** The first number below `count` for which a condition that then stays true is true, or `count`. */
function firstWhere(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
