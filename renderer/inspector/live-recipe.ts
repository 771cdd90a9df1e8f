import type { Recipe } from "../../preload/contract.ts";
import { inspectorStore } from "./inspector-store.ts";

/** How long a slider must rest until what it says is computed. */
const REST_MS = 120;

let timer: ReturnType<typeof setTimeout> | undefined;
let wanted: { readonly photo: number; readonly recipe: Recipe } | undefined;

/** Shows what a recipe would give, once no other has come for a moment. */
export function showLive(recipe: Recipe): void {
  const { photo } = inspectorStore.getState();
  if (photo === undefined) return;
  wanted = { photo, recipe };
  clearTimeout(timer);
  timer = setTimeout(() => {
    const now = wanted;
    wanted = undefined;
    // Another photo has come meanwhile.
    if (now === undefined || inspectorStore.getState().photo !== now.photo) return;
    inspectorStore.setState({ after: { kind: "live", recipe: now.recipe } });
  }, REST_MS);
}

/** Shows a finished result. @param key the latest one where it is left out */
export function showResult(key?: string): void {
  clearTimeout(timer);
  wanted = undefined;
  inspectorStore.setState({ after: key === undefined ? undefined : { kind: "result", key } });
}
