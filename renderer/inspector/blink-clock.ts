import { createStore } from "zustand/vanilla";
import { inspectorStore } from "./inspector-store.ts";

/** How often it blinks by itself, in Hz. Three flashes a second is where WCAG 2.3.1 draws the line: faster is dangerous. */
export const BLINK_HZ = [1, 2, 3] as const;

export const blinkStore = createStore<{ readonly hz: (typeof BLINK_HZ)[number] }>(() => ({ hz: 1 }));

/** Turns the sides over while it blinks by itself: `hz` changes of before into after a second. @returns how to end it */
export function followBlink(): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  let runsAt = 0;
  const look = (): void => {
    const { mode, blinksByItself } = inspectorStore.getState();
    const hz = mode === "blink" && blinksByItself ? blinkStore.getState().hz : 0;
    if (hz === runsAt) return;
    runsAt = hz;
    clearInterval(timer);
    // A flash is one way and back.
    if (hz > 0) timer = setInterval(turnOver, 500 / hz);
  };
  look();
  const stops = [inspectorStore.subscribe(look), blinkStore.subscribe(look)];
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
  };
}

/** Shows the other side of a blink. */
export function turnOver(): void {
  inspectorStore.setState(({ blinkPhase }) => ({ blinkPhase: blinkPhase === "after" ? "before" : "after" }));
}
