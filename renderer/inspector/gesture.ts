import type { Point } from "./geometry.ts";

/*
 * What pointers mean on the surface. A machine without clock, page or view: it takes what pointers do and gives what is
 * to be done. Places are in device px of the surface.
 */

/** One state a phase. */
export type Gesture =
  | { readonly phase: "idle" }
  /** Down, and not moved as far as a drag is. */
  | { readonly phase: "pressed"; readonly pointer: number; readonly from: Point; readonly grip: Grip }
  | { readonly phase: "dragging"; readonly pointer: number; readonly last: Point; readonly grip: Grip }
  /** Two fingers: what is between them is moved and scaled with them. */
  | { readonly phase: "pinching"; readonly fingers: readonly [Finger, Finger] };

interface Finger {
  readonly pointer: number;
  readonly at: Point;
}

/** What is held. */
export interface Grip {
  /** The divider, the photo, or the photo whatever lies on it (Space, or the middle button). */
  readonly what: "divider" | "photo" | "hand";
  /** Shift was down: only the pane that the pointer is in. */
  readonly alone: boolean;
}

export type PointerHappening =
  | {
      readonly type: "down";
      readonly pointer: number;
      readonly at: Point;
      readonly grip: Grip;
      readonly isTouch: boolean;
    }
  /** @param isDown whether any button is held: without, the pointer was let go of where we could not see it */
  | { readonly type: "move"; readonly pointer: number; readonly at: Point; readonly isDown: boolean }
  | { readonly type: "up"; readonly pointer: number; readonly at: Point }
  /** Capture lost, pointercancel, the window left, the surface gone: whatever was held is let go of. */
  | { readonly type: "cancel" };

export type Effect =
  /** `from` is where the drag is at before the move, so that the pane it began in is known. */
  | { readonly type: "pan"; readonly move: Point; readonly from: Point; readonly alone: boolean }
  | { readonly type: "divide"; readonly at: Point }
  | { readonly type: "pinch"; readonly factor: number; readonly at: Point; readonly move: Point }
  | { readonly type: "click"; readonly at: Point };

export interface Step {
  readonly gesture: Gesture;
  readonly effects: readonly Effect[];
}

export const IDLE: Gesture = { phase: "idle" };

/** What follows from what a pointer does. @param slopPx device px that a click may move */
export function step(gesture: Gesture, event: PointerHappening, slopPx: number): Step {
  switch (event.type) {
    case "down":
      return down(gesture, event);
    case "move":
      return move(gesture, event, slopPx);
    case "up":
      return up(gesture, event);
    case "cancel":
      return { gesture: IDLE, effects: [] };
  }
}

function down(gesture: Gesture, event: Extract<PointerHappening, { type: "down" }>): Step {
  const { pointer, at, grip } = event;
  if (gesture.phase === "idle") {
    const effects: readonly Effect[] = grip.what === "divider" ? [{ type: "divide", at }] : [];
    return { gesture: { phase: "pressed", pointer, from: at, grip }, effects };
  }
  if (gesture.phase === "pinching" || gesture.pointer === pointer || !event.isTouch) return keep(gesture);
  const first = { pointer: gesture.pointer, at: gesture.phase === "pressed" ? gesture.from : gesture.last };
  return keep({ phase: "pinching", fingers: [first, { pointer, at }] });
}

function move(gesture: Gesture, event: Extract<PointerHappening, { type: "move" }>, slopPx: number): Step {
  if (gesture.phase === "idle") return keep(gesture);
  if (gesture.phase === "pinching") return pinch(gesture.fingers, event);
  if (event.pointer !== gesture.pointer) return keep(gesture);
  if (!event.isDown) return keep(IDLE);
  const last = gesture.phase === "pressed" ? gesture.from : gesture.last;
  if (gesture.phase === "pressed" && distance(last, event.at) < slopPx) return keep(gesture);
  const { grip, pointer } = gesture;
  const next: Gesture = { phase: "dragging", pointer, last: event.at, grip };
  if (grip.what === "divider") return { gesture: next, effects: [{ type: "divide", at: event.at }] };
  const by = { x: event.at.x - last.x, y: event.at.y - last.y };
  return { gesture: next, effects: [{ type: "pan", move: by, from: last, alone: grip.alone }] };
}

function up(gesture: Gesture, event: Extract<PointerHappening, { type: "up" }>): Step {
  if (gesture.phase === "idle") return keep(gesture);
  if (gesture.phase === "pinching") {
    // The finger that stays goes on as a drag, from where it is.
    const left = gesture.fingers.find(({ pointer }) => pointer !== event.pointer);
    const isOurs = gesture.fingers.some(({ pointer }) => pointer === event.pointer);
    if (left === undefined || !isOurs) return keep(gesture);
    const grip: Grip = { what: "photo", alone: false };
    return keep({ phase: "dragging", pointer: left.pointer, last: left.at, grip });
  }
  if (event.pointer !== gesture.pointer) return keep(gesture);
  const isClick = gesture.phase === "pressed" && gesture.grip.what === "photo";
  // Where it is let go is what was meant: to the fraction of a px.
  return { gesture: IDLE, effects: isClick ? [{ type: "click", at: event.at }] : [] };
}

function pinch(fingers: readonly [Finger, Finger], { pointer, at }: { pointer: number; at: Point }): Step {
  const moved = fingers.map((finger) => (finger.pointer === pointer ? { pointer, at } : finger));
  const [a, b] = moved as [Finger, Finger];
  const before = distance(fingers[0].at, fingers[1].at);
  const was = middle(fingers[0].at, fingers[1].at);
  const is = middle(a.at, b.at);
  // Fingers on one px part no further by coming closer: what they do is undone when they go back.
  const factor = Math.max(distance(a.at, b.at), 1) / Math.max(before, 1);
  const by = { x: is.x - was.x, y: is.y - was.y };
  return {
    gesture: { phase: "pinching", fingers: [a, b] },
    effects: [{ type: "pinch", factor, at: is, move: by }],
  };
}

function keep(gesture: Gesture): Step {
  return { gesture, effects: [] };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
