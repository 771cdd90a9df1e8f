import "./stage.css";
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { CallError } from "../api.ts";
import { tellFailure } from "../notice-store.ts";
import { moveDivider } from "./actions.ts";
import { dividerStep } from "./divider-step.ts";
import { inspectorStore } from "./inspector-store.ts";
import { PinLabels } from "./pin-labels.tsx";
import { StageController } from "./stage-controller.ts";
import { stageParts } from "./stage-parts.ts";
import { Tags } from "./tags.tsx";
import { pageTiles } from "./tiles/page-tiles.ts";

/**
 * The photo and what is compared with it. One element hears all pointers; what lies over the canvas is moved by the
 * controller, and this is drawn again for pins and words only.
 */
export function Stage(): ReactNode {
  const { t } = useTranslation("inspector");
  const surface = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (surface.current === null) return;
    const ends = [
      pageTiles.onFailure((_key, failure) => {
        // Another photo has come meanwhile.
        if (failure.code !== "CANCELLED") tellFailure(new CallError(failure));
      }),
    ];
    const stage = new StageController(stageParts(surface.current), pageTiles, tellFailure);
    return () => {
      for (const end of ends) end();
      stage.close();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the stage is panned and zoomed with keys
    <div ref={surface} className="stage" tabIndex={0} role="application" aria-label={t("stage")}>
      <canvas data-part="canvas" className="stage-canvas" />
      <i data-part="upper-left" className="stage-corner" />
      <i data-part="upper-right" className="stage-corner right" />
      <i data-part="lower-left" className="stage-corner lower" />
      <Tags />
      <PinLabels />
      <Divider />
      <div data-part="mask" className="stage-mask" hidden />
      <div data-part="lens" className="lens-canvas" hidden>
        <canvas data-part="lens-canvas" />
      </div>
      <div data-part="ring-1" className="lens-ring" hidden />
      <div data-part="ring-2" className="lens-ring" hidden />
      <div
        data-part="readout"
        className="readout"
        data-yes={t("readoutLive")}
        data-waiting={t("readoutWaiting")}
        hidden
      />
    </div>
  );
}

/** Its place and what it says of it are set by the overlay, so that dragging it draws nothing here. */
function Divider(): ReactNode {
  const { t } = useTranslation("inspector");
  const mode = useStore(inspectorStore, (state) => state.mode);
  const press = (event: KeyboardEvent) => {
    const at = dividerStep(event.key, inspectorStore.getState().divider.at, event.shiftKey);
    if (at === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    moveDivider(at);
  };
  return (
    <div
      data-part="divider"
      className="divider"
      role="slider"
      tabIndex={mode === "split" ? 0 : -1}
      aria-label={t("divider")}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={50}
      onKeyDown={press}
      hidden
    >
      <span data-part="knob" className="knob" />
    </div>
  );
}
