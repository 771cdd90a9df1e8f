import i18next from "i18next";
import { percent } from "../format.ts";
import type { LensPaint } from "./build-scene.ts";
import type { Point, Rect } from "./geometry.ts";
import type { InspectorFacts } from "./inspector-store.ts";
import { dividerEnds, dividerHandle, isUpright, panesOf, photoArea } from "./panes.ts";
import type { StageParts } from "./stage-parts.ts";
import { apply, placement } from "./view.ts";

/** CSS px between a lens and its readout. */
const READOUT_GAP_PX = 12;
/** CSS px between a tag and the edges of its pane. */
const TAG_INSET_PX = 12;

/*
 * What lies over the canvas. It is moved here, in the same frame in which the canvas is painted, and not by React, which
 * has nothing to do while a pointer moves. None of it hears pointers.
 */

/** Puts everything where the scene has it. */
export function layOver(parts: StageParts, facts: InspectorFacts, lens: LensPaint | undefined): void {
  const perDevice = 1 / facts.devicePixelRatio;
  layTags(parts, facts, perDevice);
  layDivider(parts, facts, perDevice);
  layPins(parts, facts, perDevice);
  layLens(parts, facts, lens, perDevice);
}

function layTags({ tags }: StageParts, facts: InspectorFacts, perDevice: number): void {
  const rects = panesOf(facts);
  for (const tag of tags.children) {
    if (!(tag instanceof HTMLElement)) continue;
    const rect = rects[Number(tag.dataset.pane ?? 0)];
    show(tag, rect !== undefined);
    if (rect === undefined) continue;
    const { x, y, width, height } = rect;
    const [right, lower] = [(x + width) * perDevice, (y + height) * perDevice];
    const left = x * perDevice + TAG_INSET_PX;
    const top = y * perDevice + TAG_INSET_PX;
    const { corner } = tag.dataset;
    tag.style.maxWidth = `${(width * perDevice) / (corner === "left" ? 1.5 : 2) - 2 * TAG_INSET_PX}px`;
    const shift = corner === "right" ? " translateX(-100%)" : corner === "lower" ? " translateY(-100%)" : "";
    const at =
      corner === "right"
        ? [right - TAG_INSET_PX, top]
        : corner === "lower"
          ? [left, lower - TAG_INSET_PX]
          : [left, top];
    tag.style.transform = `translate(${at[0]}px, ${at[1]}px)${shift}`;
  }
}

function layDivider({ divider, knob }: StageParts, facts: InspectorFacts, perDevice: number): void {
  const isThere = facts.mode === "split" && facts.view !== undefined && facts.blindTest === undefined;
  show(divider, isThere);
  if (!isThere) return;
  const area = photoArea(facts);
  const [from, to] = dividerEnds(facts.divider, area);
  const length = Math.hypot(to.x - from.x, to.y - from.y) * perDevice;
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  divider.style.width = `${length}px`;
  divider.style.transform = `translate(${from.x * perDevice}px, ${from.y * perDevice}px) rotate(${angle}rad)`;
  const handle = dividerHandle(facts.divider, area);
  // Along the line, and turned back, so that its arrows point across the divider.
  const along = Math.hypot(handle.x - from.x, handle.y - from.y) * perDevice;
  knob.style.transform = `translate(${along}px, 0) rotate(${Math.PI / 2}rad)`;
  const share = Math.round(facts.divider.at * 100);
  set(divider, "aria-valuenow", String(share));
  set(divider, "aria-valuetext", i18next.t("dividerValue", { ns: "inspector", share: percent(facts.divider.at) }));
  set(divider, "aria-orientation", isUpright(facts.divider) ? "horizontal" : "vertical");
}

function layPins({ pins }: StageParts, facts: InspectorFacts, perDevice: number): void {
  const { inspection, view } = facts;
  const rects = panesOf(facts);
  for (const element of pins.children) {
    if (!(element instanceof HTMLElement)) continue;
    const pin = inspection?.pins.find(({ uid }) => uid === element.dataset.uid);
    const rect = rects[Number(element.dataset.pane ?? 0)];
    if (pin === undefined || rect === undefined || inspection === undefined || view === undefined) {
      show(element, false);
      continue;
    }
    const seen = (facts.mode === "slots" ? facts.slotViews[Number(element.dataset.pane)] : undefined) ?? view;
    const { width, height } = inspection.original;
    const at = apply(placement(seen, rect), { x: pin.x * width, y: pin.y * height });
    show(element, at.x >= rect.x && at.y >= rect.y && at.x <= rect.x + rect.width && at.y <= rect.y + rect.height);
    moveTo(element, at, perDevice);
  }
}

