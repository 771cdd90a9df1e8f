import "./export.css";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { closeDialog, DialogFoot } from "../shell/dialog.tsx";
import { useArrivalFocus } from "../use-arrival-focus.ts";
import { ExportForm } from "./export-form.tsx";
import { ExportProgress } from "./export-progress.tsx";
import { exportStore } from "./export-store.ts";

/** Chooses how pairs are exported; while it goes on, and when it has ended, says so. */
export function ExportDialog(): ReactNode {
  const state = useStore(exportStore, (facts) => facts.state);
  const isNothing = useStore(exportStore, ({ ready }) => ready?.length === 0);
  if (state !== undefined) return <ExportProgress state={state} />;
  return isNothing ? <Nothing /> : <ExportForm />;
}

function Nothing(): ReactNode {
  const { t } = useTranslation("export");
  const { t: inApp } = useTranslation();
  const without = useStore(exportStore, (facts) => facts.without);
  const first = useArrivalFocus<HTMLButtonElement>();
  return (
    <>
      <div className="export-state">
        <p role="status">
          <strong>{t("nothingTitle")}</strong>
        </p>
        <p className="soft">{t(without === 0 ? "nothingInView" : "nothing")}</p>
      </div>
      <DialogFoot>
        <button ref={first} type="button" className="button" onClick={closeDialog}>
          {inApp("close")}
        </button>
      </DialogFoot>
    </>
  );
}
