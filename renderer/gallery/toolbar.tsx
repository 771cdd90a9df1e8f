import { ArrowDownWideNarrow, ArrowUpNarrowWide, Grid2x2, Grid3x3, ListFilter } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { SORTS } from "../../preload/contract.ts";
import { count } from "../format.ts";
import { type Filters, libraryStore, setFilters } from "../library-store.ts";
import { changeSettings, settingsStore } from "../settings-store.ts";
import { filtersSet } from "./filter.ts";
import { FilterRow } from "./filter-row.tsx";
import { selectionStore } from "./selection-store.ts";

const SORT_WORDS = {
  name: "sortName",
  taken: "sortTaken",
  bytes: "sortBytes",
  megapixels: "sortMegapixels",
} as const;

/** What is shown, in which order and how large. */
export function Toolbar(): ReactNode {
  const { t } = useTranslation("gallery");
  const filters = useStore(libraryStore, (facts) => facts.filters);
  const [isOpen, setOpen] = useState(false);
  const set = filtersSet(filters);
  return (
    <div className="toolbar">
      <QuickFilters filters={filters} />
      <button
        type="button"
        className="button plain"
        aria-expanded={isOpen}
        aria-controls="gallery-filters"
        aria-label={set === 0 ? t("filters") : t("filtersSet", { count: set })}
        title={t("filters")}
        onClick={() => setOpen(!isOpen)}
      >
        <ListFilter size={16} aria-hidden="true" />
        {set > 0 && <span className="tally">{set}</span>}
      </button>
      <Tally />
      <Sorting />
      <Size />
      {isOpen && <FilterRow />}
    </div>
  );
}

function QuickFilters({ filters }: { readonly filters: Filters }): ReactNode {
  const { t } = useTranslation("gallery");
  const quick = [
    { words: t("all"), flag: "any", state: "any" },
    { words: t("picks"), flag: "pick", state: "any" },
    { words: t("notEnhanced"), flag: "any", state: "not-enhanced" },
  ] as const;
  return (
    <fieldset className="segments" aria-label={t("show")}>
      {quick.map(({ words, flag, state }) => (
        <button
          key={words}
          type="button"
          aria-pressed={filters.flag === flag && filters.state === state}
          onClick={() => setFilters({ flag, state })}
        >
          {words}
        </button>
      ))}
    </fieldset>
  );
}

/** How many photos are shown or selected. */
function Tally(): ReactNode {
  const { t } = useTranslation("gallery");
  const shown = useStore(libraryStore, ({ ids }) => ids.length);
  const all = useStore(libraryStore, ({ photos, version }) => (version >= 0 ? photos.size : 0));
  const isFiltered = useStore(libraryStore, ({ filters }) => filters.text !== "" || filtersSet(filters) > 0);
  const selected = useStore(selectionStore, (selection) => selection.selected.size);
  const words =
    selected > 0
      ? t("selectedOf", { selected: count(selected), all: count(shown) })
      : isFiltered
        ? t("shownOf", { shown: count(shown), all: count(all) })
        : t("photoCount", { count: shown, shown: count(shown) });
  return (
    <output className="count" data-selected={selected > 0}>
      {words}
    </output>
  );
}

function Sorting(): ReactNode {
  const { t } = useTranslation("gallery");
  const { sort, descending } = useStore(settingsStore, ({ settings }) => settings);
  const direction = descending ? t("descending") : t("ascending");
  const Arrow = descending ? ArrowDownWideNarrow : ArrowUpNarrowWide;
  return (
    <div className="sorting">
      <select
        className="select"
        aria-label={t("sort")}
        value={sort}
        onChange={(event) => changeSettings({ sort: event.target.value as typeof sort })}
      >
        {SORTS.map((each) => (
          <option key={each} value={each}>
            {t(SORT_WORDS[each])}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="button plain"
        aria-label={direction}
        title={direction}
        onClick={() => changeSettings({ descending: !descending })}
      >
        <Arrow size={16} aria-hidden="true" />
      </button>
    </div>
  );
}

function Size(): ReactNode {
  const { t } = useTranslation("gallery");
  const cellPx = useStore(settingsStore, ({ settings }) => settings.cellPx);
  return (
    <div className="cell-size">
      <Grid3x3 size={14} aria-hidden="true" />
      <input
        type="range"
        className="slider"
        aria-label={t("size")}
        title={t("size")}
        min={96}
        max={480}
        step={8}
        value={cellPx}
        onChange={(event) => changeSettings({ cellPx: Number(event.target.value) })}
      />
      <Grid2x2 size={16} aria-hidden="true" />
    </div>
  );
}
