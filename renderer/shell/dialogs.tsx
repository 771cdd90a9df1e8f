import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { ExportDialog } from "../export/export-dialog.tsx";
import { SettingsDialog } from "../settings/settings-dialog.tsx";
import { Dialog } from "./dialog.tsx";
import { PassedOver } from "./passed-over.tsx";
import { roomStore } from "./room-store.ts";
import { ShortcutSheet } from "./shortcut-sheet.tsx";

/** The dialog that is open, if one is. */
export function Dialogs(): ReactNode {
  const { t } = useTranslation();
  const dialog = useStore(roomStore, (state) => state.dialog);
  if (dialog === undefined) return null;
  if (dialog === "shortcuts") {
    return (
      <Dialog title={t("shortcuts")} isWide>
        <div className="dialog-text">
          <ShortcutSheet />
        </div>
      </Dialog>
    );
  }
  if (dialog === "export") {
    return (
      <Dialog title={t("keyExport")}>
        <ExportDialog />
      </Dialog>
    );
  }
  if (dialog === "settings") {
    return (
      <Dialog title={t("settings")} isWide>
        <SettingsDialog />
      </Dialog>
    );
  }
  return (
    <Dialog title={t("passedOverTitle")}>
      <div className="dialog-text">
        <PassedOver folder={dialog.passedOver} />
      </div>
    </Dialog>
  );
}
