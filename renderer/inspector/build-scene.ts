import type { BaselineFilter, Inspection } from "../../preload/contract.ts";
import type { Point, Rect } from "./geometry.ts";
import type { InspectorFacts, Shown } from "./inspector-store.ts";
import { besideAreas, GRID_FROM, lensCircles, lensView, maskAround } from "./lens.ts";
import { dividerLine, paneIndexAt, panesOf } from "./panes.ts";
import type { Content, Layer, Pane, Patch } from "./scene.ts";
import { isLive, shownResult } from "./shown.ts";
import { apply, invert, placement, type View } from "./view.ts";

/** What a scene is made from, beside the inspector's state. */
export interface SceneParts {
  readonly facts: InspectorFacts;
  readonly baseline: BaselineFilter;
  /** What came ahead of the batch for what is shown. */
  readonly patchesOf: (shown: Shown | undefined) => readonly Patch[];
}

/** The panes of the photo, in the order in which they are painted; none while there is nothing to show. */
export function photoPanes(parts: SceneParts): readonly Pane[] {
  const { facts } = parts;
  const { inspection, view, mode } = facts;
  const rects = panesOf(facts);
  const [rect] = rects;
  if (inspection === undefined || view === undefined || rect === undefined) return [];
  const before = layerContent(beforeLayer(parts, inspection));
  const after = layerContent(shownLayer(parts, inspection, facts.after));
  const one = (content: Content): readonly Pane[] => [{ rect, view, content }];
  const blind = facts.blindTest;
  if (blind !== undefined) {
    const side = blind.looksAt === "x" ? blind.xIs : blind.looksAt;
    // Both are there, one under the other: if only the one that is seen were, how soon it is sharp would tell which it is.
    return (["a", "b"] as const)
      .toSorted((first) => (first === side ? 1 : -1))
      .flatMap((each) => one(layerContent(shownLayer(parts, inspection, blind[each], "baseline"))));
  }
  if (mode === "slots") {
    return facts.slots.flatMap((shown, i) => {
      const at = rects[i];
      const content = layerContent(
        shownLayer(parts, inspection, facts.showsBefore ? { kind: "original" } : shown, "baseline"),
      );
      return at === undefined ? [] : [{ rect: at, view: facts.slotViews[i] ?? view, content }];
    });
  }
  const shown = facts.showsBefore ? before : after;
  switch (mode) {
    case "original":
      return one(layerContent(shownLayer(parts, inspection, { kind: "original" })));
    case "result":
      return withTrust(facts, one(shown));
    case "blink":
      return one(facts.showsBefore || facts.blinkPhase === "before" ? before : after);
    case "split": {
      const line = dividerLine(facts.divider, rect);
      const other = { x: -line.x, y: -line.y, least: -line.least };
      const right = { rect, view, content: shown, halfPlane: line };
      return [{ rect, view, content: before, halfPlane: other }, ...withTrust(facts, [right])];
    }
    case "difference":
      return one(facts.showsBefore ? before : differenceOf(facts, before, after));
    default: {
      const second = rects[1] ?? rect;
      return [{ rect, view, content: before }, ...withTrust(facts, [{ rect: second, view, content: shown }])];
    }
  }
}

/** Where the loupe looks, and what it shows. */
export interface LensPaint {
  readonly panes: readonly Pane[];
  /** The image point that it looks at. */
  readonly point: Point;
  /** The part of the photo under the mask, in source px; for the form that shows it beside. */
  readonly mask: Rect | undefined;
}

