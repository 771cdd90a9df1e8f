import { app, dialog } from "electron";
import type { TFunction } from "i18next";
import { assertNever } from "../core/errors.ts";
import type { UpdateState, Updates } from "./updates.ts";

/** Looks for a newer version because the user asks, and asks on at every step. */
export async function lookForUpdates(
  updates: Updates,
  address: URL | undefined,
  window: Electron.BrowserWindow | undefined,
  t: TFunction,
): Promise<void> {
  const show = async (message: string, detail: string, act?: string): Promise<boolean> => {
    const buttons = act === undefined ? [t("close")] : [act, t("later")];
    const options = { type: "info" as const, message, detail, buttons, cancelId: buttons.length - 1 };
    const asked = window === undefined ? dialog.showMessageBox(options) : dialog.showMessageBox(window, options);
    return act !== undefined && (await asked).response === 0;
  };
  const install = async (version: string): Promise<void> => {
    if (!(await show(t("updatesReady", { version }), t("updatesReadyHint"), t("updatesInstall")))) return;
    const state = await updates.choose();
    if (state.kind === "installing") app.quit();
    else if (state.kind === "ready") await show(t("updatesReady", { version }), t("updatesBusyHint"));
    else await tell(state);
  };
  const tell = async (state: UpdateState): Promise<void> => {
    switch (state.kind) {
      case "found":
        if (!state.mayInstall) await show(t("updatesFound", { version: state.version }), t("updatesTold"));
        else if (await show(t("updatesFound", { version: state.version }), t("updatesFoundHint"), t("updatesGet")))
          await tell(await updates.load());
        return;
      case "ready":
        return install(state.version);
      case "failed":
        await show(
          t(`updatesTrouble.${state.trouble}`),
          t(`updatesTroubleHint.${state.trouble}`, { host: address?.host }),
        );
        return;
      case "unavailable":
        await show(t("updatesUnavailable"), t("updatesUnavailableHint"));
        return;
      case "latest":
        await show(t("updatesLatest"), t("updatesLatestHint", { version: app.getVersion() }));
        return;
      case "looking":
        await show(t("updatesLooking"), "");
        return;
      case "loading":
        await show(
          t("updatesLoading", { version: state.version }),
          t("updatesLoadingHint", { percent: Math.floor(state.share * 100) }),
        );
        return;
      case "unknown":
      case "installing":
        return;
      default:
        assertNever(state);
    }
  };
  await tell(await updates.look());
}
