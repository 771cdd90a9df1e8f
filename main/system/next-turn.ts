/** Lets the event loop turn once: messages are sent and received, and a cancel arrives, only then. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Lets the event loop turn now and then, for work in many small steps: a turn may take as long as a window's inference,
 * and one for each step would make the work wait far longer than it takes.
 * @param everyMs work between two turns
 * @returns to be awaited after each step
 */
export function turnsEvery(everyMs: number): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < everyMs) return;
    await nextTurn();
    since = performance.now();
  };
}
