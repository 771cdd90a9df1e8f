import { createStore, type StoreApi } from "zustand/vanilla";
import type { EnhancePlan, Recipe } from "../../preload/contract.ts";
import { CallError } from "../api.ts";
import { isSameRecipe } from "./recipe.ts";

/** Photos and how they are to be enhanced. */
export interface Order {
  readonly photos: readonly number[];
  readonly recipe: Recipe;
}

export interface PlanFacts {
  /** The last plan that came; it may be that of an older order. */
  readonly plan: EnhancePlan | undefined;
  readonly failure: { readonly code: string; readonly message: string } | undefined;
  /** A newer plan is on its way. */
  readonly isStale: boolean;
}

export interface Planner {
  readonly store: StoreApi<PlanFacts>;
  /** Asks for the plan of an order, once no other has come for a moment; `undefined` for none. */
  readonly want: (order: Order | undefined) => void;
  /** Asks again for the same order: something that it depends on has changed. */
  readonly again: () => void;
  /** Stops what waits. */
  readonly end: () => void;
}

const NO_PLAN: PlanFacts = { plan: undefined, failure: undefined, isStale: false };

/** Asks for plans: after the last change, with answers to older questions dropped. */
export function createPlanner(askPlan: (order: Order) => Promise<EnhancePlan>, afterMs = 250): Planner {
  const store = createStore<PlanFacts>(() => NO_PLAN);
  let wanted: Order | undefined;
  let question = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const begin = (): void => {
    const mine = ++question;
    clearTimeout(timer);
    const order = wanted;
    if (order === undefined) {
      store.setState(NO_PLAN);
      return;
    }
    store.setState({ isStale: true });
    timer = setTimeout(async () => {
      const answer = await askPlan(order).then(
        (plan): PlanFacts => ({ plan, failure: undefined, isStale: false }),
        (error: unknown): PlanFacts => ({ plan: undefined, failure: failureOf(error), isStale: false }),
      );
      if (mine === question) store.setState(answer);
    }, afterMs);
  };

  return {
    store,
    want: (order) => {
      if (isSameOrder(wanted, order)) return;
      wanted = order;
      begin();
    },
    again: begin,
    end: () => {
      question++;
      clearTimeout(timer);
    },
  };
}

function failureOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof CallError) return { code: error.code, message: error.message };
  return { code: "INTERNAL", message: String(error) };
}

function isSameOrder(a: Order | undefined, b: Order | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (!isSameRecipe(a.recipe, b.recipe) || a.photos.length !== b.photos.length) return false;
  return a.photos === b.photos || a.photos.every((id, i) => id === b.photos[i]);
}
