import { EXIT } from "./exit.ts";

/**
 * The first Ctrl-C stops after what is in hand, the second at once.
 * @param stopAll ends what would outlive this process
 * @param what is in hand, for the sentence
 */
export function listenForInterrupt(
  stopAll: () => void,
  what = "this tile",
): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) {
      stopAll();
      process.exit(EXIT.interrupted);
    }
    process.stderr.write(`Stopping after ${what}. Once more to stop at once.\n`);
    controller.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
