import type { Rect } from "./geometry.ts";
import type { InspectorFacts } from "./inspector-store.ts";
import { shownRect, wholePx } from "./lens.ts";
import { panesOf } from "./panes.ts";
import { placement } from "./view.ts";

/** The part of the photo that is in sight, in whole px of the source; `undefined` where there is none. */
export function visiblePart(facts: InspectorFacts): Rect | undefined {
  const { inspection, view } = facts;
  const [pane] = panesOf(facts);
  if (inspection === undefined || view === undefined || pane === undefined) return undefined;
  return wholePx(shownRect(placement(view, pane), pane, inspection.original), inspection.original);
}
