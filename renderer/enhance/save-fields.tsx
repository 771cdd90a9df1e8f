import { FolderOpen } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { FORMAT_CHOICES, type Recipe } from "../../preload/contract.ts";
import { PathText } from "../path-text.tsx";
import { defaultQuality, withPart, withQuality } from "./recipe.ts";
import { trackShare } from "./slider-field.tsx";

interface SaveFieldsProps {
  readonly recipe: Recipe;
  readonly onChange: (recipe: Recipe) => void;
  readonly target: string | undefined;
  readonly onChooseTarget: () => void;
}

/** The names that the formats go by in every language. */
const FORMAT_NAMES = { jpeg: "JPEG", png: "PNG", webp: "WebP", tiff: "TIFF", avif: "AVIF" } as const;

/** Chooses what results are saved as, and where. */
export function SaveFields({ recipe, onChange, target, onChooseTarget }: SaveFieldsProps) {
  const { t } = useTranslation("enhance");
  const id = useId();
  return (
    <>
      <div className="field">
        <label htmlFor={`${id}-format`}>{t("format")}</label>
        <select
          id={`${id}-format`}
          className="select"
          value={recipe.format}
          onChange={(event) => {
            const format = FORMAT_CHOICES.find((each) => each === event.target.value);
            if (format !== undefined) onChange(withPart(recipe, { format }));
          }}
        >
          {FORMAT_CHOICES.map((format) => (
            <option key={format} value={format}>
              {format === "same" ? t("formatSame") : FORMAT_NAMES[format]}
            </option>
          ))}
        </select>
      </div>
      <QualityField recipe={recipe} onChange={onChange} />
      <div className="field">
        <span aria-hidden="true">{t("location")}</span>
        <label className="check">
          <input
            type="checkbox"
            checked={recipe.stripGps}
            onChange={(event) => onChange({ ...recipe, stripGps: event.target.checked })}
          />
          {t("stripGps")}
        </label>
      </div>
      <div className="field">
        <span>{t("to")}</span>
        <div className="target">
          <span className="target-path">
            {target === undefined ? <span className="soft">{t("toNone")}</span> : <PathText path={target} />}
          </span>
          <button
            type="button"
            className="button"
            aria-label={t("chooseLabel")}
            title={t("chooseLabel")}
            onClick={onChooseTarget}
          >
            {target === undefined ? t("choose") : <FolderOpen size={16} aria-hidden="true" />}
          </button>
        </div>
      </div>
    </>
  );
}

function QualityField({ recipe, onChange }: Pick<SaveFieldsProps, "recipe" | "onChange">) {
  const { t } = useTranslation("enhance");
  const id = useId();
  const automatic = defaultQuality(recipe.format);
  if (automatic === undefined) return null;
  const isAuto = recipe.quality === undefined;
  return (
    <div className="field">
      <label htmlFor={id}>{t("quality")}</label>
      <div className="slider-row">
        <input
          id={id}
          className="slider"
          type="range"
          min={1}
          max={100}
          value={recipe.quality ?? automatic}
          data-auto={isAuto}
          style={trackShare((recipe.quality ?? automatic) / 100)}
          aria-valuetext={isAuto ? t("qualityAuto") : String(recipe.quality)}
          onChange={(event) => onChange(withQuality(recipe, Number(event.target.value)))}
        />
        <button
          type="button"
          className="button plain auto"
          aria-pressed={isAuto}
          title={t("qualityAuto")}
          onClick={() => onChange(withQuality(recipe, isAuto ? automatic : undefined))}
        >
          {isAuto ? t("qualityAuto") : recipe.quality}
          {!isAuto && <span className="unseen"> {t("qualitySet")}</span>}
        </button>
      </div>
    </div>
  );
}
