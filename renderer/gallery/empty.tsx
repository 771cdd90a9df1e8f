import { CircleCheck, Flag, FolderX, ImagePlus, type LucideIcon, SearchX, Sparkles } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { Folder } from "../../preload/contract.ts";
import { ask } from "../api.ts";
import { count } from "../format.ts";
import { clearFilters, libraryStore } from "../library-store.ts";
import { tellFailure } from "../notice-store.ts";
import { filtersSet } from "./filter.ts";

const QUIET_MS = 300;

/** What is in the grid's place when no photo is shown: why, and what can be done. */
export function Empty(): ReactNode {
  const { isLoading, folders, scope, filters, photos } = useStore(libraryStore);
  const folder = folders.find(({ id }) => id === scope);
  if (isLoading) return <Loading />;
  if (photos.size === 0 && folders.length === 0) return <Invitation />;
  if (folder?.isMissing) return <Missing folder={folder} />;
  if (filters.text !== "" || filtersSet(filters) > 0) return <NothingMatches />;
  if (folders.some((each) => each.isScanning && (folder === undefined || each === folder))) return <Scanning />;
  if (scope === "picked" || scope === "enhanced" || scope === "failed") return <NoneOfState scope={scope} />;
  if (folders.length === 1 && folders[0]?.isMissing) return <Missing folder={folders[0]} />;
  return <NoPhotos />;
}

interface MessageProps {
  readonly icon?: LucideIcon;
  readonly title: string;
  readonly text?: string;
  readonly children?: ReactNode;
}

function Message({ icon: Shape, title, text, children }: MessageProps): ReactNode {
  return (
    <div className="message" role="status">
      {Shape !== undefined && <Shape size={40} strokeWidth={1.25} aria-hidden="true" />}
      <h2>{title}</h2>
      {text !== undefined && <p>{text}</p>}
      {children !== undefined && <div className="actions">{children}</div>}
    </div>
  );
}

function Invitation(): ReactNode {
  const { t } = useTranslation("gallery");
  const add = (what: "folders" | "files") => ask("addByDialog", what).catch(tellFailure);
  return (
    <div className="invitation">
      <Message icon={ImagePlus} title={t("emptyTitle")} text={t("emptyText")}>
        <button type="button" className="button main" onClick={() => void add("folders")}>
          {t("emptyAdd")}
        </button>
        <button type="button" className="button" onClick={() => void add("files")}>
          {t("emptyAddFiles")}
        </button>
      </Message>
    </div>
  );
}

function Missing({ folder }: { readonly folder: Folder }): ReactNode {
  const { t } = useTranslation("gallery");
  return (
    <Message icon={FolderX} title={t("folderMissing", { name: folder.name })} text={t("folderMissingText")}>
      <p className="path">{folder.path}</p>
      <LookAgain folder={folder.id} />
    </Message>
  );
}

/** Above the photos of a folder that is not there: what is known of them can be seen, and no more. */
export function MissingNote(): ReactNode {
  const { t } = useTranslation("gallery");
  const folder = useStore(libraryStore, ({ folders, scope }) => folders.find(({ id }) => id === scope));
  if (!folder?.isMissing) return undefined;
  return (
    <div className="note" role="status">
      <FolderX size={16} aria-hidden="true" />
      <span>
        {t("folderMissing", { name: folder.name })}. {t("folderMissingText")}
      </span>
      <LookAgain folder={folder.id} />
    </div>
  );
}

function LookAgain({ folder }: { readonly folder: number }): ReactNode {
  const { t } = useTranslation("gallery");
  return (
    <button type="button" className="button" onClick={() => void ask("rescanFolder", folder).catch(tellFailure)}>
      {t("lookAgain")}
    </button>
  );
}

function NothingMatches(): ReactNode {
  const { t } = useTranslation("gallery");
  const all = useStore(libraryStore, ({ photos }) => photos.size);
  return (
    <Message icon={SearchX} title={t("nothingMatches")} text={t("nothingMatchesText", { all: count(all) })}>
      <button type="button" className="button" onClick={clearFilters}>
        {t("clearFilters")}
      </button>
    </Message>
  );
}

function NoneOfState({ scope }: { readonly scope: "picked" | "enhanced" | "failed" }): ReactNode {
  const { t } = useTranslation("gallery");
  if (scope === "failed") return <Message icon={CircleCheck} title={t("nothingFailed")} />;
  if (scope === "picked") return <Message icon={Flag} title={t("nothingPicked")} text={t("nothingPickedText")} />;
  return <Message icon={Sparkles} title={t("nothingEnhanced")} text={t("nothingEnhancedText")} />;
}

function NoPhotos(): ReactNode {
  const { t } = useTranslation("gallery");
  return <Message icon={ImagePlus} title={t("emptyFolder")} text={t("emptyFolderText")} />;
}

function Scanning(): ReactNode {
  const { t } = useTranslation("gallery");
  return <Message title={t("scanning")} />;
}

/** Says nothing for as long as loading mostly takes. */
function Loading(): ReactNode {
  const { t } = useTranslation("gallery");
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  return isLong ? <Message title={t("loading")} /> : <div className="message" />;
}
