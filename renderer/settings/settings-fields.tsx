import { FolderOpen } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { Settings } from "../../preload/contract.ts";
import { ask } from "../api.ts";
import { ChoiceField } from "../choice-field.tsx";
import { ModelField } from "../enhance/model-field.tsx";
import { modelChoice } from "../enhance/models.ts";
import { withPart } from "../enhance/recipe.ts";
import { chooseTarget } from "../enhance/use-enhance.ts";
import { count } from "../format.ts";
import { PathText } from "../path-text.tsx";
import { changeSettings, letLookForUpdates, settingsStore } from "../settings-store.ts";
import { threadChoices, withOwn } from "./options.ts";
import { RoomField } from "./room-field.tsx";
import type { Sayer } from "./settings-dialog.tsx";

/** Everything that can be set and is not beside what it is for. */
export function SettingsFields(sayer: Sayer): ReactNode {
  return (
    <div className="settings-columns">
      <Enhancing {...sayer} />
      <Window {...sayer} />
      <Kept />
      <Presets {...sayer} />
    </div>
  );
}

function Enhancing({ sayFailure }: Sayer): ReactNode {
  const { t } = useTranslation("settings");
  const { t: inPanel } = useTranslation("enhance");
  const { settings, machine, models, target } = useStore(settingsStore);
  const { recipe, device, threads } = settings;
  return (
    <section>
      <h3 className="heading">{t("enhancing")}</h3>
      <div className="field">
        <span>{t("target")}</span>
        <div className="settings-target">
          <span className="settings-path soft">
            {target === undefined ? inPanel("toNone") : <PathText path={target} />}
          </span>
          <button
            type="button"
            className="button"
            aria-label={inPanel("chooseLabel")}
            title={inPanel("chooseLabel")}
            onClick={() => chooseTarget().catch(sayFailure)}
          >
            <FolderOpen size={16} aria-hidden="true" />
          </button>
        </div>
      </div>
      <ModelField
        models={models}
        choice={modelChoice(models, recipe.model)}
        onChange={(model) => changeSettings({ recipe: withPart(recipe, { model }) })}
        isBrief
      />
      <ChoiceField<Settings["device"]>
        label={t("device")}
        value={device}
        options={withOwn<Settings["device"]>(["auto", ...machine.devices], device).map((each) => [
          each,
          each === "auto" ? t("deviceAuto") : inPanel(`devices.${each}`),
        ])}
        onChange={(value) => changeSettings({ device: value })}
      />
      <ChoiceField<Settings["threads"]>
        label={t("threads")}
        value={threads}
        options={threadChoices(machine.cores, threads).map((each) => [
          each,
          each === "auto" ? t("threadsAuto") : count(each),
        ])}
        onChange={(value) => changeSettings({ threads: value })}
      />
      <p className="soft settings-hint">{t("powerHint")}</p>
    </section>
  );
}

function Window({ sayFailure }: Sayer): ReactNode {
  const { t } = useTranslation();
  const { t: own } = useTranslation("settings");
  const { settings, version, updates } = useStore(settingsStore);
  const { theme, language } = settings;
  return (
    <section>
      <h3 className="heading">{own("window")}</h3>
      <ChoiceField<Settings["theme"]>
        label={t("theme")}
        value={theme}
        options={[
          ["system", t("themeSystem")],
          ["dark", t("themeDark")],
          ["light", t("themeLight")],
        ]}
        onChange={(value) => changeSettings({ theme: value })}
      />
      <ChoiceField<Settings["language"]>
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
        <div className="settings-target">
          <span className="value soft settings-path">{version}</span>
          {updates.host !== undefined && (
            <button type="button" className="button" onClick={() => ask("lookForUpdates").catch(sayFailure)}>
              {updates.newer === undefined ? own("updatesLook") : own("updatesShow", { version: updates.newer })}
            </button>
          )}
        </div>
      </div>
      <UpdatesField onFailure={sayFailure} />
    </section>
  );
}

function UpdatesField({ onFailure }: { readonly onFailure: (error: unknown) => void }): ReactNode {
  const { t } = useTranslation("settings");
  const id = useId();
  const host = useStore(settingsStore, ({ updates }) => updates.host);
  const isOn = useStore(settingsStore, ({ settings }) => settings.looksForUpdates);
  return (
    <>
      <label className="check settings-check" htmlFor={id}>
        <input
          id={id}
          type="checkbox"
          disabled={host === undefined}
          checked={isOn && host !== undefined}
          aria-describedby={`${id}-hint`}
          onChange={(event) => letLookForUpdates(event.target.checked).catch(onFailure)}
        />
        {t("updates")}
      </label>
      <p className="soft settings-hint" id={`${id}-hint`}>
        {host === undefined ? t("updatesNowhere") : t("updatesHint", { host })}
      </p>
    </>
  );
}

function Kept(): ReactNode {
  const { t } = useTranslation("settings");
  const { thumbnailsGb, tilesGb, canvasesGb } = useStore(settingsStore, ({ settings }) => settings);
  return (
    <section>
      <h3 className="heading">{t("kept")}</h3>
      <RoomField
        label={t("thumbnails")}
        value={thumbnailsGb}
        onChange={(value) => changeSettings({ thumbnailsGb: value })}
      />
      <RoomField label={t("tiles")} value={tilesGb} onChange={(value) => changeSettings({ tilesGb: value })} />
      <RoomField label={t("canvases")} value={canvasesGb} onChange={(value) => changeSettings({ canvasesGb: value })} />
      <p className="soft settings-hint">{t("keptHint")}</p>
    </section>
  );
}

function Presets({ say, sayFailure }: Sayer): ReactNode {
  const { t } = useTranslation("settings");
  const presets = useStore(settingsStore, (state) => state.presets);
  const [isBusy, setBusy] = useState(false);
  const busily = (act: () => Promise<void>) => () => {
    setBusy(true);
    act()
      .catch(sayFailure)
      .finally(() => setBusy(false));
  };
  const bringIn = busily(async () => {
    const found = await ask("importPresets");
    if (found === undefined) return;
    settingsStore.setState({ presets: found.presets });
    const known = found.known === 0 ? "" : ` ${t("presetsKnown", { count: found.known })}`;
    say(t("presetsAdded", { count: found.added }) + known);
  });
  const takeOut = busily(async () => {
    if (await ask("exportPresets")) say(t("presetsExported", { count: presets.length }));
  });
  return (
    <section>
      <h3 className="heading">{t("presets")}</h3>
      <p className="soft settings-hint">
        {presets.length === 0 ? t("presetsNone") : t("presetsCount", { count: presets.length })}
      </p>
      <div className="settings-buttons">
        <button type="button" className="button" disabled={isBusy} onClick={bringIn}>
          {t("presetsImport")}
        </button>
        <button type="button" className="button" disabled={isBusy || presets.length === 0} onClick={takeOut}>
          {t("presetsExport")}
        </button>
      </div>
    </section>
  );
}
