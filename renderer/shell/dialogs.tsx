import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { ExportDialog } from "../export/export-dialog.tsx";
import { SettingsDialog } from "../settings/settings-dialog.tsx";
import { PassedOver } from "./passed-over.tsx";
import { openDialog, roomStore } from "./room-store.ts";
import { ShortcutSheet } from "./shortcut-sheet.tsx";

/** The dialog that is open, if one is. */
export function Dialogs(): ReactNode {
  const { t } = useTranslation();
  const dialog = useStore(roomStore, (state) => state.dialog);
  if (dialog === undefined) return null;
  if (dialog === "shortcuts") {
    return (
      <Dialog title={t("shortcuts")} isWide>
        <ShortcutSheet />
      </Dialog>
    );
  }
  if (dialog === "export") {
    return (
      <Dialog title={t("exportMenu").replace("…", "")} isWide>
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
      <PassedOver folder={dialog.passedOver} />
    </Dialog>
  );
}

/** The browser's own dialog keeps the focus inside and gives it back. */
function Dialog({
  title,
  isWide = false,
  children,
}: {
  readonly title: string;
  readonly isWide?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const { t } = useTranslation();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    element.current?.showModal();
  }, []);
  const close = () => element.current?.close();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it; this is the click beside it
    <dialog
      ref={element}
      className={isWide ? "dialog wide" : "dialog"}
      aria-label={title}
      onClose={() => openDialog(undefined)}
      onClick={(event) => event.target === element.current && close()}
    >
      <div className="dialog-head">
        <h2>{title}</h2>
        <button type="button" className="button plain" aria-label={t("close")} onClick={close}>
          <X size={16} aria-hidden />
        </button>
      </div>
      {children}
    </dialog>
  );
}
