import { area, clamp, clipTo, type Rect, type Size, scaled } from "./geometry.ts";
import type { MontageSpec, Placement } from "./montage-spec.ts";

/** Whether one size is the other, enlarged or shrunk and rounded to whole px. */
export function isSameShape(one: Size, other: Size): boolean {
  // Either side of a rounded size is off by half a px at most, which the other's length multiplies.
  const slack = Math.max(one.width + one.height, other.width + other.height) / 2;
  return Math.abs(one.width * other.height - one.height * other.width) <= slack;
}

/** What panes show of the result. */
export interface ShownPart {
  /** What all of the result measures here. */
  readonly whole: Size;
  readonly part: Rect;
  /** Px of the composite to px of the result. */
  readonly scale: number;
}

/** Where a picture is put. */
export interface PanePlace {
  readonly rect: Rect;
  readonly side: Placement["side"];
}

/**
 * A picture as it lies in a pane.
 * @param result the size that pictures are brought to
 * @returns nothing where no px of it is within the part
 */
export function placed(
  { pictures, baseline }: Pick<MontageSpec, "pictures" | "baseline">,
  result: Size,
  picture: number,
  shown: ShownPart,
  pane: PanePlace,
): readonly Placement[] {
  const own = pictures[picture] as Size;
  const isResult = own.width === result.width && own.height === result.height;
  if (baseline === "as-is" && !isResult) return [leftAsIs(own, picture, shown, pane)];
  const { whole, part } = shown;
  const to = isSameShape(own, result) ? whole : fitted(own, whole);
  const at = centred(to, whole);
  const seen = clipTo({ x: part.x - at.x, y: part.y - at.y, width: part.width, height: part.height }, to);
  if (area(seen) === 0) return [];
  const x = pane.rect.x + seen.x + at.x - part.x;
  const y = pane.rect.y + seen.y + at.y - part.y;
  return [{ picture, to, part: seen, x, y, side: pane.side }];
}

/** The same part of a picture at its own size, in the middle of the pane. */
function leftAsIs(own: Size, picture: number, { whole, part, scale }: ShownPart, { rect, side }: PanePlace): Placement {
  const natural = scaled(own, scale);
  const isLarger = natural.width > whole.width || natural.height > whole.height;
  const to = isLarger ? fitted(own, whole) : natural;
  const along = (start: number, length: number, from: number, onto: number) => {
    const first = clamp(Math.floor((start * onto) / from), 0, onto - 1);
    return [first, clamp(Math.round((length * onto) / from), 1, Math.min(length, onto - first))] as const;
  };
  const [x, width] = along(part.x, part.width, whole.width, to.width);
  const [y, height] = along(part.y, part.height, whole.height, to.height);
  const at = centred({ width, height }, rect);
  return { picture, to, part: { x, y, width, height }, x: rect.x + at.x, y: rect.y + at.y, side };
}

/** The largest size of a picture's shape within another. */
function fitted(own: Size, within: Size): Size {
  const to = scaled(own, Math.min(within.width / own.width, within.height / own.height));
  return { width: Math.min(to.width, within.width), height: Math.min(to.height, within.height) };
}

function centred(inner: Size, outer: Size): { readonly x: number; readonly y: number } {
  return { x: Math.floor((outer.width - inner.width) / 2), y: Math.floor((outer.height - inner.height) / 2) };
}
