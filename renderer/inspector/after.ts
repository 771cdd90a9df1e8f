import type { Inspection, Recipe, ResultPicture } from "../../preload/contract.ts";
import { isSameRecipe } from "../enhance/recipe.ts";
import type { Shown } from "./inspector-store.ts";

/** Original and three others. */
export const MOST_SLOTS = 4;

/** What is compared with the original unless something else is asked for: the latest result, or what would become of it. */
export function usualAfter({ results, waiting }: Inspection, recipe: Recipe): Shown | undefined {
  return results.length > 0 ? undefined : { kind: "live", recipe: waiting ?? recipe };
}

/** What is compared once more is known of the same photo. What the user has chosen stays, as long as it is there. */
export function afterAnew(before: Inspection, after: Shown | undefined, next: Inspection, recipe: Recipe) {
  const usual = usualAfter(before, recipe);
  if (after === undefined || isSameShown(after, usual)) return usualAfter(next, recipe);
  if (after.kind === "live" && hasBecome(after.recipe, before, next)) return usualAfter(next, recipe);
  if (after.kind === "result" && !next.results.some(({ key }) => key === after.key)) return usualAfter(next, recipe);
  return after;
}

/** Whether a recipe was waited for, and there is what it gave. */
function hasBecome(recipe: Recipe, before: Inspection, next: Inspection): boolean {
  if (before.waiting === undefined || next.waiting !== undefined || !isSameRecipe(recipe, before.waiting)) return false;
  return next.results[0] !== undefined && next.results[0].key !== before.results[0]?.key;
}

export function isSameShown(a: Shown | undefined, b: Shown | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === "live") return b.kind === "live" && isSameRecipe(a.recipe, b.recipe);
  if (a.kind === "result") return b.kind === "result" && a.key === b.key;
  return b.kind === "original";
}

/** The recipe that a result was made with, as far as it tells; the rest as it is set. */
export function recipeOf({ model, scale, strength, realism }: ResultPicture, recipe: Recipe): Recipe {
  return { ...recipe, model, strength, realism: realism ?? recipe.realism, size: { kind: "scale", scale } };
}

/** What slots show at first: the original, then the results, or what would become of the photo. */
export function usualSlots(inspection: Inspection, recipe: Recipe): readonly Shown[] {
  const results = inspection.results.map(({ key }): Shown => ({ kind: "result", key }));
  const live: Shown = { kind: "live", recipe: inspection.waiting ?? recipe };
  return [{ kind: "original" } as const, ...(results.length > 0 ? results : [live])].slice(0, MOST_SLOTS);
}

/** The slots with which the next photo is compared: a result becomes that of the same model, or what it would give. */
export function slotsAnew(
  slots: readonly Shown[],
  before: Inspection | undefined,
  next: Inspection,
  recipe: Recipe,
): readonly Shown[] {
  return slots.map((slot) => {
    if (slot.kind !== "result" || next.results.some(({ key }) => key === slot.key)) return slot;
    const old = before?.results.find(({ key }) => key === slot.key);
    const alike =
      next.results.find(({ model }) => model === old?.model) ?? (old === undefined ? next.results[0] : undefined);
    if (alike !== undefined) return { kind: "result", key: alike.key };
    return { kind: "live", recipe: old === undefined ? (next.waiting ?? recipe) : recipeOf(old, recipe) };
  });
}
