import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { useShallow } from "zustand/shallow";
import { settingsStore } from "../settings-store.ts";
import { inspectorStore } from "./inspector-store.ts";
import { isLive, resultScale, shownResult, slotsOf } from "./shown.ts";

/** What is shown as the result, or in a slot, in words: “SRGAN 4×”. */
export function useShownName(slot?: number): string {
  const { t } = useTranslation("inspector");
  const [model, scale, isAhead] = useStore(
    inspectorStore,
    useShallow((facts) => {
      const { inspection } = facts;
      const shown = slot === undefined ? facts.after : slotsOf(facts)[slot];
      if (inspection === undefined || shown?.kind === "original") return ["", 1, false] as const;
      const ahead = isLive(inspection, shown);
      const size = resultScale({ inspection, after: shown });
      if (!ahead)
        return [
          shownResult(inspection, shown?.kind === "result" ? shown.key : undefined)?.model ?? "",
          size,
          false,
        ] as const;
      const recipe = shown?.kind === "live" ? shown.recipe : inspection.waiting;
      return [recipe?.model, recipe === undefined ? undefined : size, true] as const;
    }),
  );
  const panel = useStore(settingsStore, (state) => state.settings.recipe);
  const models = useStore(settingsStore, (state) => state.models);
  const id = model ?? panel.model;
  if (id === "") return t("original");
  const times = scale ?? (panel.size.kind === "scale" ? panel.size.scale : 1);
  const name = models.find((card) => card.id === id)?.name ?? id;
  const shownScale = `${Math.round(times * 10) / 10}×`;
  return isAhead
    ? t("tagLive", { model: name, scale: shownScale })
    : t("tagResult", { model: name, scale: shownScale });
}
