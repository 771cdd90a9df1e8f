import type { Judgement, PhotoRow } from "../../preload/contract.ts";
import { ask } from "../api.ts";
import { judgeLocally, libraryStore } from "../library-store.ts";
import { tellFailure } from "../notice-store.ts";
import { keepJudged } from "./judgements.ts";

/**
 * Sets stars, a flag or a label of photos. It is seen at once; where the main process refuses, what has not been changed
 * again since goes back.
 */
export async function judge(ids: readonly number[], change: Partial<Judgement>): Promise<void> {
  const before = new Map(rowsOf(ids).map((row) => [row.id, row]));
  const known = [...before.keys()];
  if (known.length === 0) return;
  const release = keepJudged(known, change);
  judgeLocally(known, () => change);
  try {
    await ask("judge", known, change);
    release();
  } catch (error) {
    release();
    const fields = Object.keys(change) as (keyof Judgement)[];
    judgeLocally(known, (row) => {
      const old = before.get(row.id);
      const isUnchanged = fields.every((field) => row[field] === change[field]);
      return old === undefined || !isUnchanged ? undefined : partOf(old, fields);
    });
    tellFailure(error);
  }
}

/** The label that a key stands for, or none if all have it already. */
export function toggledLabel(ids: readonly number[], label: Judgement["label"]): Judgement["label"] {
  return rowsOf(ids).every((row) => row.label === label) ? "none" : label;
}

function rowsOf(ids: readonly number[]): readonly PhotoRow[] {
  const { photos } = libraryStore.getState();
  return ids.map((id) => photos.get(id)).filter((row) => row !== undefined);
}

function partOf(row: PhotoRow, fields: readonly (keyof Judgement)[]): Partial<Judgement> {
  return Object.fromEntries(fields.map((field) => [field, row[field]]));
}
