import "./app.css";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { EnhancePanel } from "../enhance/enhance-panel.tsx";
import { Gallery } from "../gallery/gallery.tsx";
import { useSelectedIds } from "../gallery/selection-store.ts";
import { Inspector } from "../inspector/inspector.tsx";
import { QueueBar } from "../queue/queue-bar.tsx";
import { QueuePage } from "../queue/queue-page.tsx";
import { settingsStore } from "../settings-store.ts";
import { paste, pressKey, releaseButton } from "./commands.ts";
import { Dialogs } from "./dialogs.tsx";
import { DropArea } from "./drop-area.tsx";
import { Guard } from "./guard.tsx";
import { Header } from "./header.tsx";
import { Notices } from "./notices.tsx";
import { goTo, roomStore } from "./room-store.ts";
import { Sidebar } from "./sidebar.tsx";

const ROOMS = { gallery: <Gallery />, inspector: <Inspector />, queue: <QueuePage /> } as const;

/** The window's page. */
export function App(): ReactNode {
  const { t } = useTranslation();
  const room = useStore(roomStore, (state) => state.room);
  const showsPanel = useStore(settingsStore, (state) => state.settings.showsPanel);
  useEffect(() => {
    document.addEventListener("keydown", pressKey);
    document.addEventListener("paste", paste);
    document.addEventListener("mouseup", releaseButton);
    return () => {
      document.removeEventListener("keydown", pressKey);
      document.removeEventListener("paste", paste);
      document.removeEventListener("mouseup", releaseButton);
    };
  }, []);
  const hasPanel = room === "gallery" && showsPanel;
  // The inspector has panel and foot of its own: all of the window is for the photo.
  const isInspecting = room === "inspector";
  return (
    <DropArea>
      <div className={isInspecting ? "app inspecting" : hasPanel ? "app with-panel" : "app"}>
        <Header />
        {!isInspecting && <Sidebar />}
        <main className="room" aria-label={t(room)}>
          <Guard key={room}>{ROOMS[room]}</Guard>
        </main>
        {hasPanel && (
          <aside className="side-panel" aria-label={t("enhancePanel")}>
            <Guard>
              <Panel />
            </Guard>
          </aside>
        )}
        {!isInspecting && (
          <footer className="app-footer">
            <QueueBar onOpenQueue={() => goTo("queue")} />
          </footer>
        )}
      </div>
      <Notices />
      <Dialogs />
    </DropArea>
  );
}

/** Apart, so that a change of the selection draws the panel and not the window. */
function Panel(): ReactNode {
  return <EnhancePanel photos={useSelectedIds()} />;
}
