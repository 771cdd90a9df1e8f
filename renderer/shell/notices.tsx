import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { FailureLine } from "../failure-line.tsx";
import { dismiss, noticeStore } from "../notice-store.ts";

/** Sentences that come up in passing; read aloud as they come. */
export function Notices(): ReactNode {
  const { t } = useTranslation();
  const notices = useStore(noticeStore, (state) => state.notices);
  return (
    <section className="notices" aria-label={t("notices")} aria-live="polite">
      {notices.map(({ id, text, detail, tone }) => (
        <div key={id} className={tone === "bad" ? "notice bad" : "notice"}>
          <FailureLine text={text} detail={detail} />
          <button type="button" className="button plain" aria-label={t("dismiss")} onClick={() => dismiss(id)}>
            <X size={16} aria-hidden />
          </button>
        </div>
      ))}
    </section>
  );
}
