import { CircleHelp } from "lucide-react";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { count, percentTenths } from "../format.ts";
import { Popover } from "./popover.tsx";
import { RangeField } from "./range-field.tsx";
import { agreement, amountOf, THRESHOLDS } from "./trust-figures.ts";
import { TrustHelp } from "./trust-help.tsx";
import { compare, hopWorst, setThreshold, showMap, trustStore } from "./trust-store.ts";

const KINDS = ["source", "models"] as const;

/** How far the source bears out what the result shows. */
export function TrustSection(): ReactNode {
  const { t } = useTranslation("inspector");
  const id = useId();
  const { kind, map, isLoading, threshold, showsMap } = useStore(trustStore);
  const share = map === undefined ? undefined : agreement(map, threshold);
  return (
    <section className="inspector-section" aria-label={t("trust")}>
      <div className="inspector-head">
        <h2 className="heading">{t("trust")}</h2>
        <Popover button={<CircleHelp size={14} aria-hidden />} label={t("trustHelp")} side="left">
          <TrustHelp />
        </Popover>
      </div>
      <div className="segments even">
        {KINDS.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === kind}
            title={t(`trustKindHints.${each}`)}
            // Again for models: another part may be in sight.
            onClick={() => (each === "models" || each !== kind) && compare(each)}
          >
            {t(`trustKinds.${each}`)}
          </button>
        ))}
      </div>
      <div className="field">
        <span className="soft">{t(kind === "source" ? "agrees" : "modelsAgree")}</span>
        <span className="value" aria-live="polite" title={share === undefined ? t("notMeasuredHint") : undefined}>
          {share === undefined ? t(isLoading ? "measuring" : "notMeasured") : percentTenths(share)}
        </span>
      </div>
      <div className="field">
        <span className="soft">{t("invented")}</span>
        <span className="value">
          {share === undefined ? t("none") : t(`amount.${amountOf(share)}`)}
          {" · "}
          <button type="button" className="link" disabled={map === undefined} onClick={hopWorst}>
            {t("worstRegion")}
          </button>
        </span>
      </div>
      <RangeField
        label={t("threshold")}
        value={threshold}
        {...THRESHOLDS}
        hint={t("thresholdHint")}
        text={count(threshold)}
        onChange={setThreshold}
      />
      <label className="check" htmlFor={id}>
        <input id={id} type="checkbox" checked={showsMap} onChange={(event) => showMap(event.target.checked)} />
        {t("showMap")}
      </label>
    </section>
  );
}
