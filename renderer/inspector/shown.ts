import type { Inspection } from "../../preload/contract.ts";
import type { InspectorFacts, Shown } from "./inspector-store.ts";

/** The result of a key, or the latest one. */
export function shownResult({ results }: Inspection, key: string | undefined) {
  return results.find((each) => each.key === key) ?? results[0];
}

/** Whether what is shown is computed ahead of the batch: where nothing was chosen, that is so while there is no result. */
export function isLive({ results }: Pick<Inspection, "results">, shown: Shown | undefined): boolean {
  return shown === undefined ? results.length === 0 : shown.kind === "live";
}

/** Px of the result per px of the source; 1 where there is none. */
export function resultScale({ inspection, after }: Pick<InspectorFacts, "inspection" | "after">): number {
  if (after?.kind === "original" || inspection === undefined) return 1;
  if (!isLive(inspection, after)) {
    return shownResult(inspection, after?.kind === "result" ? after.key : undefined)?.scale ?? 1;
  }
  const size = after?.kind === "live" ? after.recipe.size : inspection.waiting?.size;
  if (size === undefined) return 1;
  const { width, height } = inspection.original;
  return size.kind === "scale" ? size.scale : Math.max(1, size.px / Math.max(width, height));
}
