import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { BlindTest, Inspection } from "../../preload/contract.ts";
import { Modal } from "../modal.tsx";
import { isSameShown } from "./after.ts";
import { BlindOutcome, TestLine } from "./blind-outcome.tsx";
import { beginTest, blindStore, chooseRivals, closeOutcome } from "./blind-test.ts";
import { inspectorStore, type Shown } from "./inspector-store.ts";
import { useShownName } from "./shown-name.ts";

/** What begins a blind test, and what came of one. */
export function BlindDialogs(): ReactNode {
  const { t } = useTranslation("inspector");
  const isChoosing = useStore(blindStore, (facts) => facts.isChoosing);
  const outcome = useStore(blindStore, (facts) => facts.outcome);
  const inspection = useStore(inspectorStore, (facts) => facts.inspection);
  if (outcome !== undefined)
    return (
      <Modal title={t("blindOver")} onClose={closeOutcome}>
        <BlindOutcome outcome={outcome} onClose={closeOutcome} />
      </Modal>
    );
  if (!isChoosing || inspection === undefined) return undefined;
  return (
    <Modal title={t("blindTest")} onClose={() => chooseRivals(false)}>
      <Rivals inspection={inspection} />
    </Modal>
  );
}

/** Chooses the two pictures; the original and the result that is shown, unless something else is wanted. */
function Rivals({ inspection }: { readonly inspection: Inspection }): ReactNode {
  const { t } = useTranslation("inspector");
  const shownName = useShownName();
  const after = useStore(inspectorStore, (facts) => facts.after);
  const choices = choicesOf(inspection);
  const usual = Math.max(1, after === undefined ? 1 : choices.findIndex((each) => isSameShown(each, after)));
  // What was chosen stays so, also when another result has come before it.
  const [chosen, choose] = useState([choices[0], choices[usual]] as const);
  const [first, second] = chosen.map((shown) => choices.findIndex((each) => shown && isSameShown(each, shown))) as [
    number,
    number,
  ];
  const named = choices.map((shown) => ({ shown, name: shownName(shown, inspection) }));
  const a = named[first];
  const b = named[second];
  const begin = (): void => {
    if (a !== undefined && b !== undefined && a !== b) beginTest({ first: a, second: b });
  };
  return (
    <>
      <p className="soft">{t("blindWhat")}</p>
      <div className="blind-rivals">
        <Choice
          label={t("firstPicture")}
          names={named}
          value={first}
          onChange={(at) => choose([choices[at], chosen[1]])}
        />
        <Choice
          label={t("secondPicture")}
          names={named}
          value={second}
          onChange={(at) => choose([chosen[0], choices[at]])}
        />
      </div>
      <Earlier tests={inspection.tests} />
      <p className="hint blind-hint">{b === undefined ? t("noRivals") : first === second && t("sameRivals")}</p>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={() => chooseRivals(false)}>
          {t("cancel")}
        </button>
        <button type="button" className="button main" disabled={b === undefined || first === second} onClick={begin}>
          {t("begin")}
        </button>
      </div>
    </>
  );
}

/** What can be compared is what is saved: what is only computed where one looks would give itself away. */
function choicesOf({ results }: Inspection): readonly Shown[] {
  return [{ kind: "original" }, ...results.map(({ key }): Shown => ({ kind: "result", key }))];
}

interface ChoiceProps {
  readonly label: string;
  readonly names: readonly { readonly name: string }[];
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function Choice({ label, names, value, onChange }: ChoiceProps): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="select" value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {names.map(({ name }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two may be called the same
          <option key={at} value={at}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function Earlier({ tests }: { readonly tests: readonly BlindTest[] }): ReactNode {
  const { t } = useTranslation("inspector");
  if (tests.length === 0) return undefined;
  return (
    <section className="blind-earlier">
      <h3 className="heading">{t("earlierTests")}</h3>
      <ul>
        {[...tests]
          .sort((one, other) => other.madeMs - one.madeMs)
          .map((test) => (
            <li key={test.madeMs}>
              <TestLine test={test} />
            </li>
          ))}
      </ul>
    </section>
  );
}
