import "./panel.css";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { Inspection } from "../../preload/contract.ts";
import { libraryStore } from "../library-store.ts";
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
  const { inspection, isOld } = useInspection();
  const isBlind = useStore(inspectorStore, ({ blindTest }) => blindTest !== undefined);
  // Names and figures would tell the two apart.
  if (isBlind) return <p className="inspector-section soft">{t("blindPanel")}</p>;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only leaves the focus where it is
    <div onMouseDown={keepFocus}>
      {photo !== undefined && <Name photo={photo} />}
      {inspection !== undefined && (
        <div inert={isOld}>
          <ResultSection inspection={inspection} />
          <TrustSection />
          <PinSection inspection={inspection} />
        </div>
      )}
      {photo !== undefined && <JudgeSection photo={photo} />}
    </div>
  );
}

/** Which photo all this is about. */
function Name({ photo }: { readonly photo: number }): ReactNode {
  const name = useStore(libraryStore, ({ photos }) => photos.get(photo)?.name ?? "");
  return (
    <p className="inspector-name" title={name}>
      {name}
    </p>
  );
}

/** What is known; until the next photo's is, what was known of the one before, so that nothing jumps on the way. */
function useInspection(): { readonly inspection: Inspection | undefined; readonly isOld: boolean } {
  const inspection = useStore(inspectorStore, (facts) => facts.inspection);
  const isComing = useStore(inspectorStore, ({ photo, failure }) => photo !== undefined && failure === undefined);
  const [last, setLast] = useState(inspection);
  if (inspection !== undefined && inspection !== last) setLast(inspection);
  if (inspection === undefined && !isComing && last !== undefined) setLast(undefined);
  return { inspection: inspection ?? last, isOld: inspection === undefined };
}
