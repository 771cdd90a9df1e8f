import { FolderPlus, Keyboard, PanelRight, Search, Settings2, Share } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useDeferredValue, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { exportStore } from "../export/export-store.ts";
import { count } from "../format.ts";
import { InspectorTools } from "../inspector/tools.tsx";
import { libraryStore, setFilters } from "../library-store.ts";
import { queueStore } from "../queue-store.ts";
import { settingsStore } from "../settings-store.ts";
import { runCommand, SEARCH_ID } from "./commands.ts";
import { goTo, openDialog, roomStore } from "./room-store.ts";

/** The bar at the top: rooms, search, adding, settings. */
export function Header(): ReactNode {
  const { t } = useTranslation();
  const room = useStore(roomStore, (state) => state.room);
  const showsPanel = useStore(settingsStore, (state) => state.settings.showsPanel);
  const waiting = useStore(queueStore, ({ queue }) =>
    queue.batches.reduce((sum, { queued, running }) => sum + queued + running, 0),
  );
  return (
    <header className={room === "inspector" ? "app-header with-tools" : "app-header"}>
      <h1>{t("name")}</h1>
      <nav className="segments" aria-label={t("rooms")}>
        {(["gallery", "inspector", "queue"] as const).map((each) => (
          <button key={each} type="button" aria-current={room === each ? "page" : undefined} onClick={() => goTo(each)}>
            {t(each)}
            {each === "queue" && waiting > 0 && <span className="tally">{count(waiting)}</span>}
          </button>
        ))}
      </nav>
      <span className="grow" />
      {room === "inspector" && <InspectorTools />}
      {room === "gallery" && <SearchField />}
      {room !== "inspector" && (
        <button type="button" className="button" onClick={() => runCommand("add-folders")}>
          <FolderPlus size={16} aria-hidden />
          {t("addFolders")}
        </button>
      )}
      <ExportButton />
      {room !== "queue" && (
        <button
          type="button"
          className="button plain"
          aria-label={t(room === "gallery" ? "enhancePanel" : "inspectorPanel")}
          title={t(room === "gallery" ? "enhancePanel" : "inspectorPanel")}
          aria-pressed={showsPanel}
          onClick={() => runCommand("toggle-panel")}
        >
          <PanelRight size={16} aria-hidden />
        </button>
      )}
      <button
        type="button"
        className="button plain"
        aria-label={t("shortcuts")}
        title={t("shortcuts")}
        onClick={() => openDialog("shortcuts")}
      >
        <Keyboard size={16} aria-hidden />
      </button>
      <button
        type="button"
        className="button plain"
        aria-label={t("settings")}
        title={t("settings")}
        onClick={() => openDialog("settings")}
      >
        <Settings2 size={16} aria-hidden />
      </button>
    </header>
  );
}

/** Opens the dialog; while photos are exported it says how far that is. */
function ExportButton(): ReactNode {
  const { t } = useTranslation();
  const state = useStore(exportStore, (facts) => facts.state);
  const isBusy = state !== undefined && state.end === undefined;
  return (
    <button
      type="button"
      className="button plain"
      aria-label={t("exportMenu")}
      title={t("exportMenu")}
      onClick={() => runCommand("export")}
    >
      <Share size={16} aria-hidden />
      {isBusy && <span className="tally">{`${count(state.done)}/${count(state.total)}`}</span>}
    </button>
  );
}

/** What is typed is seen at once; the photos follow when there is time. */
function SearchField(): ReactNode {
  const { t } = useTranslation();
  const applied = useStore(libraryStore, (state) => state.filters.text);
  const [text, setText] = useState(applied);
  const deferred = useDeferredValue(text);
  useEffect(() => setFilters({ text: deferred }), [deferred]);
  // Filters may be cleared elsewhere.
  useEffect(() => {
    if (applied === "") setText("");
  }, [applied]);
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || text === "") return;
    event.preventDefault();
    setText("");
  };
  return (
    <search className="search">
      <Search size={14} aria-hidden />
      <input
        id={SEARCH_ID}
        className="input"
        type="text"
        value={text}
        placeholder={t("search")}
        aria-label={t("search")}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={press}
      />
    </search>
  );
}
