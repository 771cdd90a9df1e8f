/** What a turn of a wheel, or two fingers on a trackpad, mean. */
export type WheelMeaning =
  | { readonly type: "zoom"; readonly deltaPx: number }
  | { readonly type: "pan"; readonly x: number; readonly y: number };

type WheelFacts = Pick<WheelEvent, "deltaX" | "deltaY" | "deltaMode" | "ctrlKey" | "metaKey" | "shiftKey"> & {
  readonly wheelDeltaY?: number;
};

/** Px for a line, where a wheel counts in lines. */
const LINE_PX = 100 / 3;
const PAGE_PX = 800;
/** What a notch of a mouse's wheel is in `wheelDelta`, on every system. */
const NOTCH = 120;
/** Pinching moves few px: this many times as much is a wheel's turn. */
const PINCH_GAIN = 4;

/**
 * A mouse's wheel zooms and a trackpad pans; two fingers that part zoom: they come with `ctrlKey`, and in small steps.
 * No event says what it comes from: a mouse turns in whole notches, up and down alone.
 */
export function meaningOf(event: WheelFacts): WheelMeaning {
  const unit = event.deltaMode === 1 ? LINE_PX : event.deltaMode === 2 ? PAGE_PX : 1;
  const x = event.deltaX * unit;
  const y = event.deltaY * unit;
  const isMouse = isNotched(event);
  if (event.ctrlKey || event.metaKey) return { type: "zoom", deltaPx: isMouse ? y : y * PINCH_GAIN };
  return isMouse ? { type: "zoom", deltaPx: y } : { type: "pan", x: -x, y: -y };
}

function isNotched({ deltaX, deltaMode, wheelDeltaY = 0 }: WheelFacts): boolean {
  if (deltaMode !== 0) return true;
  return deltaX === 0 && wheelDeltaY !== 0 && wheelDeltaY % NOTCH === 0;
}