/** The loupe at a place on the surface, in device px. `undefined` where it has nothing to look at. */
export function lensPaint(parts: SceneParts, place: Point | undefined): LensPaint | undefined {
  const { facts } = parts;
  const { inspection, lens, view } = facts;
  if (!facts.showsLens || inspection === undefined || view === undefined || facts.blindTest !== undefined) return;
  const point = pointOf(facts, place);
  if (point === undefined) return;
  const before = layerContent(beforeLayer(parts, inspection));
  const after = layerContent(shownLayer(parts, inspection, facts.after));
  const hasGrid = lens.zoom >= GRID_FROM;
  if (lens.form === "beside") {
    const { beside } = besideAreas(facts.surface);
    const mask = maskAround(point, lens.zoom, inspection.original, beside);
    const pane = { rect: beside, view: mask.view, hasGrid, point };
    const line = { x: 1, y: 0, least: beside.x + Math.round(beside.width / 2) };
    const panes = [
      { ...pane, content: before, halfPlane: { x: -1, y: 0, least: -line.least } },
      { ...pane, content: after, halfPlane: line },
    ];
    return { panes, point, mask: mask.rect };
  }
  const at = lens.pinned === undefined ? place : placeOfPinned(facts, lens.pinned);
  if (at === undefined) return;
  const seen = lensView(point, lens);
  const panes = lensCircles(lens.form, at, lens.radius * facts.devicePixelRatio).flatMap(
    ({ centre, radius, shows }) => {
      const reach = Math.ceil(radius);
      const rect = { x: centre.x - reach, y: centre.y - reach, width: 2 * reach, height: 2 * reach };
      const pane = { rect, view: seen, circle: { centre, radius }, hasGrid, point };
      if (shows !== "halves") return [{ ...pane, content: shows === "before" ? before : after }];
      return [
        { ...pane, content: before, halfPlane: { x: -1, y: 0, least: -centre.x } },
        { ...pane, content: after, halfPlane: { x: 1, y: 0, least: centre.x } },
      ];
    },
  );
  return { panes, point, mask: undefined };
}

function pointOf(facts: InspectorFacts, place: Point | undefined): Point | undefined {
  const { pinned } = facts.lens;
  if (pinned !== undefined) return { x: pinned.x, y: pinned.y };
  return place === undefined ? undefined : imagePoint(facts, place);
}

/** The image point that is painted at a place on the surface; in the pane there, or that of the nearest one. */
export function imagePoint(facts: InspectorFacts, place: Point): Point | undefined {
  const found = paneAndView(facts, place);
  return found === undefined ? undefined : invert(placement(found.view, found.rect), place);
}

/** The pane at a place, with its view. */
export function paneAndView(facts: InspectorFacts, place: Point): PaneView | undefined {
  return paneView(facts, paneIndexAt(panesOf(facts), place) ?? 0);
}

interface PaneView {
  readonly index: number;
  readonly rect: Rect;
  /** That of its slot, where it was moved apart. */
  readonly view: View;
}

/** A pane, or the first one where there are no more so many. */
function paneView(facts: InspectorFacts, wanted: number): PaneView | undefined {
  const rects = panesOf(facts);
  const index = wanted < rects.length ? wanted : 0;
  const rect = rects[index];
  const view = (facts.mode === "slots" ? facts.slotViews[index] : undefined) ?? facts.view;
  return rect === undefined || view === undefined ? undefined : { index, rect, view };
}

function placeOfPinned(facts: InspectorFacts, point: NonNullable<InspectorFacts["lens"]["pinned"]>): Point | undefined {
  const found = paneView(facts, point.pane);
  return found && apply(placement(found.view, found.rect), point);
}

function beforeLayer({ baseline }: SceneParts, { original }: Inspection): Layer {
  return { source: original, picture: original, filter: baseline, patches: [] };
}

function shownLayer(
  parts: SceneParts,
  inspection: Inspection,
  shown: Shown | undefined,
  original: "baseline" | "screen" = "screen",
): Layer {
  const source = inspection.original;
  if (shown?.kind === "original") {
    const filter = original === "baseline" ? parts.baseline : "screen";
    return { source, picture: source, filter, patches: [] };
  }
  const result = shownResult(inspection, shown?.kind === "result" ? shown.key : undefined);
  if (result === undefined || isLive(inspection, shown)) {
    return { source, picture: source, filter: "bicubic", patches: parts.patchesOf(shown) };
  }
  return { source, picture: result, filter: "screen", patches: [] };
}

function layerContent(layer: Layer): Content {
  return { kind: "layer", layer };
}

function differenceOf({ difference }: InspectorFacts, before: Content, after: Content): Content {
  if (before.kind !== "layer" || after.kind !== "layer") return after;
  return { kind: "difference", before: before.layer, after: after.layer, ...difference };
}

function withTrust({ trust }: InspectorFacts, panes: readonly Pane[]): readonly Pane[] {
  if (trust?.map === undefined) return panes;
  const content: Content = { kind: "trust", map: trust.map, threshold: trust.threshold };
  return panes.flatMap((pane) => [pane, { ...pane, content }]);
}
