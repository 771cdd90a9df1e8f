import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { ExportChoice } from "../../preload/contract.ts";
import { FailureLine } from "../failure-line.tsx";
import { changeSettings, settingsStore } from "../settings-store.ts";
import { closeDialog, DialogFoot } from "../shell/dialog.tsx";
import { EXPORT_FIELDS } from "./export-fields.tsx";
import { EXPORT_KIND_FACTS, type FieldGroup } from "./export-kinds.ts";
import { askNames, beginExport, exportStore } from "./export-store.ts";
import { KindList } from "./kind-list.tsx";

/** Chooses what is made, and how. */
export function ExportForm(): ReactNode {
  const { t } = useTranslation("export");
  const choice = useStore(settingsStore, ({ settings }) => settings.exporting);
  const change = (part: Partial<ExportChoice>): void => {
    changeSettings({ exporting: { ...choice, ...part } });
    askNames();
  };
  return (
    <form
      className="export-form"
      onSubmit={(event) => {
        event.preventDefault();
        void beginExport();
      }}
    >
      <div className="export-body">
        <KindList kind={choice.kind} onChange={(kind) => change({ kind })} />
        <div className="export-pane">
          <p className="soft">{t(`kindHints.${choice.kind}`)}</p>
          {EXPORT_KIND_FACTS[choice.kind].groups.map((group) => (
            <Group key={group.title} group={group} choice={choice} change={change} />
          ))}
        </div>
      </div>
      <Foot />
    </form>
  );
}

interface GroupProps {
  readonly group: FieldGroup;
  readonly choice: ExportChoice;
  readonly change: (part: Partial<ExportChoice>) => void;
}

function Group({ group: { title, fields }, choice, change }: GroupProps): ReactNode {
  const { t } = useTranslation("export");
  return (
    <section className="export-group">
      <h3 className="heading">{t(`groups.${title}`)}</h3>
      {fields.map((name) => {
        const Field = EXPORT_FIELDS[name];
        return <Field key={name} choice={choice} change={change} />;
      })}
    </section>
  );
}

function Foot(): ReactNode {
  const { t } = useTranslation("export");
  const { t: inApp } = useTranslation();
  const { ready, pinned, without, names, failure } = useStore(exportStore);
  const { kind, separate } = useStore(settingsStore, ({ settings }) => settings.exporting);
  const isOfPins = kind === "pin-sheet";
  const isNamed = EXPORT_KIND_FACTS[kind].groups.some(
    ({ fields }) => fields.includes("name") || (separate && fields.includes("pageName")),
  );
  const isAnything = ready !== undefined && (!isOfPins || pinned > 0);
  // Also while the folder is asked for: a button that is disabled loses the focus.
  const isReady = isAnything && !(isNamed && names.problem !== undefined);
  return (
    <DialogFoot
      note={
        failure === undefined ? (
          <>
            {ready !== undefined && !isOfPins && t("what", { count: ready.length })}
            {ready !== undefined && isOfPins && (pinned === 0 ? t("noPins") : t("pinned", { count: pinned }))}
            {without > 0 && !isOfPins && ` · ${t("without", { count: without })}`}
          </>
        ) : (
          <FailureLine {...failure} />
        )
      }
    >
      <button type="button" className="button" onClick={closeDialog}>
        {inApp("cancel")}
      </button>
      <button type="submit" className="button main" disabled={!isReady}>
        {t("begin")}
      </button>
    </DialogFoot>
  );
}
