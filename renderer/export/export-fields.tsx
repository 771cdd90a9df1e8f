import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import {
  EXPORT_BASELINES,
  EXPORT_FORMATS,
  EXPORT_PAPERS,
  EXPORT_SHARPENINGS,
  type ExportChoice,
  MOST_COLUMNS,
  SHEET_FORMATS,
  TRANSFERS,
} from "../../preload/contract.ts";
import { ChoiceField } from "../choice-field.tsx";
import { Check } from "./check.tsx";
import { exportStore } from "./export-store.ts";
import { NameField } from "./name-field.tsx";

/** What a field shows, and how it changes it. */
export interface FieldProps {
  readonly choice: ExportChoice;
  readonly change: (part: Partial<ExportChoice>) => void;
}

/** Sides that a picture is made to fit into, in px. */
const SIDES = [1080, 1920, 2560, 3840, 7680] as const;
const COLUMNS = Array.from({ length: MOST_COLUMNS }, (_, i) => i + 1);
const ANGLES = { least: 0, most: 355, step: 5 } as const;

/** All fields, by the names that `EXPORT_KIND_FACTS` puts them in order by. */
export const EXPORT_FIELDS = {
  transfer: ({ choice, change }: FieldProps): ReactNode => {
    const { t } = useTranslation("export");
    return (
      <ChoiceField
        label={t("transfer")}
        value={choice.transfer}
        options={TRANSFERS.map((way) => [way, t(`transfers.${way}`)])}
        onChange={(transfer) => change({ transfer })}
      />
    );
  },
  together: ({ choice, change }: FieldProps): ReactNode => {
    const { t } = useTranslation("export");
    return <Check label={t("together")} isOn={choice.together} onChange={(together) => change({ together })} />;
  },
  name: ({ choice, change }: FieldProps): ReactNode => (
    <NameField template={choice.name} onChange={(name) => change({ name })} />
  ),
  paper: ({ choice, change }: FieldProps): ReactNode => {
    const { t } = useTranslation("export");
    return (
      <ChoiceField
        label={t("paper")}
        value={choice.paper}
        options={EXPORT_PAPERS.map((paper) => [paper, t(`papers.${paper}`)])}
        onChange={(paper) => change({ paper })}
      />
    );
  },
  landscape: ({ choice, change }: FieldProps): ReactNode => {
    const { t } = useTranslation("export");
    return <Check label={t("landscape")} isOn={choice.landscape} onChange={(landscape) => change({ landscape })} />;
  },
  columns: ({ choice, change }: FieldProps): ReactNode => {
    const { t } = useTranslation("export");
    return (
      <ChoiceField
        label={t("columns")}
        value={String(choice.columns)}
        options={COLUMNS.map((count) => [String(count), t("columnCount", { count })])}
        onChange={(columns) => change({ columns: Number(columns) })}
      />
    );
  },
  separate: ({ choice, change }: FieldProps): ReactNode => {
    const { t } = useTranslation("export");
    return <Check label={t("separate")} isOn={choice.separate} onChange={(separate) => change({ separate })} />;
  },
  /** One page of all has a name of its own. */
  pageName: ({ choice, change }: FieldProps): ReactNode =>
    choice.separate ? <NameField template={choice.name} onChange={(name) => change({ name })} /> : undefined,
  sheetFormat: ({ choice, change }: FieldProps): ReactNode => {
    const { t } = useTranslation("export");
    return (
      <ChoiceField
        label={t("sheetFormat")}
        value={choice.sheetFormat}
        options={SHEET_FORMATS.map((format) => [format, t(`sheetFormats.${format}`)])}
        onChange={(sheetFormat) => change({ sheetFormat })}
      />
    );
  },
  format: ({ choice, change }: FieldProps): ReactNode => {
    const { t } = useTranslation("export");
    return (
      <ChoiceField
        label={t("format")}
        value={choice.format}
        options={EXPORT_FORMATS.map((format) => [format, t(`formats.${format}`)])}
        onChange={(format) => change({ format })}
      />
    );
  },
  baseline: ({ choice, change }: FieldProps): ReactNode => {
    const { t } = useTranslation("export");
    return (
      <ChoiceField
        label={t("baseline")}
        value={choice.baseline}
        options={EXPORT_BASELINES.map((baseline) => [baseline, t(`baselines.${baseline}`)])}
        onChange={(baseline) => change({ baseline })}
      />
    );
  },
  sharpen: ({ choice, change }: FieldProps): ReactNode => {
    const { t } = useTranslation("export");
    return (
      <ChoiceField
        label={t("sharpen")}
        value={choice.sharpen}
        options={EXPORT_SHARPENINGS.map((sharpen) => [sharpen, t(`sharpenings.${sharpen}`)])}
        onChange={(sharpen) => change({ sharpen })}
      />
    );
  },
  size: ({ choice, change }: FieldProps): ReactNode => {
    const { t } = useTranslation("export");
    return (
      <ChoiceField
        label={t("size")}
        value={String(choice.fitPx ?? "full")}
        options={[["full", t("fullSize")], ...SIDES.map((px) => [String(px), `${px} ${t("px")}`] as const)]}
        onChange={(side) => change({ fitPx: side === "full" ? undefined : Number(side) })}
      />
    );
  },
  angle: AngleField,
  /** Just what the inspector shows, with its line. */
  onlyView: (): ReactNode => {
    const { t } = useTranslation("export");
    const hasView = useStore(exportStore, ({ view }) => view !== undefined);
    const isOn = useStore(exportStore, ({ isViewOnly }) => isViewOnly);
    if (!hasView) return undefined;
    return <Check label={t("onlyView")} isOn={isOn} onChange={(isViewOnly) => exportStore.setState({ isViewOnly })} />;
  },
  captions: ({ choice, change }: FieldProps): ReactNode => {
    const { t } = useTranslation("export");
    return <Check label={t("captions")} isOn={choice.captions} onChange={(captions) => change({ captions })} />;
  },
  stripGps: ({ choice, change }: FieldProps): ReactNode => {
    const { t } = useTranslation("export");
    return <Check label={t("stripGps")} isOn={choice.stripGps} onChange={(stripGps) => change({ stripGps })} />;
  },
} as const satisfies Readonly<Record<string, (props: FieldProps) => ReactNode>>;

export type FieldName = keyof typeof EXPORT_FIELDS;

/** In degrees. What is no such number is not taken, and gives way to what holds when it is left. */
function AngleField({ choice: { angle }, change }: FieldProps): ReactNode {
  const { t } = useTranslation("export");
  const id = useId();
  const [typed, setTyped] = useState<string>();
  return (
    <div className="field">
      <label htmlFor={id}>{t("angle")}</label>
      <div className="export-unit">
        <input
          id={id}
          className="input"
          type="number"
          min={ANGLES.least}
          max={ANGLES.most}
          step={ANGLES.step}
          value={typed ?? String(angle)}
          onChange={({ target }) => {
            setTyped(target.value);
            const wanted = target.valueAsNumber;
            if (Number.isFinite(wanted)) change({ angle: Math.min(ANGLES.most, Math.max(ANGLES.least, wanted)) });
          }}
          onBlur={() => setTyped(undefined)}
        />
        <span className="soft" aria-hidden="true">
          °
        </span>
      </div>
    </div>
  );
}
