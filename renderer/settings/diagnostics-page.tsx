import { ClipboardCopy, FolderOpen } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceSurvey, Diagnostics, NamedValue } from "../../preload/contract.ts";
import { ask } from "../api.ts";
import { FailureLine } from "../failure-line.tsx";
import { bytes, localTime } from "../format.ts";
import { type FailureText, failureOf } from "../notice-store.ts";
import type { Sayer } from "./settings-dialog.tsx";

/** What a device says of itself, or why nothing is known of them. */
type Survey = DeviceSurvey | { readonly failure: FailureText } | undefined;

/** What helps to find out why something does not work. */
export function DiagnosticsPage({ say, sayFailure }: Sayer): ReactNode {
  const { t } = useTranslation("settings");
  const { facts, survey } = useDiagnostics(sayFailure);
  const [isCopying, setCopying] = useState(false);
  const copy = (): void => {
    setCopying(true);
    ask("copyDiagnostics")
      .then(() => say(t("copied")), sayFailure)
      .finally(() => setCopying(false));
  };
  return (
    <div className="diagnostics" aria-busy={facts === undefined || survey === undefined}>
      <div className="diagnostics-head">
        <p className="soft">{t("nothingSent")}</p>
        <button type="button" className="button" onClick={() => ask("openLogs").catch(sayFailure)}>
          <FolderOpen size={16} aria-hidden="true" />
          {t("openLogs")}
        </button>
        <button type="button" className="button" disabled={isCopying} onClick={copy}>
          <ClipboardCopy size={16} aria-hidden="true" />
          {t("copyReport")}
        </button>
      </div>
      <Devices survey={survey} />
      {facts !== undefined && <Facts facts={facts} survey={survey} />}
    </div>
  );
}

function Devices({ survey }: { readonly survey: Survey }): ReactNode {
  const { t } = useTranslation("settings");
  const { t: inPanel } = useTranslation("enhance");
  return (
    <section>
      <h3 className="heading">{t("devices")}</h3>
      {survey === undefined && <p className="soft">{t("devicesAsking")}</p>}
      {survey !== undefined && "failure" in survey && (
        <p className="bad">
          <FailureLine {...survey.failure} />
        </p>
      )}
      {survey !== undefined && "devices" in survey && (
        <ol className="device-list">
          {survey.devices.map(({ device, state, reason }) => (
            <li key={device} data-state={state}>
              <span>{inPanel(`devices.${device}`)}</span>
              <span className="soft">{t(`device_${state}`)}</span>
              {reason !== undefined && <span lang="en">{reason}</span>}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Facts({ facts, survey }: { readonly facts: Diagnostics; readonly survey: Survey }): ReactNode {
  const { t } = useTranslation("settings");
  const engine = survey !== undefined && "versions" in survey ? survey.versions : [];
  return (
    <>
      <div className="settings-columns">
        <Table title={t("versionsApp")} rows={facts.versions} />
        <Table title={t("versionsEngine")} rows={engine} />
      </div>
      <Table
        title={t("system")}
        rows={[
          [t("os"), facts.system],
          [t("cpu"), `${facts.cpu} · ${t("cores", { count: facts.cores })}`],
          [t("memory"), t("memoryOf", { free: bytes(facts.freeMemoryBytes), all: bytes(facts.memoryBytes) })],
          ...facts.displays.map(
            ({ width, height, scale }): NamedValue => [t("display"), t("displayAt", { width, height, scale })],
          ),
        ]}
      />
      <Table
        title={t("graphics")}
        rows={facts.graphics.map((row): NamedValue => [worded(row[0]), worded(row[1])])}
        isEnglish
        isDouble
      />
      <Table
        title={t("places")}
        rows={facts.places.map(({ kind, path, bytes: size, isMore }): NamedValue => {
          const room = isMore ? t("moreThan", { size: bytes(size) }) : bytes(size);
          return [t(`place_${kind}`), `${path} · ${room}`];
        })}
      />
      <section>
        <h3 className="heading">{t("reports")}</h3>
        {facts.reports.length === 0 ? (
          <p className="soft">{t("reportsNone")}</p>
        ) : (
          <ul className="report-list">
            {facts.reports.map(({ name, whenMs, what }) => (
              <li key={name}>
                <time dateTime={new Date(whenMs).toISOString()}>{localTime(whenMs)}</time>
                <span lang="en">{what}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <Log lines={facts.log} />
    </>
  );
}

function Table({
  title,
  rows,
  isEnglish = false,
  isDouble = false,
}: {
  readonly title: string;
  readonly rows: readonly NamedValue[];
  readonly isEnglish?: boolean;
  /** Two rows beside each other. */
  readonly isDouble?: boolean;
}): ReactNode {
  return (
    <section>
      <h3 className="heading">{title}</h3>
      <dl className={isDouble ? "facts-table double" : "facts-table"} lang={isEnglish ? "en" : undefined}>
        {rows.map(([name, value], i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two displays have one name; rows do not move.
          <div key={i}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Chromium's own words, so that a line can break between them. */
function worded(name: string): string {
  return name.replaceAll("_", " ");
}

/** The last line is of most interest, and in view. */
function Log({ lines }: { readonly lines: readonly string[] }): ReactNode {
  const { t } = useTranslation("settings");
  const element = useRef<HTMLPreElement>(null);
  useEffect(() => {
    element.current?.scrollTo({ top: element.current.scrollHeight });
  }, []);
  return (
    <section>
      <h3 className="heading" id="log-title">
        {t("log")}
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <pre ref={element} className="log-lines" tabIndex={0} lang="en" aria-labelledby="log-title" role="log">
        {lines.join("\n")}
      </pre>
    </section>
  );
}

function useDiagnostics(sayFailure: Sayer["sayFailure"]) {
  const [facts, setFacts] = useState<Diagnostics>();
  const [survey, setSurvey] = useState<Survey>();
  const fail = useRef(sayFailure);
  useEffect(() => {
    let isWanted = true;
    const look = () => ask("diagnose").then((found) => isWanted && setFacts(found), fail.current);
    void look();
    ask("surveyDevices")
      .catch((error: unknown) => ({ failure: failureOf(error) }))
      .then((found) => {
        if (!isWanted) return;
        setSurvey(found);
        // A device that brings its engine down leaves a report.
        if ("failure" in found) void look();
      });
    return () => {
      isWanted = false;
    };
  }, []);
  return { facts, survey };
}
