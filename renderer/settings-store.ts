import { createStore } from "zustand/vanilla";
import {
  DEFAULT_SETTINGS,
  type Machine,
  type ModelCard,
  type Opening,
  type PageSettings,
  type Preset,
  type Settings,
  type UpdateNews,
} from "../preload/contract.ts";
import { ask } from "./api.ts";
import { tellFailure } from "./notice-store.ts";

/** What the user has set, and what there is to choose from. */
export interface SettingsFacts {
  readonly settings: Settings;
  readonly presets: readonly Preset[];
  readonly models: readonly ModelCard[];
  readonly machine: Machine;
  readonly target: string | undefined;
  readonly systemLanguage: Opening["systemLanguage"];
  readonly platform: string;
  readonly version: string;
  readonly updates: UpdateNews;
  /** What the main process goes by: what it says of photos depends on it. */
  readonly saved: Pick<Settings, "device" | "threads">;
}

export const settingsStore = createStore<SettingsFacts>(() => ({
  settings: DEFAULT_SETTINGS,
  presets: [],
  models: [],
  machine: { cores: 1, devices: ["cpu"] },
  saved: DEFAULT_SETTINGS,
  target: undefined,
  systemLanguage: "en",
  platform: "",
  version: "",
  updates: { host: undefined, newer: undefined },
}));

const SAVE_AFTER_MS = 300;
let unsaved: Partial<PageSettings> = {};
let timer: ReturnType<typeof setTimeout> | undefined;

/** Changes settings now, and saves them when no more come for a moment: a slider changes them many times a second. */
export function changeSettings(part: Partial<PageSettings>): void {
  settingsStore.setState(({ settings }) => ({ settings: { ...settings, ...part } }));
  unsaved = { ...unsaved, ...part };
  clearTimeout(timer);
  timer = setTimeout(() => {
    const saved = unsaved;
    unsaved = {};
    ask("saveSettings", saved)
      .then(() => settingsStore.setState((state) => ({ saved: { ...state.saved, ...saved } })))
      .catch(tellFailure);
  }, SAVE_AFTER_MS);
}

/** Switches looking for newer versions on or off; the main process asks whether that is meant. */
export async function letLookForUpdates(isOn: boolean): Promise<void> {
  const looksForUpdates = await ask("letLookForUpdates", isOn);
  settingsStore.setState(({ settings }) => ({ settings: { ...settings, looksForUpdates } }));
}
