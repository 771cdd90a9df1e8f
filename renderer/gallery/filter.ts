import type { Flag, Label, Mark, PhotoRow } from "../../preload/contract.ts";

/** Which photos are looked at: all, those of a state, or those of a folder by its id. */
export type Scope = "all" | "picked" | "enhanced" | "failed" | number;

export const STATE_FILTERS = ["any", "not-enhanced", "queued", "running", "done", "failed", "flagged"] as const;
export type StateFilter = (typeof STATE_FILTERS)[number];

/** What narrows a scope down. */
export interface Filters {
  /** Words that the place below the folder has all of, in either case. */
  readonly text: string;
  /** At least so many. */
  readonly stars: number;
  readonly flag: Flag | "any";
  readonly label: Label | "any";
  readonly format: string | "any";
  readonly state: StateFilter;
}

export const NO_FILTERS: Filters = { text: "", stars: 0, flag: "any", label: "any", format: "any", state: "any" };

export type Matches = (row: PhotoRow, mark: Mark | undefined) => boolean;

/** Whether what is shown depends on the queue's marks. */
export function needsMarks(scope: Scope, filters: Filters): boolean {
  return scope === "enhanced" || scope === "failed" || filters.state !== "any";
}

/** A test for photos, made once for all of them. */
export function matcher(scope: Scope, filters: Filters): Matches {
  const words = fold(filters.text).split(/\s+/).filter(Boolean);
  const { stars, flag, label, format, state } = filters;
  return (row, mark) =>
    inScope(row, mark, scope) &&
    row.stars >= stars &&
    (flag === "any" || row.flag === flag) &&
    (label === "any" || row.label === label) &&
    (format === "any" || row.format === format) &&
    (state === "any" || inState(row, mark, state)) &&
    (words.length === 0 || hasWords(row, words));
}

/** How many filters are set, the text aside: it has its own field to be seen in. */
export function filtersSet(filters: Filters): number {
  const { stars, flag, label, format, state } = filters;
  return [stars > 0, flag !== "any", label !== "any", format !== "any", state !== "any"].filter(Boolean).length;
}

/** Enhancing it has failed, or it cannot even be read. */
export function isFailed(row: PhotoRow, mark: Mark | undefined): boolean {
  return mark?.state === "failed" || row.error !== undefined;
}

function inScope(row: PhotoRow, mark: Mark | undefined, scope: Scope): boolean {
  if (scope === "all") return true;
  if (scope === "picked") return row.flag === "pick";
  if (scope === "enhanced") return mark?.state === "done";
  if (scope === "failed") return isFailed(row, mark);
  return row.folder === scope;
}

function inState(row: PhotoRow, mark: Mark | undefined, state: Exclude<StateFilter, "any">): boolean {
  if (state === "not-enhanced") return mark?.state !== "done";
  if (state === "failed") return isFailed(row, mark);
  if (state === "flagged") return mark?.isFlagged === true;
  return mark?.state === state;
}

function hasWords(row: PhotoRow, words: readonly string[]): boolean {
  const place = folded.get(row) ?? readText(row);
  return words.every((word) => place.includes(word));
}

/** Makes ready what text is looked for in. Done for photos as they come: for all of them at once it takes some 50 ms. */
export function readText(row: PhotoRow): string {
  const place = fold(row.place);
  folded.set(row, place);
  return place;
}

/** Kept, as every letter that is typed asks for it of all photos. */
const folded = new WeakMap<PhotoRow, string>();

/** File systems write é as one character or as two. */
function fold(text: string): string {
  return text.normalize("NFC").toLowerCase();
}
