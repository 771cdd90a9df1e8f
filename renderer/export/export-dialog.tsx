import "./export.css";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import {
  EXPORT_BASELINES,
  EXPORT_FORMATS,
  EXPORT_KINDS,
  EXPORT_PAPERS,
  EXPORT_SHARPENINGS,
  type ExportChoice,
  SHEET_FORMATS,
  TRANSFERS,
} from "../../preload/contract.ts";
import { changeSettings, settingsStore } from "../settings-store.ts";
import { ExportProgress } from "./export-progress.tsx";
import { askNames, beginExport, exportStore } from "./export-store.ts";
import { NameField } from "./name-field.tsx";
import { Select } from "./select.tsx";

/** Sides that a composite is made to fit into, in px. */
const SIDES = [1080, 1920, 2560, 3840, 7680] as const;
const ANGLES = { least: 0, most: 355, step: 5 } as const;

/** Chooses how pairs are exported; while it goes on, and when it has ended, says so. */
export function ExportDialog(): ReactNode {
  const { t } = useTranslation("export");
  const state = useStore(exportStore, (facts) => facts.state);
  const ready = useStore(exportStore, (facts) => facts.ready);
  const without = useStore(exportStore, (facts) => facts.without);
  if (state !== undefined) return <ExportProgress state={state} />;
  if (ready !== undefined && ready.length === 0) return <p className="export-note">{t("nothing")}</p>;
  return (
    <form
      className="export-form"
      onSubmit={(event) => {
        event.preventDefault();
        void beginExport();
      }}
    >
      <p className="export-note" aria-live="polite">
        {ready !== undefined && t("what", { count: ready.length })}
        {without > 0 && ` · ${t("without", { count: without })}`}
      </p>
      <ExportFields />
      <Begin />
    </form>
  );
}

function Begin(): ReactNode {
  const { t } = useTranslation("export");
  const isReady = useStore(exportStore, ({ ready, names }) => ready !== undefined && names.problem === undefined);
  return (
    <div className="dialog-buttons">
      <button type="submit" className="button main" disabled={!isReady}>
        {t("begin")}
      </button>
    </div>
  );
}

function ExportFields(): ReactNode {
  const { t } = useTranslation("export");
  const choice = useStore(settingsStore, ({ settings }) => settings.exporting);
  const change = (part: Partial<ExportChoice>): void => {
    changeSettings({ exporting: { ...choice, ...part } });
    askNames();
  };
  const isPaired = choice.kind === "paired";
  const isPage = choice.kind === "html";
  const isSheet = choice.kind === "sheet";
  const isPicture = !isPaired && !isPage && !isSheet;
  return (
    <>
      <Select
        label={t("kind")}
        value={choice.kind}
        options={EXPORT_KINDS.map((kind) => [kind, t(`kinds.${kind}`)])}
        onChange={(kind) => change({ kind })}
      />
      {isPaired && (
        <>
          <Select
            label={t("transfer")}
            value={choice.transfer}
            options={TRANSFERS.map((way) => [way, t(`transfers.${way}`)])}
            onChange={(transfer) => change({ transfer })}
          />
          <Check label={t("together")} isOn={choice.together} onChange={(together) => change({ together })} />
        </>
      )}
      {isSheet && (
        <>
          <Select
            label={t("paper")}
            value={choice.paper}
            options={EXPORT_PAPERS.map((paper) => [paper, t(`papers.${paper}`)])}
            onChange={(paper) => change({ paper })}
          />
          <Select
            label={t("sheetFormat")}
            value={choice.sheetFormat}
            options={SHEET_FORMATS.map((format) => [format, t(`sheetFormats.${format}`)])}
            onChange={(sheetFormat) => change({ sheetFormat })}
          />
        </>
      )}
      {!isPage && !isSheet && <NameField template={choice.name} onChange={(name) => change({ name })} />}
      {isPicture && (
        <>
          <Select
            label={t("format")}
            value={choice.format}
            options={EXPORT_FORMATS.map((format) => [format, t(`formats.${format}`)])}
            onChange={(format) => change({ format })}
          />
          <Select
            label={t("baseline")}
            value={choice.baseline}
            options={EXPORT_BASELINES.map((baseline) => [baseline, t(`baselines.${baseline}`)])}
            onChange={(baseline) => change({ baseline })}
          />
          <Select
            label={t("sharpen")}
            value={choice.sharpen}
            options={EXPORT_SHARPENINGS.map((sharpen) => [sharpen, t(`sharpenings.${sharpen}`)])}
            onChange={(sharpen) => change({ sharpen })}
          />
        </>
      )}
      {!isPaired && !isSheet && (
        <Select
          label={t("size")}
          value={String(choice.fitPx ?? "full")}
          options={[["full", t("fullSize")], ...SIDES.map((px) => [String(px), `${px} ${t("px")}`] as const)]}
          onChange={(side) => {
            const { fitPx: _before, ...rest } = choice;
            changeSettings({ exporting: side === "full" ? rest : { ...rest, fitPx: Number(side) } });
            askNames();
          }}
        />
      )}
      {isPicture && <OnlyView />}
      {choice.kind === "split" && <Angle value={choice.angle} onChange={(angle) => change({ angle })} />}
      {isPicture && (
        <Check label={t("captions")} isOn={choice.captions} onChange={(captions) => change({ captions })} />
      )}
      {!isPaired && !isSheet && (
        <Check label={t("stripGps")} isOn={choice.stripGps} onChange={(stripGps) => change({ stripGps })} />
      )}
    </>
  );
}

/** Just what the inspector shows, with its line. */
function OnlyView(): ReactNode {
  const { t } = useTranslation("export");
  const hasView = useStore(exportStore, ({ view }) => view !== undefined);
  const isOn = useStore(exportStore, ({ isViewOnly }) => isViewOnly);
  if (!hasView) return undefined;
  return <Check label={t("onlyView")} isOn={isOn} onChange={(isViewOnly) => exportStore.setState({ isViewOnly })} />;
}

function Angle({ value, onChange }: { readonly value: number; readonly onChange: (angle: number) => void }): ReactNode {
  const { t } = useTranslation("export");
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{t("angle")}</label>
      <input
        id={id}
        className="input"
        type="number"
        min={ANGLES.least}
        max={ANGLES.most}
        step={ANGLES.step}
        value={value}
        onChange={({ target }) => {
          const angle = target.valueAsNumber;
          if (Number.isFinite(angle)) onChange(Math.min(ANGLES.most, Math.max(ANGLES.least, angle)));
        }}
      />
    </div>
  );
}

interface CheckProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function Check({ label, isOn, onChange }: CheckProps): ReactNode {
  const id = useId();
  return (
    <label className="check" htmlFor={id}>
      <input id={id} type="checkbox" checked={isOn} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}
