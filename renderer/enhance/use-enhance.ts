import i18next from "i18next";
import { useEffect, useRef, useState } from "react";
import { ask } from "../api.ts";
import { tell, tellFailure } from "../notice-store.ts";
import { settingsStore } from "../settings-store.ts";
import { isBehindDialog } from "../shell/behind-dialog.ts";
import type { Order } from "./plan-store.ts";

/** Asks for the folder of the results. @returns whether there is one now */
export async function chooseTarget(): Promise<boolean> {
  const target = await ask("chooseTarget");
  if (target !== undefined) settingsStore.setState({ target });
  return target !== undefined;
}

/** Hands photos over to the queue, after asking for a folder where there is none yet. */
export function useEnhance(onQueued: () => void): {
  readonly isBusy: boolean;
  readonly enhance: (order: Order) => void;
} {
  const [isBusy, setBusy] = useState(false);
  // A second press may come before the first is rendered.
  const running = useRef(false);
  const enhance = async ({ photos, recipe }: Order): Promise<void> => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    try {
      if (settingsStore.getState().target === undefined && !(await chooseTarget())) return;
      const { added } = await ask("enhance", { photos: [...photos], recipe });
      const t = i18next.getFixedT(null, "enhance");
      tell(added === 0 ? t("queuedNone") : t("queued", { count: added }));
      onQueued();
    } catch (error) {
      tellFailure(error);
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { isBusy, enhance: (order) => void enhance(order) };
}

/** Calls back for Ctrl+Enter (or Command+Enter) wherever the focus is, but not from behind a dialog. */
export function useEnhanceKey(enhance: () => void): void {
  const latest = useRef(enhance);
  useEffect(() => {
    latest.current = enhance;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.altKey || event.repeat) return;
      if (isBehindDialog()) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
