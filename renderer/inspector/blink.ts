import { inspectorStore } from "./inspector-store.ts";

/** Times a second that both sides are seen. More than three flashes a second can harm (WCAG 2.2, 2.3.1). */
const BLINK_HZ = 1;

/** Blinks while it is asked for. @returns ends it */
export function beginBlinking(): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const turn = () =>
    inspectorStore.setState(({ blinkPhase }) => ({ blinkPhase: blinkPhase === "before" ? "after" : "before" }));
  const follow = () => {
    const { mode, blinksByItself } = inspectorStore.getState();
    const isOn = mode === "blink" && blinksByItself;
    if (isOn === (timer !== undefined)) return;
    clearInterval(timer);
    timer = isOn ? setInterval(turn, 500 / BLINK_HZ) : undefined;
    if (!isOn) inspectorStore.setState({ blinkPhase: "after" });
  };
  follow();
  const end = inspectorStore.subscribe(follow);
  return () => {
    end();
    clearInterval(timer);
  };
}
