import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { answer, endTest, lookAt } from "./blind-test.ts";
import { inspectorStore } from "./inspector-store.ts";
import { keepFocus } from "./keep-focus.ts";

const SIDES = ["a", "b", "x"] as const;

/** What is pressed during a blind test. It says how many answers were given and nothing of how good they are. */
export function BlindBar(): ReactNode {
  const { t } = useTranslation("inspector");
  const looksAt = useStore(inspectorStore, ({ blindTest }) => blindTest?.looksAt);
  const trials = useStore(inspectorStore, ({ blindTest }) => blindTest?.trials ?? 0);
  if (looksAt === undefined) return undefined;
  return (
    <section className="blind-bar" aria-label={t("blindTest")} onMouseDown={keepFocus}>
      <span className="blind-trial" aria-live="polite">
        {t("trial", { number: trials + 1 })}
      </span>
      <fieldset className="segments" aria-label={t("lookAt")}>
        {SIDES.map((side) => (
          <button key={side} type="button" aria-pressed={side === looksAt} onClick={() => lookAt(side)}>
            {t(`sides.${side}`)}
          </button>
        ))}
      </fieldset>
      <button type="button" className="button" aria-keyshortcuts="1" onClick={() => answer("a")}>
        {t("xIsA")}
        <kbd aria-hidden>1</kbd>
      </button>
      <button type="button" className="button" aria-keyshortcuts="2" onClick={() => answer("b")}>
        {t("xIsB")}
        <kbd aria-hidden>2</kbd>
      </button>
      <button type="button" className="button plain" aria-keyshortcuts="Escape" onClick={() => endTest()}>
        {t("endTest")}
      </button>
    </section>
  );
}
