import type { LiveRequest, Recipe } from "../../preload/contract.ts";
import type { LensPaint } from "./build-scene.ts";
import type { InspectorFacts, Shown } from "./inspector-store.ts";
import { shownRect, wholePx } from "./lens.ts";
import { panesOf } from "./panes.ts";
import { isLive, resultScale } from "./shown.ts";
import { placement } from "./view.ts";

/** More halvings than this are never asked for. */
const MOST_SHRINK = 8;
const SLOT_LANES = ["slot1", "slot2", "slot3"] as const;

/** How a live picture is computed: as was chosen, as the photo waits for, else as the panel has it. */
export function liveRecipe({ inspection }: InspectorFacts, shown: Shown | undefined, panel: Recipe): Recipe {
  if (shown?.kind === "live") return shown.recipe;
  return inspection?.waiting ?? panel;
}

/**
 * The requests that what is on the surface asks for, at most one for each lane: what is under the lens is computed, and
 * of what is in sight all of it while that key is held; else what the photo's canvas has already.
 */
export function liveWishes(facts: InspectorFacts, lens: LensPaint | undefined, panel: Recipe): readonly LiveRequest[] {
  const { inspection, after, mode, isLiveView } = facts;
  if (inspection === undefined || facts.blindTest !== undefined) return [];
  if (!isLive(inspection, after)) return mode === "slots" ? slotWishes(facts, panel) : [];
  const recipe = liveRecipe(facts, after, panel);
  const photo = inspection.photo;
  const wishes: LiveRequest[] = [];
  const underLens = lens?.panes.find(({ content }) => content.kind === "layer");
  if (lens !== undefined && underLens !== undefined) {
    const rect = wholePx(
      shownRect(placement(underLens.view, underLens.rect), underLens.rect, inspection.original),
      inspection.original,
    );
    const shrink = shrinkFor(underLens.view.scale, resultScale(facts));
    if (rect !== undefined) wishes.push({ photo, recipe, rect, shrink, infer: true, lane: "lens" });
  }
  if (mode === "slots") return [...wishes, ...slotWishes(facts, panel)];
  const isWaiting = inspection.waiting !== undefined;
  if (mode !== "original" && (isLiveView || isWaiting)) {
    const wish = inSight(facts, 0, recipe, "view", isLiveView);
    if (wish !== undefined) wishes.push(wish);
  }
  return wishes;
}

/** Slots have pictures of their own: those that are live are computed while the key is held. */
function slotWishes(facts: InspectorFacts, panel: Recipe): readonly LiveRequest[] {
  if (!facts.isLiveView) return [];
  const live = facts.slots.map((shown, index) => ({ shown, index })).filter(({ shown }) => shown.kind === "live");
  return live.slice(0, SLOT_LANES.length).flatMap(({ shown, index }, i) => {
    const wish = inSight(facts, index, liveRecipe(facts, shown, panel), SLOT_LANES[i] ?? "slot1", true);
    return wish === undefined ? [] : [wish];
  });
}

function inSight(
  facts: InspectorFacts,
  pane: number,
  recipe: Recipe,
  lane: LiveRequest["lane"],
  infer: boolean,
): LiveRequest | undefined {
  const rect = panesOf(facts)[pane];
  const view = (facts.mode === "slots" ? facts.slotViews[pane] : undefined) ?? facts.view;
  if (rect === undefined || view === undefined || facts.inspection === undefined) return undefined;
  const { original, photo } = facts.inspection;
  const seen = wholePx(shownRect(placement(view, rect), rect, original), original);
  const shrink = shrinkFor(view.scale, recipe.size.kind === "scale" ? recipe.size.scale : resultScale(facts));
  return seen === undefined ? undefined : { photo, recipe, rect: seen, shrink, infer, lane };
}

/** How often a result may be halved and still have a px for every device px. */
function shrinkFor(devicePerSource: number, resultPerSource: number): number {
  return Math.max(0, Math.min(MOST_SHRINK, Math.floor(Math.log2(resultPerSource / devicePerSource))));
}
