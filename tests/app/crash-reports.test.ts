import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeCrashReport } from "../../main/app/crash-reports.ts";
import { diagnosticsText } from "../../main/app/diagnostics.ts";
import { latestLines, log, logQuietly, logTo } from "../../main/app/log.ts";
import { tempDir } from "../helpers/temp.ts";

test("a crash leaves a text that can be read, and the latest twenty are kept", () => {
  const folder = join(tempDir(), "reports");
  const crash = { what: "The page ended: killed", detail: "why", versions: { Silvergrain: "1.2" }, lines: ["a", "b"] };
  for (let i = 0; i < 25; i++) writeCrashReport(folder, crash, new Date(Date.UTC(2026, 0, 1, 0, 0, i)));
  const names = readdirSync(folder).sort();
  expect(names).toHaveLength(20);
  expect(names[0]).toBe("2026-01-01T00-00-05-000Z.txt");
  const text = readFileSync(join(folder, names[0] as string), "utf8");
  expect(text).toMatch(/The page ended: killed[\s\S]*Silvergrain 1\.2[\s\S]*why[\s\S]*a\nb/);
});

test("where no report can be written, nothing else is disturbed", () => {
  const file = join(tempDir(), "file");
  writeFileSync(file, "");
  expect(writeCrashReport(file, { what: "", detail: "", versions: {}, lines: [] })).toBeUndefined();
});

test("the log is on the error stream, in a file and in reports; what an engine prints is not on the stream", () => {
  const kept: string[] = [];
  logTo((line) => kept.push(line));
  log("something");
  logQuietly("from a library\nand more\n");
  expect(kept).toEqual(["silvergrain: something", "from a library", "and more"]);
  expect(latestLines().slice(-3)).toEqual(kept);
  for (let i = 0; i < 500; i++) logQuietly(`line ${i}`);
  expect(latestLines()).toHaveLength(100);
  logTo(() => {});
});

test("a report says what there is and why not more, and nobody's home", () => {
  const text = diagnosticsText({
    versions: { Silvergrain: "1.2", Electron: "33" },
    platform: "linux x64",
    device: "cpu",
    refusals: [{ device: "webgpu", reason: "it is slower than the CPU" }],
    folders: { Cache: join(homedir(), ".cache", "silvergrain") },
    reports: [],
    lines: [`opened ${homedir()}/x`],
  });
  expect(text).toContain("Runs on: cpu\nNot on webgpu: it is slower than the CPU");
  expect(text).toContain("Cache: ~/.cache/silvergrain");
  expect(text).not.toContain(`${homedir()}/`);
});
