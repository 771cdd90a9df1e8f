import { useEffect, useRef } from "react";
import { ask } from "../api.ts";
import { tellFailure } from "../notice-store.ts";

const EVERY_MS = 100;
const MOST = 1000;

/** Tells the main process which photos are on the screen, ten times a second at most. @param ids those in sight first */
export function useLook(ids: readonly number[]): void {
  const wanted = useRef<readonly number[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const key = ids.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a list with the same ids is the same list
  useEffect(() => {
    wanted.current = ids.slice(0, MOST);
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      ask("look", [...wanted.current]).catch(tellFailure);
    }, EVERY_MS);
  }, [key]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
}
