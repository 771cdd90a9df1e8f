import "./settings.css";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { FailureLine } from "../failure-line.tsx";
import { type FailureText, failureOf } from "../notice-store.ts";
import { closeDialog, DialogFoot } from "../shell/dialog.tsx";
import { useArrivalFocus } from "../use-arrival-focus.ts";
import { DiagnosticsPage } from "./diagnostics-page.tsx";
import { SettingsFields } from "./settings-fields.tsx";

/** A sentence about what was just done, or has failed. Notices lie behind a dialog, where nobody can get at them. */
export interface Sayer {
  readonly say: (text: string) => void;
  readonly sayFailure: (error: unknown) => void;
}

interface Word extends FailureText {
  readonly isBad: boolean;
}

const PAGES = ["settings", "diagnostics"] as const;

/** What the user may set, and what helps when something does not work. */
export function SettingsDialog(): ReactNode {
  const { t } = useTranslation("settings");
  const { t: inApp } = useTranslation();
  const [page, setPage] = useState<(typeof PAGES)[number]>("settings");
  const [word, setWord] = useState<Word>();
  const first = useArrivalFocus<HTMLButtonElement>();
  const sayer: Sayer = {
    say: (text) => setWord({ text, detail: undefined, isBad: false }),
    sayFailure: (error) => setWord({ ...failureOf(error), isBad: true }),
  };
  const turnTo = (next: (typeof PAGES)[number]): void => {
    setPage(next);
    setWord(undefined);
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame and need a legend. */}
      <div className="segments settings-pages" role="group" aria-label={t("pages")}>
        {PAGES.map((each) => (
          <button
            key={each}
            ref={page === each ? first : undefined}
            type="button"
            aria-pressed={page === each}
            onClick={() => turnTo(each)}
          >
            {t(each)}
          </button>
        ))}
      </div>
      <div className="settings-page">
        {page === "settings" ? <SettingsFields {...sayer} /> : <DiagnosticsPage {...sayer} />}
      </div>
      <DialogFoot note={word !== undefined && (word.isBad ? <FailureLine {...word} /> : word.text)}>
        <button type="button" className="button" onClick={closeDialog}>
          {inApp("close")}
        </button>
      </DialogFoot>
    </>
  );
}
