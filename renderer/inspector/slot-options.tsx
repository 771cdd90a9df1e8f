import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { Recipe } from "../../preload/contract.ts";
import { AUTO } from "../enhance/models.ts";
import { settingsStore } from "../settings-store.ts";
import { MOST_SLOTS } from "./after.ts";
import { inspectorStore, type Shown } from "./inspector-store.ts";
import { useModelName, useShownName } from "./shown-name.ts";

/** Which models stand in the slots beside the original. */
export function SlotOptions(): ReactNode {
  const { t } = useTranslation("inspector");
  const slots = useStore(inspectorStore, (facts) => facts.slots);
  const others = slots.slice(1);
  const last = MOST_SLOTS - 2;
  return (
    <>
      <h2 className="heading">{t("mode.slots")}</h2>
      {Array.from({ length: Math.min(others.length, last) + 1 }, (_, at) => (
        <SlotField
          // biome-ignore lint/suspicious/noArrayIndexKey: a slot is its place
          key={at}
          at={at}
          slot={others[at]}
          isNeeded={others.length < 2 && at === 0}
          onChange={(slot) => putSlot(at, slot)}
        />
      ))}
      <p className="popover-note soft">{t("slotsNote")}</p>
    </>
  );
}

function putSlot(at: number, slot: Shown | undefined): void {
  const { slots } = inspectorStore.getState();
  const others = slots.slice(1);
  const next = slot === undefined ? others.toSpliced(at, 1) : others.toSpliced(at, 1, slot);
  inspectorStore.setState({ slots: [{ kind: "original" }, ...next], slotViews: [] });
}

interface SlotFieldProps {
  readonly at: number;
  readonly slot: Shown | undefined;
  /** Two pictures are the least. */
  readonly isNeeded: boolean;
  readonly onChange: (slot: Shown | undefined) => void;
}

function SlotField({ at, slot, isNeeded, onChange }: SlotFieldProps): ReactNode {
  const { t } = useTranslation("inspector");
  const id = useId();
  const shownName = useShownName();
  const modelName = useModelName();
  const inspection = useStore(inspectorStore, (facts) => facts.inspection);
  const models = useStore(settingsStore, (facts) => facts.models);
  const recipe = useStore(settingsStore, ({ settings }) => settings.recipe);
  const choose = (value: string): void => {
    if (value === "") onChange(undefined);
    else if (value.startsWith(RESULT)) onChange({ kind: "result", key: value.slice(RESULT.length) });
    else onChange({ kind: "live", recipe: liveRecipe(value, slot, recipe) });
  };
  return (
    <div className="field">
      <label htmlFor={id}>{t("slot", { number: at + 2 })}</label>
      <select id={id} className="select" value={choiceOf(slot)} onChange={(event) => choose(event.target.value)}>
        {!isNeeded && <option value="">{t("slotNone")}</option>}
        {inspection?.results.map(({ key }) => (
          <option key={key} value={RESULT + key}>
            {shownName({ kind: "result", key }, inspection)}
          </option>
        ))}
        {[AUTO, ...models.map((each) => each.id).filter((each) => each !== AUTO)].map((model) => (
          <option key={model} value={model}>
            {t("liveName", { name: modelName(model) })}
          </option>
        ))}
      </select>
    </div>
  );
}

const RESULT = "result:";

function choiceOf(slot: Shown | undefined): string {
  if (slot?.kind === "result") return RESULT + slot.key;
  return slot?.kind === "live" ? slot.recipe.model : "";
}

function liveRecipe(model: string, slot: Shown | undefined, recipe: Recipe): Recipe {
  return { ...(slot?.kind === "live" ? slot.recipe : recipe), model };
}
