import "./panel.css";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { inspectorStore } from "./inspector-store.ts";
import { JudgeSection } from "./judge-section.tsx";
import { keepFocus } from "./keep-focus.ts";
import { PinSection } from "./pin-section.tsx";
import { ResultSection } from "./result-section.tsx";
import { TrustSection } from "./trust-section.tsx";

/** What is known and thought of the photo that is shown. */
export function InspectorPanel(): ReactNode {
  const { t } = useTranslation("inspector");
  const photo = useStore(inspectorStore, (facts) => facts.photo);
  const inspection = useStore(inspectorStore, (facts) => facts.inspection);
  const isBlind = useStore(inspectorStore, ({ blindTest }) => blindTest !== undefined);
  // Names and figures would tell the two apart.
  if (isBlind) return <p className="inspector-section soft">{t("blindPanel")}</p>;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only leaves the focus where it is
    <div onMouseDown={keepFocus}>
      {inspection !== undefined && (
        <>
          <ResultSection inspection={inspection} />
          <TrustSection />
          <PinSection inspection={inspection} />
        </>
      )}
      {photo !== undefined && <JudgeSection photo={photo} />}
    </div>
  );
}
