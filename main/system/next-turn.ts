/** Lets the event loop turn once: messages are sent and received, and a cancel arrives, only then. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
