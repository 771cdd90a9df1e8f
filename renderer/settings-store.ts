import { createStore } from "zustand/vanilla";
import type { ModelCard, Opening, Preset, Settings } from "../preload/contract.ts";
import { ask } from "./api.ts";
import { tellFailure } from "./notice-store.ts";

/** What the user has set, and what there is to choose from. */
export interface SettingsFacts {
  readonly settings: Settings;
  readonly presets: readonly Preset[];
  readonly models: readonly ModelCard[];
  readonly target: string | undefined;
  readonly systemLanguage: Opening["systemLanguage"];
  readonly platform: string;
  readonly version: string;
}

export const settingsStore = createStore<SettingsFacts>(() => ({
  settings: {
    theme: "system",
    language: "system",
    cellPx: 200,
    sort: "name",
    descending: false,
    recipe: {
      model: "auto",
      realism: 0.5,
      size: { kind: "scale", scale: 4 },
      strength: 1,
      format: "same",
      stripGps: false,
    },
    showsPanel: true,
  },
  presets: [],
  models: [],
  target: undefined,
  systemLanguage: "en",
  platform: "",
  version: "",
}));

const SAVE_AFTER_MS = 300;
let unsaved: Partial<Settings> = {};
let timer: ReturnType<typeof setTimeout> | undefined;

/** Changes settings now, and saves them when no more come for a moment: a slider changes them many times a second. */
export function changeSettings(part: Partial<Settings>): void {
  settingsStore.setState(({ settings }) => ({ settings: { ...settings, ...part } }));
  unsaved = { ...unsaved, ...part };
  clearTimeout(timer);
  timer = setTimeout(() => {
    const saved = unsaved;
    unsaved = {};
    ask("saveSettings", saved).catch(tellFailure);
  }, SAVE_AFTER_MS);
}
