import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bytesIn, diagnosticsText } from "../../main/app/diagnostics.ts";
import { SilvergrainError } from "../../main/core/errors.ts";
import type { DeviceSurvey, Diagnostics } from "../../preload/contract.ts";
import { tempDir } from "../helpers/temp.ts";

const FACTS: Diagnostics = {
  versions: [["Silvergrain", "1.2.3"]],
  system: "Linux 6.1 x64",
  cpu: "A processor",
  cores: 4,
  memoryBytes: 16e9,
  freeMemoryBytes: 8e9,
  displays: [{ width: 1920, height: 1080, scale: 1.5 }],
  graphics: [["webgl", "enabled"]],
  places: [{ kind: "cache", path: "/home/ann/.cache", bytes: 2.5e9, isMore: true }],
  reports: [{ name: "x.txt", whenMs: 0, what: "The engine died" }],
  log: ["first", "last"],
};
const SURVEY: DeviceSurvey = {
  devices: [
    { device: "cuda", state: "refused", reason: "no driver" },
    { device: "cpu", state: "taken", reason: undefined },
  ],
  versions: [["ONNX Runtime", "1.30.0"]],
};

test("the report has every section, and each refusal with its reason", () => {
  const text = diagnosticsText(FACTS, SURVEY, new Date(0));
  for (const line of [
    "Silvergrain: 1.2.3",
    "ONNX Runtime: 1.30.0",
    "A processor, 4 cores",
    "Memory: 16.00 GB, 8.00 GB free",
    "Display: 1920 × 1080 at 1.5",
    "webgl: enabled",
    "cuda: refused, no driver",
    "cpu: taken",
    "cache: /home/ann/.cache, more than 2.50 GB",
    "1970-01-01T00:00:00.000Z The engine died",
    "last",
  ]) {
    expect(text.split("\n")).toContain(line);
  }
});

test("where the devices could not be asked, the report says why", () => {
  const text = diagnosticsText(FACTS, new SilvergrainError("ENGINE_DIED", "The engine ended."), new Date(0));
  expect(text).toContain("ENGINE_DIED: The engine ended.");
});

test("a folder's size is that of its files at any depth, links left alone; counting ends in time", async () => {
  const folder = tempDir();
  mkdirSync(join(folder, "a", "b"), { recursive: true });
  writeFileSync(join(folder, "one"), "x".repeat(100));
  writeFileSync(join(folder, "a", "b", "two"), "x".repeat(50));
  symlinkSync("/", join(folder, "root"));
  expect(await bytesIn(folder, performance.now() + 5000)).toEqual({ bytes: 150, isMore: false });
  expect(await bytesIn(folder, 0)).toEqual({ bytes: 0, isMore: true });
  expect(await bytesIn(join(folder, "none"), performance.now() + 5000)).toEqual({ bytes: 0, isMore: false });
});
