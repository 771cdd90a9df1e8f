import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { Settings } from "../../preload/contract.ts";
import { changeSettings, settingsStore } from "../settings-store.ts";

/** How the app looks and in which language. */
export function SettingsFields(): ReactNode {
  const { t } = useTranslation();
  const { theme, language } = useStore(settingsStore, (state) => state.settings);
  const version = useStore(settingsStore, (state) => state.version);
  return (
    <>
      <Choice<Settings["theme"]>
        label={t("theme")}
        value={theme}
        options={[
          ["system", t("themeSystem")],
          ["dark", t("themeDark")],
          ["light", t("themeLight")],
        ]}
        onChange={(value) => changeSettings({ theme: value })}
      />
      <Choice<Settings["language"]>
        label={t("language")}
        value={language}
        options={[
          ["system", t("languageSystem")],
          ["en", t("languageEn")],
          ["zh-CN", t("languageZh")],
        ]}
        onChange={(value) => changeSettings({ language: value })}
      />
      <div className="field">
        <span>{t("version")}</span>
        <span className="value soft">{version}</span>
      </div>
    </>
  );
}

function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="select"
        value={value}
        onChange={(event) => {
          const chosen = options.find(([each]) => each === event.target.value);
          if (chosen !== undefined) onChange(chosen[0]);
        }}
      >
        {options.map(([each, name]) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
