import { dialog } from "electron";
import type { TFunction } from "i18next";
import { asSilvergrainError } from "../core/errors.ts";
import type { Updates } from "./updates.ts";

/** Looks for a newer version because the user asks, and asks on at every step. */
export async function lookForUpdates(
  updates: Updates,
  window: Electron.BrowserWindow | undefined,
  t: TFunction,
): Promise<void> {
  const show = async (message: string, detail: string, act?: string): Promise<boolean> => {
    const buttons = act === undefined ? [t("close")] : [act, t("later")];
    const options = { type: "info" as const, message, detail, buttons, cancelId: buttons.length - 1 };
    const asked = window === undefined ? dialog.showMessageBox(options) : dialog.showMessageBox(window, options);
    return act !== undefined && (await asked).response === 0;
  };
  let state = await updates.look();
  if (state.kind === "found" && state.mayInstall) {
    const wants = await show(t("updatesFound", { version: state.version }), t("updatesFoundHint"), t("updatesGet"));
    if (!wants) return;
    state = await updates.load();
  }
  switch (state.kind) {
    case "found":
      await show(t("updatesFound", { version: state.version }), t("updatesTold"));
      return;
    case "ready":
      if (!(await show(t("updatesReady", { version: state.version }), "", t("updatesInstall")))) return;
      try {
        updates.install();
      } catch (error) {
        await show(asSilvergrainError(error).message, "");
      }
      return;
    case "failed":
      await show(state.message, "");
      return;
    case "unavailable":
      await show(t("updatesUnavailable"), t("updatesUnavailableHint"));
      return;
    default:
      await show(t("updatesLatest"), "");
  }
}
