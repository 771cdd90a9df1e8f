import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { BlindTest } from "../../preload/contract.ts";
import { chanceOfGuessing } from "./binomial.ts";
import { chanceText } from "./chance-text.ts";

/** Below this chance of having guessed, the pictures count as told apart. */
const SURE = 0.05;

interface BlindOutcomeProps {
  readonly outcome: BlindTest;
  readonly onClose: () => void;
}

/** What came of a test, with what that means. */
export function BlindOutcome({ outcome, onClose }: BlindOutcomeProps): ReactNode {
  const { t } = useTranslation("inspector");
  const { trials, correct } = outcome;
  const chance = chanceOfGuessing(correct, trials);
  return (
    <>
      <p className="blind-figures">
        <strong>{t("correctOf", { correct, count: trials })}</strong>
        <span>{t("chance", { chance: chanceText(chance) })}</span>
      </p>
      <p className="soft">{t("rivals", { a: outcome.a, b: outcome.b })}</p>
      <p>{t(chance < SURE ? "toldApart" : "notToldApart")}</p>
      <p className="soft">{t("chanceMeans")}</p>
      <div className="dialog-buttons">
        <button type="button" className="button main" onClick={onClose}>
          {t("done")}
        </button>
      </div>
    </>
  );
}

/** A test in one line of figures, below what was compared. */
export function TestLine({ test }: { readonly test: BlindTest }): ReactNode {
  const { t, i18n } = useTranslation("inspector");
  const { a, b, trials, correct, madeMs } = test;
  const day = new Date(madeMs).toLocaleDateString(i18n.resolvedLanguage, { dateStyle: "medium" });
  return (
    <>
      <span>{t("rivals", { a, b })}</span>
      <span className="soft">
        {t("testLine", { correct, trials, chance: chanceText(chanceOfGuessing(correct, trials)), day })}
      </span>
    </>
  );
}
