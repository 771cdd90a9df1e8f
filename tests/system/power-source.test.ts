import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { macOnBattery, onBattery, windowsOnBattery } from "../../main/system/power-source.ts";
import { tempDir } from "../helpers/temp.ts";

type Files = Readonly<Record<string, string>>;

const AC = (online: string): Files => ({ type: "Mains\n", online: `${online}\n` });
const CELL = (status: string): Files => ({ type: "Battery\n", status: `${status}\n`, capacity: "57\n" });

function supplies(each: Readonly<Record<string, Files>>): string {
  const folder = tempDir();
  for (const [name, files] of Object.entries(each)) {
    mkdirSync(join(folder, name));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), text);
  }
  return folder;
}

describe("Linux", () => {
  test.each([
    ["a laptop that is unplugged", { AC: AC("0"), BAT0: CELL("Discharging") }, true],
    ["a laptop that is plugged in", { AC: AC("1"), BAT0: CELL("Charging") }, false],
    ["a weak charger, so that the battery drains", { AC: AC("1"), BAT0: CELL("Discharging") }, false],
    ["USB-C instead of a barrel plug", { AC: AC("0"), usbc: { type: "USB", online: "1" }, BAT0: CELL("Full") }, false],
    ["a tablet that lists no mains", { BAT0: CELL("Discharging") }, true],
    ["two batteries, one of them idle", { AC: AC("0"), BAT0: CELL("Not charging"), BAT1: CELL("Discharging") }, true],
    ["a full battery and no word on mains", { BAT0: CELL("Full") }, false],
    ["a battery that does not say", { AC: AC("0"), BAT0: CELL("Unknown") }, undefined],
    ["a battery that cannot be read", { BAT0: { type: "Battery" } }, undefined],
    ["a desktop", {}, false],
    ["a desktop's wireless mouse", { hidpp_battery_0: { ...CELL("Discharging"), scope: "Device\n" } }, false],
    [
      "a phone that charges from us",
      { BAT0: CELL("Discharging"), port: { type: "USB", online: "1", scope: "Device" } },
      true,
    ],
  ] as const)("%s", async (_what, each, answer) => {
    expect(await onBattery({ platform: "linux", suppliesDir: supplies(each) })).toBe(answer);
  });

  test("a machine without the folder", async () => {
    expect(await onBattery({ platform: "linux", suppliesDir: join(tempDir(), "none") })).toBeUndefined();
  });
});

describe("macOS", () => {
  const line = " -InternalBattery-0 (id=21889123)\t";
  test.each([
    [`Now drawing from 'Battery Power'\n${line}83%; discharging; 5:12 remaining present: true\n`, true],
    [`Now drawing from 'AC Power'\n${line}100%; charged; 0:00 remaining present: true\n`, false],
    [`Now drawing from 'AC Power'\n${line}40%; AC attached; not charging present: true\n`, false],
    ["Now drawing from 'AC Power'\n", false],
    ["Now drawing from 'UPS Power'\n -Back-UPS (id=1)\t97%; discharging; 0:31 remaining present: true\n", true],
    ["", undefined],
    ["pmset: command failed", undefined],
  ])("%j", async (text, answer) => {
    expect(macOnBattery(text)).toBe(answer);
    expect(await onBattery({ platform: "darwin", run: async () => text })).toBe(answer);
  });
});

describe("Windows", () => {
  test.each([
    ["1\r\n", true],
    ["2\r\n", false],
    ["", false],
    ["\r\n", false],
    ["4\r\n", true],
    ["8\r\n", false],
    ["3\r\n", false],
    ["3\r\n1\r\n", true],
    ["1\r\n2\r\n", false],
    ["10\r\n", undefined],
    ["Get-CimInstance : Access denied", undefined],
  ])("%j", async (text, answer) => {
    expect(windowsOnBattery(text)).toBe(answer);
    expect(await onBattery({ platform: "win32", run: async () => text })).toBe(answer);
  });
});

test("whatever fails, or a system that is none of these, is no answer", async () => {
  const run = () => Promise.reject(new Error("spawn ENOENT"));
  expect(await onBattery({ platform: "darwin", run })).toBeUndefined();
  expect(await onBattery({ platform: "win32", run })).toBeUndefined();
  expect(await onBattery({ platform: "freebsd" })).toBeUndefined();
});

test("this machine's answer is one of the three", async () => {
  expect([true, false, undefined]).toContain(await onBattery());
});
