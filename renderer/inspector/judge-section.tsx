import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { LABELS } from "../../preload/contract.ts";
import { LABEL_WORDS } from "../gallery/cell-text.ts";
import { libraryStore } from "../library-store.ts";
import { chooseRivals } from "./blind-test.ts";
import { inspectorStore } from "./inspector-store.ts";
import { judgeShown, keepOriginal, label } from "./run-action.ts";

const FLAG_ROWS = [
  ["pick", "pick", "P"],
  ["reject", "reject", "X"],
] as const;

/** What the photographer thinks of the photo; the same marks as in the gallery. */
export function JudgeSection({ photo }: { readonly photo: number }): ReactNode {
  const { t } = useTranslation("inspector");
  const { t: g } = useTranslation("gallery");
  const row = useStore(libraryStore, ({ photos }) => photos.get(photo));
  const isThere = useStore(inspectorStore, ({ inspection }) => inspection !== undefined);
  if (row === undefined) return undefined;
  return (
    <section className="inspector-section" aria-label={t("judge")}>
      <h2 className="heading">{t("judge")}</h2>
      {FLAG_ROWS.map(([flag, word, key]) => (
        <Row
          key={flag}
          word={t(word)}
          shortcut={key}
          hint={t("flagHint")}
          isOn={row.flag === flag}
          onPress={() => judgeShown({ flag: row.flag === flag ? "none" : flag })}
        />
      ))}
      <div className="inspector-row still">
        <span className="judge-stars">
          {[1, 2, 3, 4, 5].map((count) => (
            <button
              key={count}
              type="button"
              className={count <= row.stars ? "on" : undefined}
              aria-label={g("rate", { count })}
              aria-pressed={count === row.stars}
              onClick={() => judgeShown({ stars: count === row.stars ? 0 : count })}
            >
              {count <= row.stars ? "★" : "☆"}
            </button>
          ))}
        </span>
        <span className="figure">{t("keysStars")}</span>
      </div>
      <div className="inspector-row still">
        <span className="judge-labels">
          {LABELS.filter((each) => each !== "none").map((each) => (
            <button
              key={each}
              type="button"
              data-label={each}
              aria-label={g(LABEL_WORDS[each])}
              title={g(LABEL_WORDS[each])}
              aria-pressed={row.label === each}
              onClick={() => label(each)}
            />
          ))}
        </span>
        <span className="figure">{t("keysLabels")}</span>
      </div>
      <Row word={t("keepOriginal")} shortcut="K" isOn={row.keepsOriginal} onPress={keepOriginal} />
      <Row word={t("blindTest")} shortcut="T" isDisabled={!isThere} onPress={() => chooseRivals(true)} />
    </section>
  );
}

interface RowProps {
  readonly word: string;
  readonly shortcut: string;
  readonly hint?: string;
  /** Left out for what is not on or off. */
  readonly isOn?: boolean;
  readonly isDisabled?: boolean;
  readonly onPress: () => void;
}

function Row({ word, shortcut, hint, isOn, isDisabled = false, onPress }: RowProps): ReactNode {
  return (
    <button
      type="button"
      className="inspector-row"
      aria-pressed={isOn}
      aria-keyshortcuts={shortcut}
      title={hint}
      disabled={isDisabled}
      onClick={onPress}
    >
      <span className="name">{word}</span>
      <span className="figure">{shortcut}</span>
    </button>
  );
}
