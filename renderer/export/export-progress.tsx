import { CircleAlert, CircleCheck, CircleStop } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { ExportState } from "../../preload/contract.ts";
import { ask } from "../api.ts";
import { FailureLine } from "../failure-line.tsx";
import { count } from "../format.ts";
import { failureText } from "../notice-store.ts";
import { PathText } from "../path-text.tsx";
import { closeDialog, DialogFoot } from "../shell/dialog.tsx";
import { useArrivalFocus } from "../use-arrival-focus.ts";
import { chooseAgain, exportStore, sayFailure } from "./export-store.ts";

/** How far an export is, and what came of it. */
export function ExportProgress({ state }: { readonly state: ExportState }): ReactNode {
  return state.end === undefined ? <Working state={state} /> : <Ended state={state} end={state.end} />;
}

function Working({ state: { done, total, folder } }: { readonly state: ExportState }): ReactNode {
  const { t } = useTranslation("export");
  const { t: inApp } = useTranslation();
  const failure = useStore(exportStore, (facts) => facts.failure);
  const first = useArrivalFocus<HTMLButtonElement>();
  return (
    <>
      <div className="export-state">
        <p>
          <strong>{t("working")}</strong> {t("progress", { done: count(done), total: count(total) })}
        </p>
        <progress className="bar" max={Math.max(1, total)} value={done} aria-label={t("working")} />
        <Folder path={folder} />
      </div>
      <DialogFoot note={failure === undefined ? t("goesOn") : <FailureLine {...failure} />}>
        <button type="button" className="button" onClick={() => ask("stopExport").catch(sayFailure)}>
          {t("stop")}
        </button>
        <button ref={first} type="button" className="button" onClick={closeDialog}>
          {inApp("close")}
        </button>
      </DialogFoot>
    </>
  );
}

interface EndedProps {
  readonly state: ExportState;
  readonly end: NonNullable<ExportState["end"]>;
}

function Ended({ state, end }: EndedProps): ReactNode {
  const { t } = useTranslation("export");
  const { t: inApp } = useTranslation();
  const failure = useStore(exportStore, (facts) => facts.failure);
  const isAllWell = end === "done" && state.failed === 0;
  const first = useArrivalFocus<HTMLButtonElement>();
  return (
    <>
      <div className="export-state">
        <Outcome state={state} end={end} />
        {typeof end === "object" && (
          <p>
            <FailureLine {...failureText(end)} />
          </p>
        )}
        <Failures failures={state.failures} />
        <Folder path={state.folder} />
        {(typeof end === "string" || state.done > 0) && <p className="soft">{t(isAllWell ? "list" : "goOn")}</p>}
      </div>
      <DialogFoot note={failure !== undefined && <FailureLine {...failure} />}>
        <button type="button" className="button" onClick={chooseAgain}>
          {t(end === "done" ? "again" : "back")}
        </button>
        {typeof end === "string" && (
          <button type="button" className="button" onClick={() => ask("showExport").catch(sayFailure)}>
            {t("show")}
          </button>
        )}
        <button ref={first} type="button" className="button main" onClick={closeDialog}>
          {inApp("close")}
        </button>
      </DialogFoot>
    </>
  );
}

function Outcome({ state: { done, total, skipped, failed }, end }: EndedProps): ReactNode {
  const { t } = useTranslation("export");
  const made = t("madeCount", { count: Math.max(0, done - skipped - failed) });
  const parts = [end === "done" ? made : t("progress", { done: count(done), total: count(total) })];
  if (skipped > 0) parts.push(t("skippedCount", { count: skipped }));
  if (failed > 0) parts.push(t("failedCount", { count: failed }));
  const title = end === "done" ? "doneTitle" : end === "stopped" ? "stoppedTitle" : "failedTitle";
  const isBad = typeof end === "object" || failed > 0;
  const Icon = isBad ? CircleAlert : end === "done" ? CircleCheck : CircleStop;
  return (
    <div className="export-outcome">
      <Icon
        className="outcome-icon"
        data-tone={isBad ? "bad" : end === "done" ? "ok" : "plain"}
        size={28}
        strokeWidth={1.5}
        aria-hidden
      />
      <p role="status">
        <strong>{t(title)}</strong> <span className="soft">{parts.join(" · ")}</span>
      </p>
    </div>
  );
}

function Failures({ failures }: Pick<ExportState, "failures">): ReactNode {
  const { t } = useTranslation("export");
  if (failures.length === 0) return undefined;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <section className="export-failures" tabIndex={0} aria-label={t("failures")}>
      <ul>
        {failures.map((failure) => (
          <li key={`${failure.name} ${failure.code}`}>
            <strong>{failure.name}</strong>
            <FailureLine {...failureText(failure)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Folder({ path }: { readonly path: string }): ReactNode {
  const { t } = useTranslation("export");
  return (
    <p className="export-folder">
      <span className="soft">{t("to")}</span>
      <PathText path={path} />
    </p>
  );
}
