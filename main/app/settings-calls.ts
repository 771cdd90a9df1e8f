import { app, clipboard, dialog, screen, shell } from "electron";
import type { TFunction } from "i18next";
import { DEFAULT_SETTINGS, type DeviceSurvey, type Diagnostics } from "../../preload/contract.ts";
import { asSilvergrainError } from "../core/errors.ts";
import type { EngineClient } from "../engine/client.ts";
import { readCatalogue } from "../models/catalogue.ts";
import { writeFileAtomically } from "../system/atomic-file.ts";
import { systemError } from "../system/system-error.ts";
import { diagnose, diagnosticsText } from "./diagnostics.ts";
import type { Handlers } from "./ipc.ts";
import type { AppPaths } from "./paths.ts";
import { presetText, readPresets, withImported } from "./preset-file.ts";
import { powerOf, settingsFor } from "./recipe.ts";
import type { Records } from "./records.ts";
import { Refusal } from "./refusal.ts";
import type { SettingsFile } from "./settings-file.ts";

/** What the calls of the settings page are answered from. */
export interface SettingsParts {
  readonly paths: AppPaths;
  readonly records: Records;
  readonly settings: SettingsFile;
  /** An engine of its own: a device may bring it down, and the batch's is not to wait for it. */
  readonly newEngine: (name: string) => EngineClient;
  readonly window: () => Electron.BrowserWindow | undefined;
  readonly t: () => TFunction;
}

type Names = "importPresets" | "exportPresets" | "diagnose" | "surveyDevices" | "copyDiagnostics" | "openLogs";

export function settingsCalls(parts: SettingsParts): Pick<Handlers, Names> {
  const { paths, records, settings } = parts;
  let asking: Promise<DeviceSurvey> | undefined;
  /** What was found out the last time, for the copy. */
  let last: DeviceSurvey | undefined;
  /** One at a time. */
  const survey = () => {
    asking ??= surveyDevices(parts)
      .then((found) => {
        last = found;
        return found;
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
  const facts = () => diagnose(paths, records, windowFacts());
  return {
    importPresets: async () => {
      const [path] = await askToOpen(parts);
      if (path === undefined) return undefined;
      const imported = withImported(settings.presets, await readPresets(path));
      settings.setPresets(imported.presets);
      return { ...imported, presets: settings.presets };
    },
    exportPresets: async () => {
      const path = await askToSave(parts);
      if (path === undefined) return false;
      try {
        writeFileAtomically(path, presetText(settings.presets));
      } catch (error) {
        throw systemError(error, path);
      }
      return true;
    },
    diagnose: facts,
    surveyDevices: survey,
    copyDiagnostics: async () => {
      const found = last ?? (await survey().catch(asSilvergrainError));
      clipboard.writeText(records.scrub(diagnosticsText(await facts(), found, new Date())));
    },
    openLogs: async () => {
      const trouble = await shell.openPath(paths.logsDir);
      if (trouble !== "") throw new Refusal("NOT_OPENED", `${paths.logsDir} cannot be opened: ${trouble}`);
    },
  };
}

/** With the model that photos are enhanced by unless another is chosen. */
async function surveyDevices({ paths, settings, newEngine }: SettingsParts): Promise<DeviceSurvey> {
  const power = powerOf(settings.settings);
  const catalogue = readCatalogue(paths.modelsDir, paths.userModelsDir);
  const { model } = settingsFor(DEFAULT_SETTINGS.recipe, catalogue, power);
  const engine = newEngine("devices");
  try {
    const { devices, versions } = await engine.surveyDevices(model, power.threads, power.allowSpinning);
    return {
      devices: devices.map(({ device, state, reason }) => ({ device, state, reason })),
      versions: Object.entries(versions),
    };
  } finally {
    engine.close();
  }
}

function windowFacts(): Pick<Diagnostics, "displays" | "graphics"> {
  return {
    displays: screen.getAllDisplays().map(({ size, scaleFactor }) => ({ ...size, scale: scaleFactor })),
    graphics: Object.entries({ ...app.getGPUFeatureStatus() }).map(([name, state]) => [name, String(state)] as const),
  };
}

async function askToOpen({ window, t }: SettingsParts): Promise<readonly string[]> {
  const options: Electron.OpenDialogOptions = {
    title: t()("importPresetsTitle"),
    properties: ["openFile"],
    filters: [presetFilter(t())],
  };
  const own = window();
  const { canceled, filePaths } =
    own === undefined ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(own, options);
  return canceled ? [] : filePaths;
}

async function askToSave({ window, t }: SettingsParts): Promise<string | undefined> {
  const options: Electron.SaveDialogOptions = {
    title: t()("exportPresetsTitle"),
    defaultPath: "silvergrain-presets.json",
    filters: [presetFilter(t())],
  };
  const own = window();
  const { canceled, filePath } =
    own === undefined ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(own, options);
  return canceled || filePath === "" ? undefined : filePath;
}

function presetFilter(t: TFunction): Electron.FileFilter {
  return { name: t("presetsFilter"), extensions: ["json"] };
}
