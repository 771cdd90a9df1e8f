import { clamp, type Rect } from "./geometry.ts";
import type { InspectorFacts } from "./inspector-store.ts";
import { paneRects } from "./panes.ts";
import { invert, placement } from "./view.ts";

type Seen = Pick<InspectorFacts, "inspection" | "view" | "surface" | "mode" | "slots">;

/** The part of the photo that is in sight, in whole px of the source; `undefined` where there is none. */
export function visiblePart({ inspection, view, surface, mode, slots }: Seen): Rect | undefined {
  const pane = surface.width === 0 ? undefined : paneRects(mode, surface, slots.length)[0];
  if (inspection === undefined || view === undefined || pane === undefined) return undefined;
  const { width, height } = inspection.original;
  const at = placement(view, pane);
  const low = invert(at, pane);
  const high = invert(at, { x: pane.x + pane.width, y: pane.y + pane.height });
  const x = clamp(Math.floor(low.x), 0, width);
  const y = clamp(Math.floor(low.y), 0, height);
  const part = { x, y, width: clamp(Math.ceil(high.x), 0, width) - x, height: clamp(Math.ceil(high.y), 0, height) - y };
  return part.width > 0 && part.height > 0 ? part : undefined;
}
