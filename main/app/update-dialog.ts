import { app, dialog } from "electron";
import type { TFunction } from "i18next";
import { asSilvergrainError, assertNever } from "../core/errors.ts";
import { log } from "./log.ts";
import type { UpdateState, Updates } from "./updates.ts";

/** What the dialogs rest on. */
export interface UpdateDialogParts {
  readonly updates: Updates;
  /** Who is asked; `undefined` for a program that was made without an address. */
  readonly address: URL | undefined;
  readonly window: () => Electron.BrowserWindow | undefined;
  readonly t: () => TFunction;
}

/**
 * Looks for a newer version, and asks on at every step.
 * @param by whom: the page's word alone sends nothing to the network, so that for it the user is asked first
 */
export async function lookForUpdates(parts: UpdateDialogParts, by: "menu" | "page"): Promise<void> {
  const { updates, address } = parts;
  const t = parts.t();
  const window = parts.window();
  const show = async (message: string, detail: string, act?: string, isCareful = false): Promise<boolean> => {
    const buttons = act === undefined ? [t("close")] : [act, t("later")];
    const cancelId = buttons.length - 1;
    const options = { type: "info" as const, message, detail, buttons, cancelId, defaultId: isCareful ? cancelId : 0 };
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
          // Not waited for: who looks meanwhile is told how far it is.
          updates
            .load()
            .then(tell)
            .catch((error: unknown) => log(asSilvergrainError(error).message));
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
  const known = updates.now;
  const mustAsk = by === "page" && ["unknown", "latest", "failed"].includes(known.kind);
  const hint = t("updatesLookNowHint", { host: address?.host });
  // Carefully: it may come up while somebody types.
  if (mustAsk && !(await show(t("updatesLookNow"), hint, t("updatesLook"), true))) return;
  await tell(known.kind === "found" ? known : await updates.look());
}
