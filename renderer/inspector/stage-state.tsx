import { CircleAlert, Image, LoaderCircle } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { Failure } from "../../preload/contract.ts";
import { FailureLine } from "../failure-line.tsx";
import { libraryStore } from "../library-store.ts";
import { failureText } from "../notice-store.ts";
import { goTo } from "../shell/room-store.ts";
import { inspectorStore } from "./inspector-store.ts";
import { openAgain } from "./open-photo.ts";

/** What takes this long is said to be under way; what is quicker would only flicker. */
const QUIET_MS = 400;

/** What is in the photo's place as long as there is none. */
export function StageState(): ReactNode {
  const photo = useStore(inspectorStore, (facts) => facts.photo);
  const hasInspection = useStore(inspectorStore, (facts) => facts.inspection !== undefined);
  const failure = useStore(inspectorStore, (facts) => facts.failure);
  if (photo === undefined) return <Nothing />;
  if (failure !== undefined) return <Failed photo={photo} failure={failure} />;
  return hasInspection ? undefined : <Opening key={photo} />;
}

function Nothing(): ReactNode {
  const { t } = useTranslation("inspector");
  const isLoading = useStore(libraryStore, (facts) => facts.isLoading);
  const isBare = useStore(libraryStore, ({ photos }) => photos.size === 0);
  if (isLoading) return <Opening />;
  return (
    <div className="stage-state" role="status">
      <Image size={40} strokeWidth={1.25} aria-hidden />
      <h2>{t(isBare ? "emptyLibrary" : "emptyView")}</h2>
      <p>{t(isBare ? "emptyLibraryText" : "emptyViewText")}</p>
      <button type="button" className="button" onClick={() => goTo("gallery")}>
        {t("toGallery")}
      </button>
    </div>
  );
}

function Failed({ photo, failure }: { readonly photo: number; readonly failure: Failure }): ReactNode {
  const { t } = useTranslation("inspector");
  const name = useStore(libraryStore, ({ photos }) => photos.get(photo)?.name ?? "");
  return (
    <div className="stage-state" role="alert">
      <CircleAlert size={40} strokeWidth={1.25} aria-hidden />
      <h2>{t("failed", { name })}</h2>
      <p>
        <FailureLine {...failureText(failure)} />
      </p>
      <button type="button" className="button" onClick={openAgain}>
        {t("tryAgain")}
      </button>
    </div>
  );
}

function Opening(): ReactNode {
  const { t } = useTranslation("inspector");
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="stage-state" role="status">
      {isSlow && (
        <>
          <LoaderCircle className="turning" size={28} strokeWidth={1.5} aria-hidden />
          <p>{t("opening")}</p>
        </>
      )}
    </div>
  );
}
