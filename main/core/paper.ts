import type { Size } from "./geometry.ts";
import { lineHeight, type MontageCaption } from "./montage-spec.ts";

/** Papers in px at 300 dpi, upright: ISO 216 A4, and US Letter. */
export const PAPERS = { a4: { width: 2480, height: 3508 }, letter: { width: 2550, height: 3300 } } as const;
export type Paper = keyof typeof PAPERS;

/** What all pages of a sheet have in common. */
export interface PageSpec {
  readonly paper: Paper;
  readonly isLandscape: boolean;
  /** Above everything else. */
  readonly heading: string;
}

/** Height of the type in px: eight points. */
export const SHEET_TYPE_PX = 34;
/** A line of type with its room. */
export const SHEET_LINE_PX = lineHeight(SHEET_TYPE_PX);
export const SHEET_MARGIN_PX = 150;
/** Between one group of pictures and the next. */
export const SHEET_GAP_PX = 56;
/** Between pictures that belong together. */
export const SHEET_PAIR_GAP_PX = 10;

/** A page in px at 300 dpi. */
export function pageSize({ paper, isLandscape }: Pick<PageSpec, "paper" | "isLandscape">): Size {
  const { width, height } = PAPERS[paper];
  return isLandscape ? { width: height, height: width } : { width, height };
}

/** Where pictures begin and end: within the margins, under the heading and a line of room. */
export function pageRoom(page: Pick<PageSpec, "paper" | "isLandscape">): Size & { readonly top: number } {
  const { width, height } = pageSize(page);
  const top = SHEET_MARGIN_PX + 2 * SHEET_LINE_PX;
  return { width: width - 2 * SHEET_MARGIN_PX, height: height - SHEET_MARGIN_PX - top, top };
}

/** The heading in its place. */
export function pageHeading(page: PageSpec): MontageCaption {
  const rect = { x: SHEET_MARGIN_PX, y: SHEET_MARGIN_PX, width: pageRoom(page).width, height: SHEET_LINE_PX };
  return { text: page.heading, rect, align: "start" };
}
