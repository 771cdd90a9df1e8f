import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { ModelCard } from "../../preload/contract.ts";
import { AUTO, isDescribed, type ModelChoice } from "./models.ts";
import { SamplePicture } from "./sample-picture.tsx";

interface ModelFieldProps {
  readonly models: readonly ModelCard[];
  readonly choice: ModelChoice;
  readonly onChange: (id: string) => void;
  /** The model alone, where there is little room. */
  readonly isBrief?: boolean;
}

/** Chooses the model, with what it is for in words and in a picture. */
export function ModelField({ models, choice, onChange, isBrief = false }: ModelFieldProps) {
  const { t } = useTranslation("enhance");
  const id = useId();
  const others = models.filter((each) => each.id !== AUTO);
  const isGone = choice.id !== AUTO && !others.some((each) => each.id === choice.id);
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{t("model")}</label>
        <select
          id={id}
          className="select"
          value={choice.id}
          aria-describedby={isBrief ? undefined : `${id}-purpose`}
          onChange={(event) => onChange(event.target.value)}
        >
          <option value={AUTO}>{t("models.auto.name")}</option>
          {others.map(({ id: model, name }) => (
            <option key={model} value={model}>
              {isDescribed(model) ? t(`models.${model}.name`) : name}
            </option>
          ))}
          {/* So that the select does not claim another one. */}
          {isGone && <option value={choice.id}>{choice.id}</option>}
        </select>
      </div>
      {!isBrief && <About id={`${id}-purpose`} choice={choice} />}
    </>
  );
}

function About({ id, choice }: { readonly id: string; readonly choice: ModelChoice }) {
  const { t } = useTranslation("enhance");
  return (
    <div className="model-about">
      <p className="soft" id={id}>
        {isDescribed(choice.id)
          ? t(`models.${choice.id}.purpose`)
          : choice.scale !== undefined && t("ownModelPurpose", { scale: choice.scale })}
      </p>
      {choice.sample !== undefined && <SamplePicture key={choice.sample} model={choice.sample} />}
    </div>
  );
}
