import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { Inspection, ModelCard } from "../../preload/contract.ts";
import { isDescribed } from "../enhance/models.ts";
import { settingsStore } from "../settings-store.ts";
import type { Shown } from "./inspector-store.ts";

/** What a model is called in the user's language; one that is gone, by its id. */
export function useModelName(): (id: string) => string {
  const { t } = useTranslation("enhance");
  const models = useStore(settingsStore, (facts) => facts.models);
  return (id) => (isDescribed(id) ? t(`models.${id}.name`) : nameIn(models, id));
}

/** What a picture is called that can be compared: “Original · Lanczos”, “Silvergrain · 4×”. */
export function useShownName(): (shown: Shown, inspection: Inspection | undefined) => string {
  const { t } = useTranslation("inspector");
  const modelName = useModelName();
  const baseline = useStore(settingsStore, ({ settings }) => settings.baseline);
  return (shown, inspection) => {
    if (shown.kind === "original") return t("originalBy", { filter: t(`baselines.${baseline}`) });
    if (shown.kind === "live") {
      const { model, size } = shown.recipe;
      const name = modelName(model);
      return t("liveName", {
        name: size.kind === "scale" ? t("resultName", { model: name, scale: size.scale }) : name,
      });
    }
    const result = inspection?.results.find(({ key }) => key === shown.key);
    return result === undefined
      ? t("resultGone")
      : t("resultName", { model: modelName(result.model), scale: result.scale });
  };
}

function nameIn(models: readonly ModelCard[], id: string): string {
  return models.find((each) => each.id === id)?.name ?? id;
}
