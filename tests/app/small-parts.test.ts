import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { copiedPaths, pathsIn } from "../../main/app/clipboard-paths.ts";
import { batchName, placesFor } from "../../main/app/places.ts";
import { SettingsFile } from "../../main/app/settings-file.ts";
import { pathsAmong, pathsFrom, toFirst } from "../../main/app/start-paths.ts";
import { failureIn, languageFor, translator } from "../../main/app/translate.ts";
import { DEFAULT_SETTINGS } from "../../preload/contract.ts";
import { tempDir } from "../helpers/temp.ts";

describe("the clipboard", () => {
  test("gives the paths that a file manager copied, Chinese names and spaces among them", () => {
    const list =
      "copy\nfile:///home/ana/%E4%BA%AC%E9%83%BD%20%E8%8C%B6%E5%9B%AD\r\nfile:///a/b.jpg\nhttps://x/y\nfile://%zz";
    expect(pathsIn(list)).toEqual(["/home/ana/京都 茶园", "/a/b.jpg"]);
  });

  test("that holds anything else gives none", () => {
    const clipboard = { read: () => "", readText: () => "/etc/passwd\nhello", readBuffer: () => new Uint8Array() };
    expect(copiedPaths(clipboard, "linux")).toEqual([]);
    expect(copiedPaths(clipboard, "darwin")).toEqual([]);
    expect(copiedPaths(clipboard, "win32")).toEqual([]);
  });
});

test("paths are told from switches and from the app's own folder", () => {
  const argv = ["/e/electron", "--no-sandbox", "/app", "photos", "/abs/x.jpg", "--inspect=0"];
  expect(pathsAmong(argv, false, "/here")).toEqual(["/here/photos", "/abs/x.jpg"]);
  expect(pathsAmong(["/opt/silvergrain", "photos"], true, "/here")).toEqual(["/here/photos"]);
  const addresses = ["file:///media/%E8%8C%B6%20x.jpg", "file://elsewhere/x.jpg"];
  expect(pathsAmong(["/opt/silvergrain", ...addresses], true, "/here")).toEqual([
    "/media/茶 x.jpg",
    "/here/file:/elsewhere/x.jpg",
  ]);
});

test("a second start hands its paths over, in ASCII and without spaces", () => {
  const paths = ["/茶园 x/a.jpg", "C:\\100 %\\\ud800.jpg"];
  expect(pathsFrom(toFirst(paths))).toEqual(paths);
  expect(JSON.stringify(toFirst(paths))).toMatch(/^[!-~]+$/);
  for (const broken of [undefined, null, {}, { paths: "a" }, { paths: "[1]" }, { paths: "{}" }])
    expect(pathsFrom(broken)).toEqual([]);
});

describe("where results go", () => {
  const photo = (folderName: string, place: string) => ({ path: `/x/${folderName}/${place}`, folderName, place });

  test("of one folder as they lie there, of several each in its own", () => {
    expect(placesFor([photo("a", "1.jpg"), photo("a", "b/1.jpg")]).map(({ place }) => place)).toEqual([
      "1.jpg",
      "b/1.jpg",
    ]);
    expect(placesFor([photo("a", "1.jpg"), photo("b", "1.jpg")]).map(({ place }) => place)).toEqual([
      "a/1.jpg",
      "b/1.jpg",
    ]);
  });

  test("never two in one place", () => {
    const twins = [photo("a", "1.jpg"), { ...photo("a", "1.jpg"), path: "/y/a/1.jpg" }];
    expect(new Set(placesFor(twins).map(({ place }) => place)).size).toBe(2);
  });

  test("the batch is called after them", () => {
    expect(batchName([photo("a", "b/1.jpg")])).toBe("1.jpg");
    expect(batchName([photo("a", "1.jpg"), photo("b", "2.jpg")])).toBe("a, b");
  });
});

describe("settings", () => {
  test("are there again at the next start", () => {
    const path = join(tempDir(), "settings.json");
    const first = new SettingsFile(path);
    first.change({ theme: "light", cellPx: 300 });
    first.savePreset("Prints", { ...DEFAULT_SETTINGS.recipe, strength: 0.7 });
    first.setTarget("/out");
    const second = new SettingsFile(path);
    expect(second.settings).toEqual({ ...DEFAULT_SETTINGS, theme: "light", cellPx: 300 });
    expect(second.presets.map(({ name }) => name)).toEqual(["Prints"]);
    expect(second.target).toBe("/out");
  });

  test("that were edited wrongly fall back by themselves; a file that is none is set aside", () => {
    const path = join(tempDir(), "settings.json");
    writeFileSync(path, JSON.stringify({ version: 1, settings: { theme: "pink" }, presets: [], target: "/out" }));
    expect(new SettingsFile(path).settings).toEqual(DEFAULT_SETTINGS);
    expect(new SettingsFile(path).target).toBe("/out");
    const recipe = { ...DEFAULT_SETTINGS.recipe, strength: 0.3 };
    const mixed = {
      version: 1,
      settings: { theme: "light", cellPx: "wide", ofTomorrow: 1, recipe: { ...recipe, format: "jxl" } },
      presets: [{ name: "Prints", recipe }, { name: "Broken" }],
    };
    writeFileSync(path, JSON.stringify(mixed));
    expect(new SettingsFile(path).settings).toEqual({ ...DEFAULT_SETTINGS, theme: "light", recipe });
    expect(new SettingsFile(path).presets).toEqual([{ name: "Prints", recipe }]);
    writeFileSync(path, "{ half");
    expect(new SettingsFile(path).settings).toEqual(DEFAULT_SETTINGS);
    expect(readFileSync(`${path}.broken`, "utf8")).toBe("{ half");
  });
});

test("the system's language is told by its locale", async () => {
  expect(["zh-CN", "zh-Hans-SG", "zh", "en-GB", "de"].map(languageFor)).toEqual([
    "zh-CN",
    "zh-CN",
    "zh-CN",
    "en",
    "en",
  ]);
  expect((await translator("zh-CN"))("gallery")).toBe("图库");
});

test("a failure that no window can show is told in the system's language, with the sentence that knows most", () => {
  const failure = { code: "DISK_FULL", message: "The disk of /photos is full." } as const;
  expect(failureIn("en", failure)).toBe(failure.message);
  expect(failureIn("zh-CN", failure)).toBe(`磁盘已满。释放空间后会自动继续。\n\n${failure.message}`);
});
