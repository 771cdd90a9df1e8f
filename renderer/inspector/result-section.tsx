import { Info, Undo2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { Inspection, Recipe, ResultPicture } from "../../preload/contract.ts";
import { ModelField } from "../enhance/model-field.tsx";
import { modelChoice } from "../enhance/models.ts";
import { isSameRecipe, withPart } from "../enhance/recipe.ts";
import { SliderField } from "../enhance/slider-field.tsx";
import { useEnhance, useEnhanceKey } from "../enhance/use-enhance.ts";
import { settingsStore } from "../settings-store.ts";
import { recipeOf } from "./after.ts";
import { inspectorStore, type Shown } from "./inspector-store.ts";
import { showLive, showResult } from "./live-recipe.ts";
import { resultSize } from "./result-size.ts";
import { shownResult } from "./shown.ts";
import { useShownName } from "./shown-name.ts";

/** Which result is shown and how it was made; changing that shows live what it would give. */
export function ResultSection({ inspection }: { readonly inspection: Inspection }): ReactNode {
  const { t } = useTranslation("inspector");
  const after = useStore(inspectorStore, (facts) => facts.after);
  const settings = useStore(settingsStore, (facts) => facts.settings.recipe);
  const models = useStore(settingsStore, (facts) => facts.models);
  const shown = shownRecipe(inspection, after, settings);
  const [recipe, setRecipe] = useDraft(shown, inspection.photo);
  const choice = modelChoice(models, recipe.model);
  const isLive = after?.kind === "live" || inspection.results.length === 0;
  const change = (part: Partial<Recipe>): void => {
    const next = withPart(recipe, part);
    setRecipe(next);
    showLive(next);
  };
  return (
    <section className="inspector-section" aria-label={t("result")}>
      <div className="inspector-head">
        <h2 className="heading">{t("result")}</h2>
        {inspection.results.length > 0 && after?.kind === "live" && (
          <button type="button" className="button plain" onClick={() => showResult()}>
            <Undo2 size={14} aria-hidden />
            {t("backToSaved")}
          </button>
        )}
      </div>
      {inspection.results.length > 0 && <WhichResult inspection={inspection} after={after} recipe={recipe} />}
      <ModelField models={models} choice={choice} onChange={(model) => change({ model })} isBrief />
      <SizeRow inspection={inspection} recipe={recipe} after={after} />
      {choice.hasRealism && (
        <SliderField label={t("realism")} value={recipe.realism} onChange={(realism) => change({ realism })} />
      )}
      <SliderField label={t("strength")} value={recipe.strength} onChange={(strength) => change({ strength })} />
      <LiveNote inspection={inspection} isLive={isLive} recipe={recipe} />
      <EnhanceWith inspection={inspection} isLive={isLive} recipe={recipe} />
    </section>
  );
}

/** What is shown as the sliders say it: a slider moves at once, what it asks for follows. */
function useDraft(shown: Recipe, photo: number): readonly [Recipe, (recipe: Recipe) => void] {
  const [draft, setDraft] = useState({ shown, photo, recipe: shown });
  const isOutdated = draft.photo !== photo || !isSameRecipe(draft.shown, shown);
  if (isOutdated) setDraft({ shown, photo, recipe: shown });
  return [isOutdated ? shown : draft.recipe, (recipe) => setDraft({ shown, photo, recipe })];
}

function shownRecipe(inspection: Inspection, after: Shown | undefined, settings: Recipe): Recipe {
  if (after?.kind === "live") return after.recipe;
  const result = shownResult(inspection, after?.kind === "result" ? after.key : undefined);
  return result === undefined ? (inspection.waiting ?? settings) : recipeOf(result, settings);
}

interface PartProps {
  readonly inspection: Inspection;
  readonly recipe: Recipe;
}

/** Chooses among the results; there is nothing to choose where there is one alone. */
function WhichResult({ inspection, after }: PartProps & { readonly after: Shown | undefined }): ReactNode {
  const { t } = useTranslation("inspector");
  const shownName = useShownName();
  const { results } = inspection;
  if (results.length < 2 && after?.kind !== "live") return undefined;
  const key = after?.kind === "result" ? after.key : results[0]?.key;
  return (
    <div className="field">
      <span className="soft">{t("shown")}</span>
      <select
        className="select"
        aria-label={t("shown")}
        value={after?.kind === "live" ? LIVE : key}
        onChange={(event) => event.target.value !== LIVE && showResult(event.target.value)}
      >
        {after?.kind === "live" && <option value={LIVE}>{t("asSetBelow")}</option>}
        {results.map((each) => (
          <option key={each.key} value={each.key}>
            {shownName({ kind: "result", key: each.key }, inspection)}
          </option>
        ))}
      </select>
    </div>
  );
}

const LIVE = "live";

function SizeRow({ inspection, recipe, after }: PartProps & { readonly after: Shown | undefined }): ReactNode {
  const { t } = useTranslation("inspector");
  const { width, height } = inspection.original;
  const result: ResultPicture | undefined =
    after?.kind === "live" ? undefined : shownResult(inspection, after?.kind === "result" ? after.key : undefined);
  const size = result ?? resultSize(inspection.original, recipe.size);
  return (
    <div className="field">
      <span className="soft">{t("size")}</span>
      <span className="value">
        {t("sizeFrom", { width, height })}
        <br />
        {t("sizeTo", { width: size.width, height: size.height })}
      </span>
    </div>
  );
}

function LiveNote({ inspection, isLive, recipe }: PartProps & { readonly isLive: boolean }): ReactNode {
  const { t } = useTranslation("inspector");
  const isBusy = useStore(inspectorStore, ({ live }) => live.isBusy);
  const { results, waiting, lost } = inspection;
  const isWaiting = waiting !== undefined && isSameRecipe(waiting, recipe);
  return (
    <>
      {isLive && (
        <p className="inspector-note" data-busy={isBusy}>
          <Info size={14} aria-hidden />
          <span>{t(isWaiting ? "noteWaiting" : results.length > 0 ? "noteLive" : "noteNone")}</span>
        </p>
      )}
      {lost > 0 && <p className="inspector-note warn">{t("lost", { count: lost })}</p>}
    </>
  );
}

function EnhanceWith({ inspection, isLive, recipe }: PartProps & { readonly isLive: boolean }): ReactNode {
  const { t } = useTranslation("inspector");
  const { isBusy, enhance } = useEnhance(() => undefined);
  const { waiting, photo } = inspection;
  const isHeld = !isLive || isBusy || (waiting !== undefined && isSameRecipe(waiting, recipe));
  const start = (): void => {
    // What is shown here may still be about the photo before.
    if (!isHeld && inspectorStore.getState().photo === photo) enhance({ photos: [photo], recipe });
  };
  useEnhanceKey(start);
  return (
    <div className="inspector-buttons">
      <button
        type="button"
        className="button main"
        aria-disabled={isHeld}
        title={isHeld ? t(isLive ? "heldWaiting" : "heldSaved") : undefined}
        onClick={start}
      >
        {t("enhanceWith")}
      </button>
    </div>
  );
}
