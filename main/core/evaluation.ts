import type { ModelFacts } from "./enhance.ts";
import { clamp, type Rect, type Size } from "./geometry.ts";
import type { Comparison } from "./metrics/compare.ts";

/** Ways to enlarge that need no model: what a model is measured against. */
export const BASELINES = ["bicubic", "lanczos"] as const;
export type Baseline = (typeof BASELINES)[number];

/** What is measured: a model, a baseline, or the reference picture itself (by the discriminator only). */
export type Candidate =
  | { readonly kind: "model"; readonly model: ModelFacts }
  | { readonly kind: "baseline"; readonly baseline: Baseline }
  | { readonly kind: "reference" };

/** What the engine must know of the discriminator. */
export interface DiscriminatorFacts {
  readonly file: string;
  readonly sha256: string;
  readonly inputName: string;
  readonly outputName: string;
  /** Side of the square that one of its logits is about. */
  readonly regionPx: number;
}

/** One picture, measured. */
export interface Evaluation {
  readonly width: number;
  readonly height: number;
  /** How near the candidate is to the reference; missing for the reference itself. */
  readonly comparison?: Comparison | undefined;
  readonly realism: RealismScore;
}

/**
 * The discriminator's opinion: 0 is "made by the generator", 1 "a photo", as far as it can tell. It was trained against
 * one generator only, on patches of 96 px, so it tells srgan-x4's kind of texture from a photo's; it is no measure of
 * beauty or of truth, and a sharp, false texture can please it.
 */
export interface RealismScore {
  /** Mean over all squares. */
  readonly score: number;
  /** Mean in each region of `regionPx`, row by row; the last column and row may be narrower. */
  readonly regions: {
    readonly across: number;
    readonly down: number;
    readonly regionPx: number;
    readonly scores: readonly number[];
  };
}

/** Regions are this many of the discriminator's squares a side: 64 px. */
const SQUARES_A_REGION = 4;

/** Sums the discriminator's logits up, by region. @param logits one a square, row by row */
export function realismOf(logits: Float32Array, squares: Size, squarePx: number): RealismScore {
  const across = Math.ceil(squares.width / SQUARES_A_REGION);
  const down = Math.ceil(squares.height / SQUARES_A_REGION);
  const sums = new Float64Array(across * down);
  const counts = new Float64Array(across * down);
  let sum = 0;
  for (let i = 0; i < squares.width * squares.height; i++) {
    const value = 1 / (1 + Math.exp(-(logits[i] as number)));
    const x = Math.floor((i % squares.width) / SQUARES_A_REGION);
    const y = Math.floor(Math.floor(i / squares.width) / SQUARES_A_REGION);
    sums[y * across + x] = (sums[y * across + x] as number) + value;
    counts[y * across + x] = (counts[y * across + x] as number) + 1;
    sum += value;
  }
  const scores = Array.from(sums, (total, i) => rounded(total / (counts[i] as number)));
  return {
    score: sum / (squares.width * squares.height),
    regions: { across, down, regionPx: squarePx * SQUARES_A_REGION, scores },
  };
}

/** A window of the discriminator's: what it reads, and where in its logits the part that is kept begins. */
export interface JudgedWindow {
  readonly window: Rect;
  /** In squares of the whole picture. */
  readonly kept: Rect;
}

/**
 * Cuts a picture into windows for the discriminator, all with a margin, so that memory does not grow with it.
 * Windows begin at multiples of its square.
 */
export function* judgedWindows(
  picture: Size,
  squarePx: number,
  corePx: number,
  marginPx: number,
): Generator<JudgedWindow> {
  const squares = squaresOf(picture, squarePx);
  const core = corePx / squarePx;
  for (let y = 0; y < squares.height; y += core) {
    for (let x = 0; x < squares.width; x += core) {
      const kept = {
        x,
        y,
        width: Math.min(core, squares.width - x),
        height: Math.min(core, squares.height - y),
      };
      const left = clamp(x * squarePx - marginPx, 0, picture.width - 1);
      const top = clamp(y * squarePx - marginPx, 0, picture.height - 1);
      const right = Math.min(picture.width, (x + kept.width) * squarePx + marginPx);
      const bottom = Math.min(picture.height, (y + kept.height) * squarePx + marginPx);
      yield { window: { x: left, y: top, width: right - left, height: bottom - top }, kept };
    }
  }
}

/** How many of the discriminator's squares cover a picture. */
export function squaresOf(picture: Size, squarePx: number): Size {
  return { width: Math.ceil(picture.width / squarePx), height: Math.ceil(picture.height / squarePx) };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
