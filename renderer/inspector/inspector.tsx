import "./inspector.css";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { settingsStore } from "../settings-store.ts";
import { BlindBar } from "./blind-bar.tsx";
import { BlindDialogs } from "./blind-dialog.tsx";
import { followBlink } from "./blink-clock.ts";
import { followChanges } from "./changed-photo.ts";
import { Filmstrip } from "./filmstrip.tsx";
import { inspectorStore } from "./inspector-store.ts";
import { follow } from "./open-photo.ts";
import { InspectorPanel } from "./panel.tsx";
import { pressKey, releaseAll, releaseKey } from "./press-key.ts";
import { Stage } from "./stage.tsx";
import { StageState } from "./stage-state.tsx";
import { followTrust, trustStore } from "./trust-store.ts";

/** The room in which a photo is compared with what was made of it. It fills what it is put into. */
export function Inspector(): ReactNode {
  const { t } = useTranslation("inspector");
  const showsPanel = useStore(settingsStore, ({ settings }) => settings.showsPanel);
  const showsFilmstrip = useStore(settingsStore, ({ settings }) => settings.showsFilmstrip);
  const hasPhoto = useStore(inspectorStore, ({ photo }) => photo !== undefined);
  useEffect(follow, []);
  useEffect(followChanges, []);
  useEffect(followBlink, []);
  // Measured for whoever sees it: in the panel, or on the photo.
  const measures = useStore(trustStore, ({ showsMap }) => showsMap) || showsPanel;
  useEffect(() => (measures ? followTrust() : undefined), [measures]);
  useEffect(listenToKeys, []);
  return (
    <div className="inspector">
      <div className="inspector-stage" data-stage>
        <Stage />
        <StageState />
        <BlindBar />
      </div>
      {showsPanel && hasPhoto && (
        <aside className="inspector-panel" aria-label={t("panel")}>
          <InspectorPanel />
        </aside>
      )}
      {showsFilmstrip && hasPhoto && <Filmstrip />}
      <BlindDialogs />
    </div>
  );
}

function listenToKeys(): () => void {
  const hide = (): void => {
    if (document.visibilityState === "hidden") releaseAll();
  };
  document.addEventListener("keydown", pressKey);
  document.addEventListener("keyup", releaseKey);
  document.addEventListener("visibilitychange", hide);
  window.addEventListener("blur", releaseAll);
  return () => {
    releaseAll();
    document.removeEventListener("keydown", pressKey);
    document.removeEventListener("keyup", releaseKey);
    document.removeEventListener("visibilitychange", hide);
    window.removeEventListener("blur", releaseAll);
  };
}
