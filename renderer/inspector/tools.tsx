import "./tools.css";
import { ChevronDown, SlidersHorizontal } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { percent } from "../format.ts";
import { changeLens, showAll, toggleLens, zoomOf, zoomTo } from "./actions.ts";
import { inspectorStore, LENS_FORMS, MODES } from "./inspector-store.ts";
import { keepFocus } from "./keep-focus.ts";
import { showMode } from "./modes.ts";
import { Popover } from "./popover.tsx";
import { ViewOptions } from "./view-options.tsx";

const ZOOMS = [1, 2] as const;
const LENS_ZOOMS = [1, 2, 4, 8, 16, 32] as const;
/** A zoom that the rounding of scales has moved is still the same. */
const SAME = 1e-3;

/** The inspector's tools, in the window's header; in a second row of it where the window is narrow. */
export function InspectorTools(): ReactNode {
  const { t } = useTranslation("inspector");
  return (
    <div className="inspector-tools" role="toolbar" aria-label={t("tools")} onMouseDown={keepFocus}>
      <Modes />
      <Zoom />
      <Loupe />
    </div>
  );
}

/** Whether tools rest: nothing is there, or a blind test is going on. */
function useIsAtRest(): boolean {
  return useStore(inspectorStore, ({ inspection, blindTest }) => inspection === undefined || blindTest !== undefined);
}

function Modes(): ReactNode {
  const { t } = useTranslation("inspector");
  const mode = useStore(inspectorStore, (facts) => facts.mode);
  const isBlind = useStore(inspectorStore, ({ blindTest }) => blindTest !== undefined);
  return (
    <div className="tool-group">
      <fieldset className="segments" aria-label={t("modes")} disabled={isBlind}>
        {MODES.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={!isBlind && each === mode}
            title={t(`modeHints.${each}`)}
            onClick={() => showMode(each)}
          >
            {t(`mode.${each}`)}
          </button>
        ))}
      </fieldset>
      <Popover button={<SlidersHorizontal size={16} aria-hidden />} label={t("viewOptions")} isDisabled={isBlind}>
        <ViewOptions mode={mode} />
      </Popover>
    </div>
  );
}

function Zoom(): ReactNode {
  const { t } = useTranslation("inspector");
  const isFitted = useStore(inspectorStore, (facts) => facts.isFitted);
  const isThere = useStore(inspectorStore, ({ inspection }) => inspection !== undefined);
  // Rounded, so that a wheel that turns renders as seldom as the figure changes.
  const shown = useStore(inspectorStore, (facts) =>
    facts.view === undefined || facts.inspection === undefined ? undefined : Math.round(zoomOf(facts) * 100) / 100,
  );
  const exact = useStore(inspectorStore, (facts) => ZOOMS.find((each) => Math.abs(zoomOf(facts) - each) < SAME));
  return (
    <div className="tool-group">
      <fieldset className="segments" aria-label={t("zoom")} disabled={!isThere}>
        <button type="button" aria-pressed={isThere && isFitted} title={t("fitHint")} onClick={showAll}>
          {t("fit")}
        </button>
        {ZOOMS.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={isThere && !isFitted && exact === each}
            title={each === 1 ? t("actualHint") : undefined}
            onClick={() => zoomTo(each)}
          >
            {percent(each)}
          </button>
        ))}
      </fieldset>
      <output className="zoom-now soft" title={t("zoomNow")}>
        {shown !== undefined && percent(shown + 1e-9)}
      </output>
    </div>
  );
}

function Loupe(): ReactNode {
  const { t } = useTranslation("inspector");
  const isAtRest = useIsAtRest();
  const showsLens = useStore(inspectorStore, (facts) => facts.showsLens);
  const form = useStore(inspectorStore, ({ lens }) => lens.form);
  const zoom = useStore(inspectorStore, ({ lens }) => lens.zoom);
  return (
    <div className="tool-group loupe-tool">
      <button
        type="button"
        className="button"
        aria-pressed={showsLens}
        aria-keyshortcuts="L"
        disabled={isAtRest}
        onClick={toggleLens}
      >
        {t("loupe")}
        <kbd aria-hidden>L</kbd>
      </button>
      <Popover button={<ChevronDown size={16} aria-hidden />} label={t("loupeOptions")} isDisabled={isAtRest}>
        <h2 className="heading">{t("lensForm")}</h2>
        <div className="segments">
          {LENS_FORMS.map((each) => (
            <button key={each} type="button" aria-pressed={each === form} onClick={() => changeLens({ form: each })}>
              {t(`lensForms.${each}`)}
            </button>
          ))}
        </div>
        <h2 className="heading">{t("lensZoom")}</h2>
        <div className="segments">
          {LENS_ZOOMS.map((each) => (
            <button key={each} type="button" aria-pressed={each === zoom} onClick={() => changeLens({ zoom: each })}>
              {t("times", { factor: each })}
            </button>
          ))}
        </div>
        <p className="popover-note soft">{t("loupeNote")}</p>
      </Popover>
    </div>
  );
}
