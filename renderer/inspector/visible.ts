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

/** The middle of a part, of the same shape, where all of it is more than so many px. */
export function middleOf(part: Rect, mostPx: number): Rect {
  const share = Math.min(1, Math.sqrt(mostPx / (part.width * part.height)));
  const width = Math.max(1, Math.floor(part.width * share));
  const height = Math.max(1, Math.min(part.height, Math.floor(mostPx / width), Math.ceil(part.height * share)));
  return {
    x: part.x + Math.floor((part.width - width) / 2),
    y: part.y + Math.floor((part.height - height) / 2),
    width,
    height,
  };
}
