import { BookmarkPlus, Trash2 } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { Recipe } from "../../preload/contract.ts";
import { ask } from "../api.ts";
import { tell, tellFailure } from "../notice-store.ts";
import { settingsStore } from "../settings-store.ts";
import { RemovePresetDialog, SavePresetDialog } from "./preset-dialogs.tsx";
import { presetInUse } from "./recipe.ts";

interface PresetFieldProps {
  readonly recipe: Recipe;
  readonly onChange: (recipe: Recipe) => void;
}

/** Chooses among recipes that were saved, and saves and removes them. */
export function PresetField({ recipe, onChange }: PresetFieldProps) {
  const { t } = useTranslation("enhance");
  const id = useId();
  const presets = useStore(settingsStore, (facts) => facts.presets);
  const [chosen, setChosen] = useState<string>();
  const [dialog, setDialog] = useState<"save" | "remove">();
  const { name, isChanged } = presetInUse(presets, recipe, chosen);

  const save = (as: string): void => {
    setDialog(undefined);
    ask("savePreset", as, recipe).then((saved) => {
      settingsStore.setState({ presets: saved });
      setChosen(as);
      tell(t("presetSaved", { name: as }));
    }, tellFailure);
  };
  const remove = (): void => {
    setDialog(undefined);
    if (name === undefined) return;
    ask("removePreset", name).then((left) => {
      settingsStore.setState({ presets: left });
      setChosen(undefined);
    }, tellFailure);
  };

  return (
    <div className="field">
      <label htmlFor={id}>{t("preset")}</label>
      <div className="preset">
        <select
          id={id}
          className="select"
          value={name ?? ""}
          onChange={(event) => {
            const preset = presets.find((each) => each.name === event.target.value);
            setChosen(preset?.name);
            if (preset !== undefined) onChange(preset.recipe);
          }}
        >
          {/* To let go of a preset means something only once its settings were changed. */}
          <option value="" hidden={name !== undefined && !isChanged}>
            {t("presetNone")}
          </option>
          {presets.map((each) => (
            <option key={each.name} value={each.name}>
              {each.name === name && isChanged ? t("presetChanged", { name }) : each.name}
            </option>
          ))}
        </select>
        <button
          type="button"
          className="button plain"
          aria-label={t("presetSave")}
          title={t("presetSave")}
          onClick={() => setDialog("save")}
        >
          <BookmarkPlus size={16} aria-hidden="true" />
        </button>
        <button
          type="button"
          className="button plain"
          aria-label={t("presetRemove")}
          title={t("presetRemove")}
          disabled={name === undefined}
          onClick={() => setDialog("remove")}
        >
          <Trash2 size={16} aria-hidden="true" />
        </button>
      </div>
      {dialog === "save" && (
        <SavePresetDialog
          first={isChanged ? (name ?? "") : ""}
          taken={presets.map((each) => each.name)}
          onSave={save}
          onClose={() => setDialog(undefined)}
        />
      )}
      {dialog === "remove" && name !== undefined && (
        <RemovePresetDialog name={name} onRemove={remove} onClose={() => setDialog(undefined)} />
      )}
    </div>
  );
}
