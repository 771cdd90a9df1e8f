import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ExportState } from "../../preload/contract.ts";
import { ask } from "../api.ts";
import { count } from "../format.ts";
import { reasonOf, tellFailure } from "../notice-store.ts";
import { chooseAgain } from "./export-store.ts";

/** How far an export is, and what came of it. */
export function ExportProgress({ state }: { readonly state: ExportState }): ReactNode {
  return state.end === undefined ? <Working state={state} /> : <Ended state={state} end={state.end} />;
}

function Working({ state: { done, total } }: { readonly state: ExportState }): ReactNode {
  const { t } = useTranslation("export");
  return (
    <div className="export-progress">
      <p>
        {t("working")} · {t("progress", { done: count(done), total: count(total) })}
      </p>
      <progress max={Math.max(1, total)} value={done} aria-label={t("working")} />
      <p className="soft">{t("goesOn")}</p>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={() => ask("stopExport").catch(tellFailure)}>
          {t("stop")}
        </button>
      </div>
    </div>
  );
}

function Ended({
  state: { done, skipped, failed, failures },
  end,
}: {
  readonly state: ExportState;
  readonly end: NonNullable<ExportState["end"]>;
}): ReactNode {
  const { t } = useTranslation("export");
  const made = Math.max(0, done - skipped - failed);
  const parts = [t("madeCount", { count: made })];
  if (skipped > 0) parts.push(t("skippedCount", { count: skipped }));
  if (failed > 0) parts.push(t("failedCount", { count: failed }));
  const title = end === "done" ? t("doneTitle") : end === "stopped" ? t("stoppedTitle") : t("failedTitle");
  return (
    <div className="export-progress">
      <p role="status">
        <strong>{title}</strong> · {parts.join(", ")}
      </p>
      {typeof end === "object" && <p className="bad">{reasonOf(end.code)}</p>}
      {end !== "done" && <p className="soft">{t("goOn")}</p>}
      {failures.length > 0 && (
        <ul className="export-failures">
          {failures.map(({ name, code }) => (
            <li key={`${name} ${code}`}>
              <strong>{name}</strong> {reasonOf(code)}
            </li>
          ))}
        </ul>
      )}
      {end === "done" && <p className="soft">{t("list")}</p>}
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={chooseAgain}>
          {t("again")}
        </button>
        <button type="button" className="button main" onClick={() => ask("showExport").catch(tellFailure)}>
          {t("show")}
        </button>
      </div>
    </div>
  );
}
