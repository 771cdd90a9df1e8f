import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SettingsFile } from "../../main/app/settings-file.ts";
import { DEFAULT_SETTINGS } from "../../preload/contract.ts";
import { tempDir } from "../helpers/temp.ts";

const HARDWARE = {
  device: "webgpu",
  threads: 3,
  thumbnailsGb: 2,
  tilesGb: 20,
  canvasesGb: 40,
  looksForUpdates: true,
} as const;

test("what is set is there after a restart", () => {
  const path = join(tempDir(), "settings.json");
  new SettingsFile(path).change(HARDWARE);
  expect(new SettingsFile(path).settings).toEqual({ ...DEFAULT_SETTINGS, ...HARDWARE });
});

test("a file of an earlier version gets what is new, and keeps what it had", () => {
  const path = join(tempDir(), "settings.json");
  const { theme, language } = DEFAULT_SETTINGS;
  writeFileSync(path, JSON.stringify({ version: 1, settings: { theme: "light", language }, presets: [] }));
  expect(new SettingsFile(path).settings).toEqual({ ...DEFAULT_SETTINGS, theme: "light" });
  expect(theme).not.toBe("light");
});

test.each([
  ["device", "quantum"],
  ["threads", 0],
  ["threads", 257],
  ["threads", 1.5],
  ["threads", "many"],
  ["thumbnailsGb", 0],
  ["tilesGb", -1],
  ["canvasesGb", 1e9],
  ["looksForUpdates", "yes"],
] as const)("%s cannot be %j: not by the page, and a file that says so loses nothing else", (name, value) => {
  const path = join(tempDir(), "settings.json");
  const file = new SettingsFile(path);
  file.change(HARDWARE);
  expect(() => file.change({ [name]: value } as object)).toThrow();
  expect(file.settings).toMatchObject(HARDWARE);
  const content = JSON.parse(readFileSync(path, "utf8"));
  content.settings[name] = value;
  writeFileSync(path, JSON.stringify(content));
  expect(new SettingsFile(path).settings).toEqual({
    ...DEFAULT_SETTINGS,
    ...HARDWARE,
    [name]: DEFAULT_SETTINGS[name],
  });
});

test("a file that is no JSON is set aside", () => {
  const path = join(tempDir(), "settings.json");
  writeFileSync(path, "{ broken");
  expect(new SettingsFile(path).settings).toEqual(DEFAULT_SETTINGS);
  expect(existsSync(`${path}.broken`)).toBe(true);
});
