import "./enhance.css";
import "./plan.css";
import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { Recipe } from "../../preload/contract.ts";
import { ask } from "../api.ts";
import { count } from "../format.ts";
import { tellFailure } from "../notice-store.ts";
import { queueStore } from "../queue-store.ts";
import { changeSettings, settingsStore } from "../settings-store.ts";
import { ModelField } from "./model-field.tsx";
import { modelChoice } from "./models.ts";
import { panelState } from "./panel-state.ts";
import { PanelWord } from "./panel-word.tsx";
import { createPlanner } from "./plan-store.ts";
import { PlanView } from "./plan-view.tsx";
import { PresetField } from "./preset-field.tsx";
import { withPart } from "./recipe.ts";
import { SaveFields } from "./save-fields.tsx";
import { SizeField } from "./size-field.tsx";
import { SliderField } from "./slider-field.tsx";
import { chooseTarget, useEnhance, useEnhanceKey } from "./use-enhance.ts";

const setRecipe = (recipe: Recipe): void => changeSettings({ recipe });

/** The panel in which the photos that are selected are enhanced. @param photos their ids */
export function EnhancePanel({ photos }: { readonly photos: readonly number[] }) {
  const { t } = useTranslation("enhance");
  const id = useId();
  const { settings, models, target } = useStore(settingsStore);
  const { recipe } = settings;
  const choice = modelChoice(models, recipe.model);
  const [isSizeValid, setSizeValid] = useState(true);
  const { planner, facts } = usePlan(photos, recipe, target);
  const { isBusy, enhance } = useEnhance(planner.again);
  const { action, held } = panelState({
    photos: photos.length,
    isSizeValid: isSizeValid || recipe.size.kind === "scale",
    target,
    plan: facts.plan,
    planFailure: facts.failure?.code,
    isBusy,
  });
  const start = (): void => {
    if (held === undefined) enhance({ photos, recipe });
  };
  useEnhanceKey(start);

  return (
    <section className="enhance" aria-labelledby={`${id}-title`}>
      <div className="enhance-form">
        <h2 className="heading" id={`${id}-title`}>
          {photos.length === 0 ? t("titleNone") : t("title", { count: photos.length })}
        </h2>
        <PresetField recipe={recipe} onChange={setRecipe} />
        <ModelField models={models} choice={choice} onChange={(model) => setRecipe(withPart(recipe, { model }))} />
        <SizeField
          size={recipe.size}
          onChange={(size) => setRecipe(withPart(recipe, { size }))}
          onValid={setSizeValid}
          problemId={`${id}-word`}
        />
        {choice.hasRealism && (
          <SliderField
            label={t("realism")}
            value={recipe.realism}
            ends={[t("faithful"), t("realistic")]}
            onChange={(realism) => setRecipe(withPart(recipe, { realism }))}
          />
        )}
        <SliderField
          label={t("strength")}
          value={recipe.strength}
          onChange={(strength) => setRecipe(withPart(recipe, { strength }))}
        />
        <h3 className="heading">{t("save")}</h3>
        <SaveFields
          recipe={recipe}
          onChange={setRecipe}
          target={target}
          onChooseTarget={() => chooseTarget().catch(tellFailure)}
        />
      </div>
      <div className="enhance-foot">
        <PlanView plan={facts.plan} isStale={facts.isStale} />
        <PanelWord id={`${id}-word`} held={held} facts={facts} model={recipe.model} />
        <button
          type="button"
          className="button main enhance-button"
          // Not disabled for the browser: so it can be reached, and says why.
          aria-disabled={held !== undefined}
          aria-describedby={`${id}-word`}
          aria-keyshortcuts="Control+Enter"
          title={t("enhanceKey")}
          onClick={start}
        >
          {action === "enhance" ? t("enhance") : t("chooseAndEnhance")}
        </button>
      </div>
      <p className="unseen" role="status">
        {facts.plan !== undefined && !facts.isStale && t("planTodo", { todo: count(facts.plan.todo) })}
      </p>
    </section>
  );
}

/** The plan for what is selected, asked for again when what it depends on has changed. */
function usePlan(photos: readonly number[], recipe: Recipe, target: string | undefined) {
  const [planner] = useState(() =>
    createPlanner((order) => ask("plan", { photos: [...order.photos], recipe: order.recipe })),
  );
  const facts = useStore(planner.store);
  // When a batch ends, some of the photos may be done.
  const isWorking = useStore(queueStore, ({ queue }) => queue.running.length > 0);
  useEffect(() => planner.want(photos.length === 0 ? undefined : { photos, recipe }), [planner, photos, recipe]);
  const { device, threads } = useStore(settingsStore, ({ saved }) => saved);
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are what the plan depends on beside the order.
  useEffect(() => planner.again(), [planner, target, isWorking, device, threads]);
  useEffect(() => planner.end, [planner]);
  return { planner, facts };
}
