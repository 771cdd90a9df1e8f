import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { BASELINE_FILTERS } from "../../preload/contract.ts";
import { changeSettings, settingsStore } from "../settings-store.ts";
import { turnDivider } from "./actions.ts";
import { BLINK_HZ, blinkStore } from "./blink-clock.ts";
import { inspectorStore, type Mode } from "./inspector-store.ts";
import { RangeField } from "./range-field.tsx";
import { SlotOptions } from "./slot-options.tsx";

/** What can be set of a mode, and of the original beside a result. */
export function ViewOptions({ mode }: { readonly mode: Mode }): ReactNode {
  return (
    <>
      {mode === "split" && <SplitOptions />}
      {mode === "blink" && <BlinkOptions />}
      {mode === "difference" && <DifferenceOptions />}
      {mode === "slots" && <SlotOptions />}
      <BaselineOptions />
    </>
  );
}

function BaselineOptions(): ReactNode {
  const { t } = useTranslation("inspector");
  const baseline = useStore(settingsStore, ({ settings }) => settings.baseline);
  return (
    <>
      <h2 className="heading">{t("baseline")}</h2>
      <div className="segments">
        {BASELINE_FILTERS.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === baseline}
            onClick={() => changeSettings({ baseline: each })}
          >
            {t(`baselines.${each}`)}
          </button>
        ))}
      </div>
      <p className="popover-note soft">{t("baselineNote")}</p>
    </>
  );
}

const UPRIGHT = [
  ["dividerVertical", 0],
  ["dividerHorizontal", 90],
] as const;

function SplitOptions(): ReactNode {
  const { t } = useTranslation("inspector");
  const angle = useStore(inspectorStore, ({ divider }) => divider.angle);
  return (
    <>
      <h2 className="heading">{t("divider")}</h2>
      <div className="segments">
        {UPRIGHT.map(([word, degrees]) => (
          <button
            key={word}
            type="button"
            aria-pressed={Math.round(angle) === degrees}
            onClick={() => turnDivider(degrees)}
          >
            {t(word)}
          </button>
        ))}
      </div>
      <RangeField
        label={t("angle")}
        value={Math.round(angle)}
        least={0}
        most={359}
        text={t("degrees", { degrees: Math.round(angle) })}
        onChange={turnDivider}
      />
    </>
  );
}

function BlinkOptions(): ReactNode {
  const { t } = useTranslation("inspector");
  const id = useId();
  const blinks = useStore(inspectorStore, (facts) => facts.blinksByItself);
  const hz = useStore(blinkStore, (facts) => facts.hz);
  return (
    <>
      <h2 className="heading">{t("mode.blink")}</h2>
      <label className="check" htmlFor={id}>
        <input
          id={id}
          type="checkbox"
          checked={blinks}
          onChange={(event) => inspectorStore.setState({ blinksByItself: event.target.checked })}
        />
        {t("blinksByItself")}
      </label>
      <div className="segments spaced">
        {BLINK_HZ.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === hz}
            disabled={!blinks}
            onClick={() => blinkStore.setState({ hz: each })}
          >
            {t("hertz", { hz: each })}
          </button>
        ))}
      </div>
      <p className="popover-note soft">{t("blinkNote")}</p>
    </>
  );
}

function DifferenceOptions(): ReactNode {
  const { t } = useTranslation("inspector");
  const id = useId();
  const gain = useStore(inspectorStore, ({ difference }) => difference.gain);
  const signed = useStore(inspectorStore, ({ difference }) => difference.signed);
  const change = (part: Partial<{ gain: number; signed: boolean }>): void =>
    inspectorStore.setState(({ difference }) => ({ difference: { ...difference, ...part } }));
  return (
    <>
      <h2 className="heading">{t("mode.difference")}</h2>
      <RangeField
        label={t("gain")}
        value={gain}
        least={1}
        most={32}
        text={t("times", { factor: gain })}
        onChange={(value) => change({ gain: value })}
      />
      <label className="check" htmlFor={id}>
        <input
          id={id}
          type="checkbox"
          checked={signed}
          onChange={(event) => change({ signed: event.target.checked })}
        />
        {t("signed")}
      </label>
      <p className="popover-note soft">{t(signed ? "signedNote" : "unsignedNote")}</p>
    </>
  );
}