function layLens(parts: StageParts, facts: InspectorFacts, lens: LensPaint | undefined, perDevice: number): void {
  const circles = [
    ...new Map(
      lens?.panes
        .flatMap(({ circle }) => (circle === undefined ? [] : [circle]))
        .map((circle) => [circle.centre.x, circle] as const),
    ).values(),
  ];
  for (const [i, ring] of parts.rings.entries()) {
    const circle = circles[i];
    show(ring, circle !== undefined);
    if (circle === undefined) continue;
    const side = `${2 * circle.radius * perDevice}px`;
    if (ring.style.width !== side) Object.assign(ring.style, { width: side, height: side });
    moveTo(ring, { x: circle.centre.x - circle.radius, y: circle.centre.y - circle.radius }, perDevice);
    ring.classList.toggle("in-halves", facts.lens.form === "halves");
    ring.classList.toggle("pinned", facts.lens.pinned !== undefined);
  }
  const mask = maskPlace(facts, lens?.mask);
  show(parts.mask, mask !== undefined);
  if (mask !== undefined) {
    moveTo(parts.mask, mask, perDevice);
    parts.mask.style.width = `${mask.width * perDevice}px`;
    parts.mask.style.height = `${mask.height * perDevice}px`;
  }
  show(parts.readout, lens !== undefined);
  if (lens !== undefined) layReadout(parts, circles, perDevice);
}

/** Below the lenses, or above them where there is no room; within the surface. */
function layReadout(
  { readout, surface }: StageParts,
  circles: readonly { readonly centre: Point; readonly radius: number }[],
  perDevice: number,
): void {
  const { width, height, own } = sizesOf(surface, readout);
  const [first] = circles;
  const last = circles.at(-1);
  if (first === undefined || last === undefined) {
    readout.style.transform = `translate(12px, ${height - own.height - 12}px)`;
    return;
  }
  const middle = ((first.centre.x + last.centre.x) / 2) * perDevice;
  const reach = first.radius * perDevice + READOUT_GAP_PX;
  const below = first.centre.y * perDevice + reach;
  const above = first.centre.y * perDevice - reach - own.height;
  const x = Math.max(4, Math.min(width - own.width - 4, middle - own.width / 2));
  const y = below + own.height <= height ? below : Math.max(4, above);
  readout.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
}

/** Asking for sizes makes the browser lay the page out; those of the readout follow from how its lines are cut. */
function sizesOf(surface: HTMLElement, readout: HTMLElement) {
  const cut = `${(readout.textContent ?? "").replace(/[^\n]/g, "·")} ${readout.dataset.live} ${surface.dataset.size}`;
  const known = measured.get(readout);
  if (known?.cut === cut) return known;
  const { clientWidth: width, clientHeight: height } = surface;
  const sizes = { cut, width, height, own: { width: readout.offsetWidth, height: readout.offsetHeight } };
  // Hidden, it has none.
  if (!readout.hidden) measured.set(readout, sizes);
  return sizes;
}

const measured = new WeakMap<
  HTMLElement,
  {
    readonly cut: string;
    readonly width: number;
    readonly height: number;
    readonly own: { width: number; height: number };
  }
>();

/** The mask on the photo, in device px. */
function maskPlace(facts: InspectorFacts, mask: Rect | undefined): Rect | undefined {
  const [rect] = panesOf(facts);
  if (mask === undefined || rect === undefined || facts.view === undefined) return undefined;
  const at = placement(facts.view, rect);
  const from = apply(at, mask);
  return { ...from, width: mask.width * at.scale, height: mask.height * at.scale };
}

function moveTo(element: HTMLElement, { x, y }: Point, perDevice: number): void {
  element.style.transform = `translate(${x * perDevice}px, ${y * perDevice}px)`;
}

function show(element: HTMLElement, isShown: boolean): void {
  if (element.hidden === isShown) element.hidden = !isShown;
}

function set(element: HTMLElement, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
