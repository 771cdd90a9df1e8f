import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { FLAGS, LABELS } from "../../preload/contract.ts";
import { clearFilters, type Filters, libraryStore, setFilters } from "../library-store.ts";
import { LABEL_WORDS } from "./cell-text.ts";
import { filtersSet, STATE_FILTERS } from "./filter.ts";

const FORMATS = ["jpeg", "png", "webp", "tiff", "avif", "gif"] as const;
const FLAG_WORDS = { none: "flagNone", pick: "flagPick", reject: "flagReject" } as const;
const STATE_WORDS = {
  any: "stateAny",
  "not-enhanced": "notEnhanced",
  queued: "stateQueued",
  running: "stateRunning",
  done: "stateDone",
  failed: "stateFailed",
  flagged: "stateFlagged",
} as const;

/** Everything that photos can be filtered by. */
export function FilterRow(): ReactNode {
  const { t } = useTranslation("gallery");
  const filters = useStore(libraryStore, (facts) => facts.filters);
  return (
    <div className="filter-row" id="gallery-filters">
      <Choice
        label={t("stars")}
        value={String(filters.stars)}
        options={[
          ["0", t("starsAny")],
          ...[1, 2, 3, 4, 5].map((count) => [String(count), t("starsAtLeast", { count })] as const),
        ]}
        onChoose={(value) => setFilters({ stars: Number(value) })}
      />
      <Choice
        label={t("flag")}
        value={filters.flag}
        options={[["any", t("flagAny")], ...FLAGS.map((flag) => [flag, t(FLAG_WORDS[flag])] as const)]}
        onChoose={(flag) => setFilters({ flag })}
      />
      <Choice
        label={t("label")}
        value={filters.label}
        options={[["any", t("labelAny")], ...LABELS.map((label) => [label, t(LABEL_WORDS[label])] as const)]}
        onChoose={(label) => setFilters({ label })}
      />
      <Choice
        label={t("format")}
        value={filters.format}
        options={[["any", t("formatAny")], ...FORMATS.map((format) => [format, format.toUpperCase()] as const)]}
        onChoose={(format) => setFilters({ format })}
      />
      <Choice
        label={t("state")}
        value={filters.state}
        options={STATE_FILTERS.map((state) => [state, t(STATE_WORDS[state])] as const)}
        onChoose={(state) => setFilters({ state })}
      />
      {isSet(filters) && (
        <button type="button" className="button plain" onClick={clearFilters}>
          {t("clearFilters")}
        </button>
      )}
    </div>
  );
}

function isSet(filters: Filters): boolean {
  return filtersSet(filters) > 0 || filters.text !== "";
}

interface ChoiceProps<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly options: readonly (readonly [V, string])[];
  readonly onChoose: (value: V) => void;
}

function Choice<V extends string>({ label, value, options, onChoose }: ChoiceProps<V>): ReactNode {
  return (
    <select
      className="select"
      aria-label={label}
      value={value}
      data-set={value !== options[0]?.[0]}
      onChange={(event) => onChoose(event.target.value as V)}
    >
      {options.map(([option, words]) => (
        <option key={option} value={option}>
          {words}
        </option>
      ))}
    </select>
  );
}
