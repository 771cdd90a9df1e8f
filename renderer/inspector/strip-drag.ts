/*
 * Dragging the filmstrip, as values: a press becomes a drag beyond a few px, or ends as a click; a drag that ends in
 * motion glides on. Times in ms, places in CSS px along the strip.
 */

/** What a press may move and still be a click. */
export const SLOP_PX = 4;
/** In which time the speed of a glide falls to 1/e. */
const DECAY_MS = 325;
/** Slower than this, px a ms, a glide is over. */
const REST = 0.02;
/** How long before the end of a drag its speed is taken over. A pointer that stood still that long throws nothing. */
const SPEED_OVER_MS = 80;
const MOST_SPEED = 6;

interface Sample {
  readonly atMs: number;
  readonly x: number;
}

export type StripDrag =
  | { readonly phase: "rest" }
  | { readonly phase: "pressed"; readonly pointer: number; readonly fromX: number; readonly fromScroll: number }
  | {
      readonly phase: "dragged";
      readonly pointer: number;
      readonly fromX: number;
      readonly fromScroll: number;
      readonly samples: readonly Sample[];
    }
  /** `speed` is that of the scroll offset. */
  | { readonly phase: "gliding"; readonly scroll: number; readonly speed: number; readonly atMs: number };

export const RESTING: StripDrag = { phase: "rest" };

/** A press; it stops a glide. */
export function press(pointer: number, x: number, scroll: number): StripDrag {
  return { phase: "pressed", pointer, fromX: x, fromScroll: scroll };
}

/** The pointer has moved. Another pointer's moves mean nothing. */
export function move(state: StripDrag, pointer: number, x: number, atMs: number): StripDrag {
  if ((state.phase !== "pressed" && state.phase !== "dragged") || state.pointer !== pointer) return state;
  if (state.phase === "pressed" && Math.abs(x - state.fromX) <= SLOP_PX) return state;
  const before = state.phase === "dragged" ? state.samples : [];
  const samples = [...before.filter((each) => atMs - each.atMs <= SPEED_OVER_MS), { atMs, x }];
  return { ...state, phase: "dragged", samples };
}

/** What the strip is scrolled to while it is dragged; `undefined` where the pointer does not move it. */
export function draggedTo(state: StripDrag): number | undefined {
  if (state.phase !== "dragged") return undefined;
  const last = state.samples.at(-1);
  return last === undefined ? undefined : state.fromScroll + state.fromX - last.x;
}

/** The pointer was let go. @param canGlide false where the user wants no motion */
export function release(
  state: StripDrag,
  pointer: number,
  atMs: number,
  canGlide: boolean,
): { readonly state: StripDrag; readonly isClick: boolean } {
  if ((state.phase !== "pressed" && state.phase !== "dragged") || state.pointer !== pointer)
    return { state, isClick: false };
  if (state.phase === "pressed") return { state: RESTING, isClick: true };
  const speed = speedOf(state.samples, atMs);
  const scroll = draggedTo(state) ?? state.fromScroll;
  const glides = canGlide && Math.abs(speed) > REST;
  return { state: glides ? { phase: "gliding", scroll, speed, atMs } : RESTING, isClick: false };
}

/** The pointer was lost: nothing is clicked, nothing glides on. */
export function cancel(state: StripDrag): StripDrag {
  return state.phase === "gliding" ? state : RESTING;
}

/** Where a glide is by now. Its end does not depend on how often this is called. */
export function glide(state: StripDrag, atMs: number): StripDrag {
  if (state.phase !== "gliding") return state;
  const left = Math.exp(-Math.max(0, atMs - state.atMs) / DECAY_MS);
  const speed = state.speed * left;
  if (Math.abs(speed) < REST) return RESTING;
  return { phase: "gliding", scroll: state.scroll + state.speed * DECAY_MS * (1 - left), speed, atMs };
}

function speedOf(samples: readonly Sample[], atMs: number): number {
  const fresh = samples.filter((each) => atMs - each.atMs <= SPEED_OVER_MS);
  const [first] = fresh;
  const last = fresh.at(-1);
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
  const speed = (first.x - last.x) / (last.atMs - first.atMs);
  return Math.max(-MOST_SPEED, Math.min(MOST_SPEED, speed));
}
