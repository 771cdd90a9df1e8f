import type { Size } from "./geometry.ts";

/** A point of an outline, in px; y points down. */
export interface OutlinePoint {
  readonly x: number;
  readonly y: number;
}

/** How far a curve may be from the line that is drawn for it. */
const FLATNESS_PX = 0.05;
const MAX_PIECES = 64;

/**
 * Fills outlines with antialiasing: how much of each px lies inside, exact for straight lines.
 *
 * Every edge adds, to each px of the rows that it crosses, the signed area between itself and the px's right side, and
 * to the next px the rest of its height; the sum along a row is then how much of a px is inside. Outlines that run the
 * same way and overlap count once.
 */
export class OutlineFill {
  private readonly sums: Float32Array;
  private readonly stride: number;

  constructor(private readonly size: Size) {
    this.stride = size.width + 2;
    this.sums = new Float32Array(this.stride * size.height);
  }

  /** Adds an edge of an outline; the outlines must be closed by whoever adds them. */
  line(from: OutlinePoint, to: OutlinePoint): void {
    if (from.y === to.y) return;
    const isDown = from.y < to.y;
    const [top, bottom] = isDown ? [from, to] : [to, from];
    const slope = (bottom.x - top.x) / (bottom.y - top.y);
    const first = Math.max(0, Math.floor(top.y));
    const last = Math.min(this.size.height, Math.ceil(bottom.y));
    for (let row = first; row < last; row++) {
      const upper = Math.max(row, top.y);
      const lower = Math.min(row + 1, bottom.y);
      const start = top.x + (upper - top.y) * slope;
      this.across(row, start, start + (lower - upper) * slope, isDown ? lower - upper : upper - lower);
    }
  }

  /** Adds a Bézier curve of the second degree. */
  quadratic(from: OutlinePoint, control: OutlinePoint, to: OutlinePoint): void {
    const bend = Math.hypot(from.x - 2 * control.x + to.x, from.y - 2 * control.y + to.y);
    // A piece of a parabola is off its chord by a quarter of the bend over the square of the number of pieces.
    const pieces = Math.min(MAX_PIECES, Math.max(1, Math.ceil(Math.sqrt(bend / (4 * FLATNESS_PX)))));
    let last = from;
    for (let i = 1; i <= pieces; i++) {
      const t = i / pieces;
      const along = (a: number, b: number, c: number) => (1 - t) * (1 - t) * a + 2 * t * (1 - t) * b + t * t * c;
      const next = i === pieces ? to : { x: along(from.x, control.x, to.x), y: along(from.y, control.y, to.y) };
      this.line(last, next);
      last = next;
    }
  }

  /** @returns 0 to 255 for each px, row by row */
  coverage(): Uint8Array {
    const { width, height } = this.size;
    const covered = new Uint8Array(width * height);
    for (let y = 0; y < height; y++) {
      let inside = 0;
      for (let x = 0; x < width; x++) {
        inside += this.sums[y * this.stride + x] as number;
        covered[y * width + x] = Math.round(255 * Math.min(1, Math.abs(inside)));
      }
    }
    return covered;
  }

  /** An edge within one row, cut where it goes from px to px. @param height of it, negative where it goes up */
  private across(row: number, start: number, end: number, height: number): void {
    const limit = (x: number) => Math.min(this.size.width, Math.max(0, x));
    const [left, right] = start < end ? [limit(start), limit(end)] : [limit(end), limit(start)];
    const span = Math.abs(end - start);
    if (right - left < 1e-9) {
      // Upright, or outside: then it stands at the border.
      this.within(row, Math.floor(left), left, height);
      return;
    }
    // What lies beyond the borders keeps its share of the height.
    const beyondLeft = (left - Math.min(start, end)) / span;
    const beyondRight = (Math.max(start, end) - right) / span;
    if (beyondLeft > 0) this.within(row, 0, 0, height * beyondLeft);
    if (beyondRight > 0) this.within(row, this.size.width, this.size.width, height * beyondRight);
    for (let column = Math.floor(left); column < right; column++) {
      const from = Math.max(column, left);
      const to = Math.min(column + 1, right);
      this.within(row, column, (from + to) / 2, (height * (to - from)) / span);
    }
  }

  /** A piece of an edge in one px. @param middle of it across */
  private within(row: number, column: number, middle: number, height: number): void {
    const at = row * this.stride + column;
    const rest = height * (middle - column);
    this.sums[at] = (this.sums[at] as number) + height - rest;
    this.sums[at + 1] = (this.sums[at + 1] as number) + rest;
  }
}
