/** A size in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle in pixels; `x` and `y` are its top left corner. */
export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

/** Width × height. */
export function area(size: Size): number {
  return size.width * size.height;
}

/** The same size `scale` times as large, rounded to whole pixels and never below one. */
export function scaled(size: Size, scale: number): Size {
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
}

/** `value` held between `low` and `high`; `low` wins when the two cross. */
export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/** The part of a rectangle that lies within an image of this size; empty sides are 0. */
export function clipTo(rect: Rect, size: Size): Rect {
  const x = clamp(rect.x, 0, size.width);
  const y = clamp(rect.y, 0, size.height);
  return {
    x,
    y,
    width: Math.max(0, Math.min(size.width, rect.x + rect.width) - x),
    height: Math.max(0, Math.min(size.height, rect.y + rect.height) - y),
  };
}

/** The smallest multiple of `step` that is not below `value`. */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/** "6000 × 4000". */
export function describeSize(size: Size): string {
  return `${size.width} × ${size.height}`;
}
