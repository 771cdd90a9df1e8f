import { changeLens, pan, toggleZoom, zoomBy } from "./actions.ts";
import { paneAndView } from "./build-scene.ts";
import { clamp, type Point } from "./geometry.ts";
import type { Effect, Grip } from "./gesture.ts";
import { type InspectorFacts, inspectorStore } from "./inspector-store.ts";
import { LensWheel } from "./lens-zooms.ts";
import { dividerAt, dividerDistance, photoArea } from "./panes.ts";
import { setPin } from "./pin-actions.ts";
import { constrain, constrainScale, invert, panBy, placement, type View, wheelFactor, zoomAbout } from "./view.ts";
import type { WheelMeaning } from "./wheel.ts";

/** CSS px to each side of the divider in which it is taken hold of. */
const DIVIDER_REACH_PX = 12;
/** CSS px of the smallest and the largest lens. */
const RADIUS = { least: 40, most: 400 } as const;
/** Px of the wheel for twice the lens. */
const RADIUS_DOUBLING_PX = 400;
/** The second click of two within this time does not zoom when the first one has set a pin. */
const DOUBLE_MS = 500;

/** What a pointer at a place takes hold of. */
export function gripAt(place: Point): Grip["what"] {
  const facts = inspectorStore.getState();
  const { mode, divider, isPinning, devicePixelRatio, blindTest } = facts;
  if (mode !== "split" || isPinning || blindTest !== undefined) return "photo";
  const isNear = dividerDistance(place, divider, photoArea(facts)) <= DIVIDER_REACH_PX * devicePixelRatio;
  return isNear ? "divider" : "photo";
}

/** Does what a gesture means. */
export function carryOut(effect: Effect): void {
  switch (effect.type) {
    case "pan":
      panSlots(effect.move, effect.from, effect.alone);
      return;
    case "divide": {
      const facts = inspectorStore.getState();
      const at = dividerAt(effect.at, facts.divider.angle, photoArea(facts));
      inspectorStore.setState({ divider: { ...facts.divider, at } });
      return;
    }
    case "pinch":
      pan(effect.move);
      zoomBy(effect.factor, effect.at);
      return;
    case "click":
      click(effect.at);
  }
}

/** Does what a wheel or a trackpad means: with the loupe, the wheel is the loupe's. */
export function turnWheel(meaning: WheelMeaning, place: Point, keys: { shift: boolean; ctrl: boolean }): void {
  if (meaning.type === "pan" && !keys.shift) {
    panSlots(meaning, place, false);
    return;
  }
  const deltaPx = meaning.type === "zoom" ? meaning.deltaPx : -(meaning.x || meaning.y);
  const { showsLens, lens, mode } = inspectorStore.getState();
  if (showsLens && !keys.ctrl) {
    if (keys.shift) changeLens({ radius: sized(lens.radius, deltaPx) });
    else changeLens({ zoom: lensWheel.turn(lens.zoom, deltaPx) });
    return;
  }
  if (keys.shift && mode === "slots") zoomSlot(wheelFactor(deltaPx), place);
  else zoomBy(wheelFactor(deltaPx), place);
}

const lensWheel = new LensWheel();
let pinnedAtMs = Number.NEGATIVE_INFINITY;

/** 1:1 at a place, and back. */
export function doubleClick(place: Point): void {
  const { isPinning, showsLens } = inspectorStore.getState();
  const hasJustPinned = performance.now() - pinnedAtMs < DOUBLE_MS;
  if (!isPinning && !showsLens && !hasJustPinned) toggleZoom(place);
}

function sized(radius: number, deltaPx: number): number {
  return clamp(radius * 2 ** (-deltaPx / RADIUS_DOUBLING_PX), RADIUS.least, RADIUS.most);
}

function click(place: Point): void {
  const facts = inspectorStore.getState();
  const { inspection, isPinning, showsLens, lens } = facts;
  const found = paneAndView(facts, place);
  if (inspection === undefined || found === undefined || facts.blindTest !== undefined) return;
  const point = invert(placement(found.view, found.rect), place);
  const { width, height } = inspection.original;
  if (isPinning) {
    const isInside = point.x >= 0 && point.y >= 0 && point.x <= width && point.y <= height;
    if (!isInside) return;
    inspectorStore.setState({ isPinning: false });
    pinnedAtMs = performance.now();
    const name = String(inspection.pins.length + 1);
    void setPin({ uid: crypto.randomUUID(), name, x: point.x / width, y: point.y / height });
  } else if (showsLens) {
    changeLens({ pinned: lens.pinned === undefined ? { ...point, pane: found.index } : undefined });
  }
}

/** Moves all panes, or the one that the drag is in. */
function panSlots(move: Point, from: Point, isAlone: boolean): void {
  const facts = inspectorStore.getState();
  if (isAlone && facts.mode === "slots") changeSlot(facts, from, (view) => panBy(view, move));
  else pan(move);
}

function zoomSlot(factor: number, place: Point): void {
  const facts = inspectorStore.getState();
  const found = paneAndView(facts, place);
  const source = facts.inspection?.original;
  if (found === undefined || source === undefined) return;
  const scale = constrainScale(found.view.scale * factor, source, found.rect);
  changeSlot(facts, place, (view) => zoomAbout(view, found.rect, place, scale));
}

function changeSlot(facts: InspectorFacts, place: Point, change: (view: View) => View): void {
  const found = paneAndView(facts, place);
  const source = facts.inspection?.original;
  if (found === undefined || source === undefined) return;
  const view = constrain(change(found.view), source, found.rect);
  const slotViews = facts.slots.map((_, i) => (i === found.index ? view : facts.slotViews[i]));
  inspectorStore.setState({ slotViews });
}
