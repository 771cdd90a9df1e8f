import { clamp, type Point, type Rect, type Size } from "./geometry.ts";
import { type InspectorFacts, inspectorStore, type Lens, type Mode } from "./inspector-store.ts";
import { paneIndexAt, panesOf } from "./panes.ts";
import { resultScale } from "./shown.ts";
import { constrain, constrainScale, fitView, follow, panBy, type View, zoomAbout } from "./view.ts";

const LENS_ZOOM = { least: 1, most: 32 } as const;
const ZOOM_STEP = Math.SQRT2;

/** Shows a mode. */
export function setMode(mode: Mode): void {
  const facts = inspectorStore.getState();
  inspectorStore.setState({ mode, blinksByItself: mode === "blink" && facts.blinksByItself });
  keepInSight();
}

/** Size of the photo that is inspected, upright, in px. */
export function sourceSize({ inspection }: Pick<InspectorFacts, "inspection">): Size | undefined {
  return inspection?.original;
}

/** Device px per px of the largest picture that is compared: 1 is “100 %”. */
export function zoomOf(facts: InspectorFacts): number {
  return (facts.view?.scale ?? 1) / resultScale(facts);
}

/** Shows all of the photo, in every slot. */
export function showAll(): void {
  inspectorStore.setState({ slotViews: [] });
  fitPhoto();
}

function fitPhoto(): void {
  const facts = inspectorStore.getState();
  const source = sourceSize(facts);
  const pane = firstPane(facts);
  if (source !== undefined && pane !== undefined)
    showView(fitView(source, pane, Math.max(1, resultScale(facts))), true);
}

/** Shows a px of the largest picture as so many device px. @param place on the surface, in device px; its middle else */
export function zoomTo(zoom: number, place?: Point): void {
  const facts = inspectorStore.getState();
  zoomToScale(zoom * resultScale(facts), place);
}

/** Shows the photo larger or smaller by a step. */
export function zoomStep(direction: 1 | -1, place?: Point): void {
  const { view } = inspectorStore.getState();
  if (view !== undefined) zoomToScale(view.scale * ZOOM_STEP ** direction, place);
}

/** Scales by a factor about a place on the surface. */
export function zoomBy(factor: number, place?: Point): void {
  const { view } = inspectorStore.getState();
  if (view !== undefined) zoomToScale(view.scale * factor, place);
}

/** 1:1 at a place, or all of the photo where it is shown so already. */
export function toggleZoom(place?: Point): void {
  const facts = inspectorStore.getState();
  if (facts.isFitted || Math.abs(zoomOf(facts) - 1) > 1e-6) zoomTo(1, place);
  else showAll();
}

/** Moves what is seen by so many device px. */
export function pan(move: Point): void {
  changeView((view) => panBy(view, move));
}

/** Brings an image point to the middle, as close as it is looked at already, or at 1:1 where all of the photo is shown. */
export function goToPoint(point: Point): void {
  const facts = inspectorStore.getState();
  const scale = facts.isFitted || facts.view === undefined ? resultScale(facts) : facts.view.scale;
  changeView(() => ({ ...point, scale }));
}

/** Changes the shared view, within what can be looked at; slots that were moved apart go along. */
export function changeView(change: (view: View) => View): void {
  const facts = inspectorStore.getState();
  const source = sourceSize(facts);
  const pane = firstPane(facts);
  if (source === undefined || pane === undefined || facts.view === undefined) return;
  showView(constrain(change(facts.view), source, pane), false);
}

function showView(view: View, isFitted: boolean): void {
  const facts = inspectorStore.getState();
  const { view: before, slotViews } = facts;
  const source = sourceSize(facts);
  const pane = firstPane(facts);
  if (source === undefined || pane === undefined) return;
  const along = (slot: View) => constrain(before === undefined ? slot : follow(slot, before, view), source, pane);
  inspectorStore.setState({ view, isFitted, slotViews: slotViews.map((slot) => slot && along(slot)) });
}

/** The surface has another size: what was fitted is fitted again, what was looked at stays in the middle. */
export function resizeSurface(surface: Size, devicePixelRatio: number): void {
  const before = inspectorStore.getState();
  if (before.surface.width === surface.width && before.surface.height === surface.height) {
    if (before.devicePixelRatio !== devicePixelRatio) inspectorStore.setState({ devicePixelRatio });
    return;
  }
  inspectorStore.setState({ surface, devicePixelRatio });
  keepInSight();
}

/** The panes have other sizes: what was fitted is fitted again, what was looked at stays in the middle. */
export function keepInSight(): void {
  const { isFitted } = inspectorStore.getState();
  if (isFitted) fitPhoto();
  else changeView((view) => view);
}

export function changeLens(part: Partial<Lens>): void {
  inspectorStore.setState(({ lens }) => {
    const changed = { ...lens, ...part };
    return { lens: { ...changed, zoom: clamp(changed.zoom, LENS_ZOOM.least, LENS_ZOOM.most) } };
  });
  if (part.form !== undefined) keepInSight();
}

/** Shows the loupe or puts it away; it follows the pointer then. */
export function toggleLens(): void {
  inspectorStore.setState(({ showsLens, lens }) => ({ showsLens: !showsLens, lens: { ...lens, pinned: undefined } }));
  keepInSight();
}

/** Moves the divider. @param at 0 to 1 */
export function moveDivider(at: number): void {
  inspectorStore.setState(({ divider }) => ({ divider: { ...divider, at: clamp(at, 0, 1) } }));
}

/** Leans the divider. @param degrees of its normal */
export function turnDivider(degrees: number): void {
  const angle = ((degrees % 360) + 360) % 360;
  inspectorStore.setState(({ divider }) => ({ divider: { ...divider, angle } }));
}

function zoomToScale(wanted: number, place: Point | undefined): void {
  const facts = inspectorStore.getState();
  const source = sourceSize(facts);
  if (source === undefined) return;
  const pane = paneAt(facts, place);
  if (pane === undefined) return;
  const scale = constrainScale(wanted, source, pane);
  changeView((view) => zoomAbout(view, pane, place ?? middleOf(pane), scale));
}

function middleOf(pane: Rect): Point {
  return { x: pane.x + pane.width / 2, y: pane.y + pane.height / 2 };
}

function firstPane(facts: InspectorFacts): Rect | undefined {
  return panesOf(facts)[0];
}

function paneAt(facts: InspectorFacts, place: Point | undefined): Rect | undefined {
  const rects = panesOf(facts);
  return rects[(place === undefined ? undefined : paneIndexAt(rects, place)) ?? 0];
}
