import type { Judgement, PhotoRow } from "../../preload/contract.ts";

/** What the main process was told of photos and has not answered yet. */
const underWay = new Map<number, Partial<Judgement>>();

/** Keeps a judgement over what the main process says of photos, which it may have gathered before. Returns how to end it. */
export function keepJudged(ids: readonly number[], change: Partial<Judgement>): () => void {
  const kept = ids.map((id) => [id, { ...underWay.get(id), ...change }] as const);
  for (const [id, judgement] of kept) underWay.set(id, judgement);
  return () => {
    // One that was judged again meanwhile waits for that answer.
    for (const [id, judgement] of kept) if (underWay.get(id) === judgement) underWay.delete(id);
  };
}

/** A photo as the main process has it, with what it has not heard of yet. */
export function asJudged(row: PhotoRow): PhotoRow {
  const judgement = underWay.get(row.id);
  return judgement === undefined ? row : { ...row, ...judgement };
}
