/** Where keys lead in a grid of photos. */
export const STEPS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"] as const;
export type Step = (typeof STEPS)[number];

export interface GridSize {
  readonly photos: number;
  readonly columns: number;
  /** Rows that fit on the screen. */
  readonly rows: number;
}

export function isStep(key: string): key is Step {
  return (STEPS as readonly string[]).includes(key);
}

/**
 * The index that a key leads to from another; the rows read like lines of text.
 * @param from `undefined` when nothing has the focus: any key leads to the first photo then, and End to the last
 * @returns `undefined` if there are no photos
 */
export function stepFrom(
  from: number | undefined,
  step: Step,
  { photos, columns, rows }: GridSize,
): number | undefined {
  if (photos === 0) return undefined;
  const last = photos - 1;
  if (step === "Home") return 0;
  if (step === "End") return last;
  if (from === undefined) return 0;
  if (step === "ArrowLeft") return Math.max(0, from - 1);
  if (step === "ArrowRight") return Math.min(last, from + 1);
  const lines = { ArrowUp: -1, ArrowDown: 1, PageUp: -Math.max(1, rows - 1), PageDown: Math.max(1, rows - 1) }[step];
  return inColumn(from, lines, columns, last);
}

/** Keeps the column as far as there are rows; below a row that is not full lies its last photo. */
function inColumn(from: number, lines: number, columns: number, last: number): number {
  const column = from % columns;
  const row = Math.floor(from / columns) + lines;
  const lastRow = Math.floor(last / columns);
  return Math.min(last, Math.min(lastRow, Math.max(0, row)) * columns + column);
}
