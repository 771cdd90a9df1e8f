import { isField } from "../shell/is-field.ts";
import { type Corners, pointerPlaceOn, type SurfaceFrame } from "./coordinates.ts";
import type { Point, Size } from "./geometry.ts";
import { type Effect, type Gesture, type Grip, IDLE, type PointerHappening, step } from "./gesture.ts";
import { meaningOf, type WheelMeaning } from "./wheel.ts";

/** CSS px that a click may move. */
const SLOP_PX = 4;

/** What the surface's pointers are told to. */
export interface InputListener {
  /** The surface in device px. */
  readonly size: () => Size;
  readonly devicePixelRatio: () => number;
  /** What a pointer at a place takes hold of. */
  readonly gripAt: (place: Point) => Grip["what"];
  readonly onEffect: (effect: Effect) => void;
  /** The pointer is there, or nowhere on the surface. */
  readonly onPlace: (place: Point | undefined) => void;
  readonly onWheel: (
    meaning: WheelMeaning,
    place: Point,
    keys: { readonly shift: boolean; readonly ctrl: boolean },
  ) => void;
  readonly onDoubleClick: (place: Point) => void;
  /** What is held has changed, for the pointer's shape. */
  readonly onGesture: (gesture: Gesture) => void;
}

/** The one owner of all pointer events on the surface. */
export class PointerInput {
  private gesture: Gesture = IDLE;
  private isHand = false;
  private isOver = false;
  private readonly ended = new AbortController();

  /** @param corners zero-sized elements in the upper left, upper right and lower left corner of the surface */
  constructor(
    private readonly surface: HTMLElement,
    private readonly corners: readonly [HTMLElement, HTMLElement, HTMLElement],
    private readonly listener: InputListener,
  ) {
    const { signal } = this.ended;
    const cancel = () => this.take({ type: "cancel" });
    surface.addEventListener("pointerdown", (event) => this.down(event), { signal });
    surface.addEventListener("pointermove", (event) => this.move(event), { signal });
    surface.addEventListener("pointerup", (event) => this.up(event), { signal });
    surface.addEventListener("pointercancel", cancel, { signal });
    // Also follows every release: then nothing is held, and it does nothing.
    surface.addEventListener("lostpointercapture", (event) => this.lost(event), { signal });
    surface.addEventListener("pointerleave", () => this.leave(), { signal });
    surface.addEventListener("dblclick", (event) => listener.onDoubleClick(this.placeOf(event)), { signal });
    surface.addEventListener("wheel", (event) => this.wheel(event), { signal, passive: false });
    window.addEventListener("blur", () => this.letGo(), { signal });
    document.addEventListener("visibilitychange", () => this.letGo(), { signal });
    window.addEventListener("keydown", (event) => this.press(event), { signal });
    window.addEventListener("keyup", (event) => this.release(event), { signal });
  }

  /** Whatever is held is let go of; nothing is listened to any more. */
  close(): void {
    this.take({ type: "cancel" });
    this.ended.abort();
    this.listener.onPlace(undefined);
  }

  /** How the surface lies in the window at this moment. */
  frame(): SurfaceFrame {
    const [upperLeft, upperRight, lowerLeft] = this.corners.map(cornerOf) as [Point, Point, Point];
    const corners: Corners = { upperLeft, upperRight, lowerLeft };
    return { ...corners, size: this.listener.size() };
  }

  private down(event: PointerEvent): void {
    // The secondary button is the system's.
    if (event.button !== 0 && event.button !== 1) return;
    event.preventDefault();
    this.surface.focus({ preventScroll: true });
    this.surface.setPointerCapture(event.pointerId);
    const at = this.placeOf(event);
    const isHand = this.isHand || event.button === 1;
    const what = isHand ? "hand" : this.listener.gripAt(at);
    const grip: Grip = { what, alone: event.shiftKey };
    this.take({ type: "down", pointer: event.pointerId, at, grip, isTouch: event.pointerType === "touch" });
  }

  private move(event: PointerEvent): void {
    const at = this.placeOf(event);
    this.isOver = true;
    this.take({ type: "move", pointer: event.pointerId, at, isDown: event.buttons !== 0 });
    this.listener.onPlace(at);
  }

  private up(event: PointerEvent): void {
    const at = this.placeOf(event);
    this.listener.onPlace(at);
    this.take({ type: "up", pointer: event.pointerId, at });
  }

  private lost(event: PointerEvent): void {
    const { gesture } = this;
    if (gesture.phase === "idle") return;
    const isOurs =
      gesture.phase === "pinching"
        ? gesture.fingers.some(({ pointer }) => pointer === event.pointerId)
        : gesture.pointer === event.pointerId;
    if (isOurs) this.take({ type: "cancel" });
  }

  private leave(): void {
    this.isOver = false;
    if (this.gesture.phase === "idle") this.listener.onPlace(undefined);
  }

  private letGo(): void {
    this.isHand = false;
    this.take({ type: "cancel" });
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const keys = { shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey };
    this.listener.onWheel(meaningOf(event), this.placeOf(event), keys);
  }

  /** Space is the hand while the pointer is over the photo, unless what has the focus takes it. */
  private press(event: KeyboardEvent): void {
    if (event.key !== " " || !this.isOver || isOther(event.target)) return;
    event.preventDefault();
    if (this.isHand) return;
    this.isHand = true;
    this.listener.onGesture(this.gesture);
  }

  private release(event: KeyboardEvent): void {
    if (event.key !== " " || !this.isHand) return;
    event.preventDefault();
    this.isHand = false;
    this.listener.onGesture(this.gesture);
  }

  /** Whether Space is held. */
  get hasHand(): boolean {
    return this.isHand;
  }

  private take(happening: PointerHappening): void {
    const next = step(this.gesture, happening, SLOP_PX * this.listener.devicePixelRatio());
    const hasChanged = next.gesture.phase !== this.gesture.phase;
    this.gesture = next.gesture;
    for (const effect of next.effects) this.listener.onEffect(effect);
    if (hasChanged) this.listener.onGesture(next.gesture);
  }

  private placeOf(event: MouseEvent): Point {
    return pointerPlaceOn(this.frame(), event);
  }
}

/** A field, or something that was gone to by keys and is pressed by them. */
function isOther(target: EventTarget | null): boolean {
  const pressed = "button, a, summary, input, [role=slider], [role=option]";
  return (
    isField(target) || (target instanceof HTMLElement && target.matches(pressed) && target.matches(":focus-visible"))
  );
}

function cornerOf(element: HTMLElement): Point {
  const { x, y } = element.getBoundingClientRect();
  return { x, y };
}
