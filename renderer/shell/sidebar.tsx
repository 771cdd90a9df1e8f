import { CircleAlert, FolderX, LoaderCircle, RefreshCw, X } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { BatchRow, Folder } from "../../preload/contract.ts";
import { ask } from "../api.ts";
import { count, percent } from "../format.ts";
import type { Scope } from "../gallery/filter.ts";
import { countsOf, libraryStore, setScope } from "../library-store.ts";
import { tellFailure } from "../notice-store.ts";
import { queueStore } from "../queue-store.ts";
import { goTo, openDialog, roomStore } from "./room-store.ts";

/** Where photos are looked for: the whole library, a folder, a batch. */
export function Sidebar(): ReactNode {
  const { t } = useTranslation();
  const folders = useStore(libraryStore, (state) => state.folders);
  const batches = useStore(queueStore, (state) => state.queue.batches);
  return (
    <nav className="sidebar" aria-label={t("library")}>
      <section>
        <h2 className="heading">{t("library")}</h2>
        <Scopes />
      </section>
      {folders.length > 0 && (
        <section>
          <h2 className="heading">{t("folders")}</h2>
          <ul>
            {folders.map((folder) => (
              <FolderShelf key={folder.id} folder={folder} />
            ))}
          </ul>
        </section>
      )}
      {batches.length > 0 && (
        <section>
          <h2 className="heading">{t("batches")}</h2>
          <ul>
            {batches
              .toReversed()
              .slice(0, 8)
              .map((batch) => (
                <BatchShelf key={batch.id} batch={batch} />
              ))}
          </ul>
        </section>
      )}
    </nav>
  );
}

function Scopes(): ReactNode {
  const { t } = useTranslation();
  const library = useStore(libraryStore);
  const marks = useStore(queueStore, (state) => state.marks);
  const counts = useMemo(() => countsOf(library, marks), [library, marks]);
  const all: readonly (readonly [Exclude<Scope, number>, string])[] = [
    ["all", t("scopeAll")],
    ["picked", t("scopePicked")],
    ["enhanced", t("scopeEnhanced")],
    ["failed", t("scopeFailed")],
  ];
  return (
    <ul>
      {all.map(([scope, name]) => (
        <li key={scope} className="shelf">
          <ScopeButton scope={scope} name={name} figure={count(counts[scope])} />
        </li>
      ))}
    </ul>
  );
}

function ScopeButton({
  scope,
  name,
  figure,
  title,
  children,
}: {
  readonly scope: Scope;
  readonly name: string;
  readonly figure: string;
  readonly title?: string;
  readonly children?: ReactNode;
}): ReactNode {
  const isChosen = useStore(libraryStore, (state) => state.scope === scope);
  const isInView = useStore(roomStore, (state) => state.room === "gallery");
  return (
    <button
      type="button"
      className="shelf-button"
      aria-pressed={isChosen && isInView}
      title={title}
      onClick={() => {
        setScope(scope);
        goTo("gallery");
      }}
    >
      {children}
      <span className="name">{name}</span>
      <span className="figure">{figure}</span>
    </button>
  );
}

function FolderShelf({ folder }: { readonly folder: Folder }): ReactNode {
  const { t } = useTranslation();
  const { id, name, path, photos, passedOver, isMissing, isScanning } = folder;
  return (
    <li>
      <div className={isMissing ? "shelf is-missing" : "shelf"}>
        <ScopeButton scope={id} name={name} figure={count(photos)} title={path}>
          {isMissing && <FolderX size={14} aria-label={t("folderMissing")} />}
          {isScanning && !isMissing && <LoaderCircle size={14} aria-label={t("folderScanning")} />}
        </ScopeButton>
        <span className="actions">
          <button
            type="button"
            className="button plain"
            aria-label={t("folderRescan", { name })}
            title={t("folderRescan", { name })}
            onClick={() => ask("rescanFolder", id).catch(tellFailure)}
          >
            <RefreshCw size={14} aria-hidden />
          </button>
          <button
            type="button"
            className="button plain"
            aria-label={t("folderRemove", { name })}
            title={t("folderRemove", { name })}
            onClick={() => {
              setScope("all");
              ask("removeFolder", id).catch(tellFailure);
            }}
          >
            <X size={14} aria-hidden />
          </button>
        </span>
      </div>
      {isMissing && <span className="shelf-note">{t("folderMissing")}</span>}
      {passedOver > 0 && (
        <button type="button" className="shelf-note" onClick={() => openDialog({ passedOver: id })}>
          {t("passedOver", { count: passedOver })}
        </button>
      )}
    </li>
  );
}

function BatchShelf({ batch }: { readonly batch: BatchRow }): ReactNode {
  const { t } = useTranslation();
  const { name, queued, running, done, failed } = batch;
  const left = queued + running;
  const figure = left > 0 ? percent((done + failed) / (left + done + failed)) : t("batchDone");
  return (
    <li className="shelf">
      <button type="button" className="shelf-button" title={batch.target} onClick={() => goTo("queue")}>
        {failed > 0 && <CircleAlert size={14} aria-label={t("batchFailed", { count: failed })} />}
        <span className="name">{name}</span>
        <span className="figure">{figure}</span>
      </button>
    </li>
  );
}
