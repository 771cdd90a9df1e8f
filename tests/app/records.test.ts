import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CrashReports } from "../../main/app/crash-reports.ts";
import { LogFile } from "../../main/app/log-file.ts";
import { scrub } from "../../main/app/scrub.ts";
import { tempDir } from "../helpers/temp.ts";

describe("the log", () => {
  test("is lines of time, level and text, and is gone on with after a restart", () => {
    const folder = join(tempDir(), "logs");
    new LogFile(folder).write("info", "one");
    const log = new LogFile(folder);
    log.write("warn", "two\nwith %s and a second line");
    const lines = readFileSync(join(folder, "silvergrain.log"), "utf8").trimEnd().split("\n");
    expect(lines.map((line) => line.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, "at "))).toEqual([
      "at info one",
      "at warn two",
      "with %s and a second line",
    ]);
  });

  test("is set aside when it has grown, and only the latest files stay", () => {
    const folder = tempDir();
    const log = new LogFile(folder, { maxBytes: 1000, files: 3 });
    for (let i = 0; i < 200; i++) log.write("info", `line ${i} ${"x".repeat(50)}`);
    expect(readdirSync(folder).sort()).toEqual(["silvergrain.1.log", "silvergrain.2.log", "silvergrain.log"]);
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name)).length).toBeLessThan(1200);
    expect(readFileSync(join(folder, "silvergrain.log"), "utf8")).toContain("line 199 ");
    // Over the edge of a file, in the order in which they were written.
    const tail = log.tail(15).map((line) => Number(/line (\d+)/.exec(line)?.[1]));
    expect(tail).toEqual(Array.from({ length: 15 }, (_, i) => 185 + i));
  });
});

test("the last lines of a huge log are those at its end, and whole", () => {
  const folder = tempDir();
  writeFileSync(join(folder, "silvergrain.log"), Array.from({ length: 300_000 }, (_, i) => `line ${i}\n`).join(""));
  const tail = new LogFile(folder).tail(50);
  expect(tail).toEqual(Array.from({ length: 50 }, (_, i) => `line ${299_950 + i}`));
});

describe("what may be handed on", () => {
  const secret = { home: "/home/ann", folders: ["/photos/Wedding of B", "/photos"] };

  test("has no home folder, no folder of photos and no photo's name in it", () => {
    expect(scrub("/home/ann/data and /home/anna, /home/ann", secret)).toBe("~/data and /home/anna, ~");
    expect(scrub("Photos lie in /photos/Wedding of B. Or /photos/x, /photoshop", secret)).toBe(
      "Photos lie in <folder>. Or <folder>/x, /photoshop",
    );
    expect(
      scrub("2026-01-02T03:04:05.006Z warn The engine died at my beach at dawn.JPG. Open it elsewhere.", secret),
    ).toBe("2026-01-02T03:04:05.006Z warn <photo>. Open it elsewhere.");
    expect(scrub("first line\n京都 茶园.tiff is damaged\nlast", secret)).toBe("first line\n<photo> is damaged\nlast");
  });

  test("keeps what names no photo", () => {
    const text = "Error: x\n    at y (app.js:1:2)\nlibvips 8.17, gifs and tiffs";
    expect(scrub(text, secret)).toBe(text);
  });
});

describe("reports", () => {
  function reportsIn(folder: string, begin = Date.UTC(2026, 0, 2)) {
    let ms = begin;
    return new CrashReports({
      folder,
      versions: () => [["Silvergrain", "1.2.3"]],
      tail: (most) => Array.from({ length: most + 9 }, (_, i) => `line ${i}`).slice(-most),
      scrub: (text) => text.replaceAll("secret", "<photo>"),
      now: () => new Date(ms++),
    });
  }

  test("say when, what, which versions and what was in the log", () => {
    const folder = join(tempDir(), "reports");
    const reports = reportsIn(folder);
    reports.write("The engine\n has died", "while it looked at secret");
    const [report] = reports.list();
    expect(report).toMatchObject({ whenMs: Date.UTC(2026, 0, 2), what: "The engine has died" });
    const text = readFileSync(join(folder, report?.name ?? ""), "utf8");
    expect(text).toContain("When: 2026-01-02T00:00:00.000Z\nWhat: The engine has died\nSilvergrain: 1.2.3\n");
    expect(text).toContain("while it looked at <photo>");
    expect(text).toContain("line 9\n");
    expect(text).toContain("line 58\n");
    expect(text).not.toMatch(/line 8\n|secret/);
  });

  test("are twenty at most, the latest first; other files stay", () => {
    const folder = tempDir();
    writeFileSync(join(folder, "2026-notes.txt"), "mine");
    const reports = reportsIn(folder);
    for (let i = 0; i < 25; i++) reports.write(`death ${i}`, "");
    expect(reports.list().map(({ what }) => what)).toEqual(Array.from({ length: 20 }, (_, i) => `death ${24 - i}`));
    expect(existsSync(join(folder, "2026-notes.txt"))).toBe(true);
  });

  test("two at the same moment are two", () => {
    const folder = tempDir();
    for (const what of ["a", "b"]) reportsIn(folder).write(what, "");
    expect(reportsIn(folder).list()).toHaveLength(2);
  });

  test("the same thing over and over leaves one a second", () => {
    let ms = 0;
    const folder = tempDir();
    const reports = new CrashReports({
      folder,
      versions: () => [],
      tail: () => [],
      scrub: (text) => text,
      now: () => new Date(ms),
    });
    for (ms = 0; ms < 3000; ms += 10) reports.write("again", "");
    expect(reports.list()).toHaveLength(3);
  });

  test("one that waits for last words is written when the app ends before", () => {
    const folder = tempDir();
    const reports = reportsIn(folder);
    reports.begin();
    reports.writeSoon("soon", "");
    expect(reports.list()).toEqual([]);
    reports.end();
    expect(reports.list().map(({ what }) => what)).toEqual(["soon"]);
  });

  test("an app that was not closed is reported by the next one, and one that was is not", () => {
    const folder = tempDir();
    reportsIn(folder).begin();
    const next = reportsIn(folder, Date.UTC(2026, 0, 3));
    next.begin();
    expect(next.list().map(({ what }) => what)).toEqual(["Silvergrain was not closed the last time"]);
    expect(readFileSync(join(folder, next.list()[0]?.name ?? ""), "utf8")).toContain("2026-01-02T00:00:00.000Z");
    next.end();
    const third = reportsIn(folder);
    third.begin();
    expect(third.list()).toHaveLength(1);
  });

  test("what cannot be put together is left out, and does not throw", () => {
    const reports = new CrashReports({
      folder: tempDir(),
      versions: () => [],
      tail: () => {
        throw new Error("no log");
      },
      scrub: (text) => text,
    });
    reports.write("what", "");
    expect(reports.list()).toEqual([]);
  });

  test("where none can be written, nothing else goes wrong", () => {
    const folder = join(tempDir(), "reports");
    mkdirSync(join(folder, ".."), { recursive: true });
    writeFileSync(folder, "a file in its place");
    const reports = reportsIn(folder);
    reports.begin();
    reports.write("what", "");
    reports.end();
    expect(reports.list()).toEqual([]);
    rmSync(folder);
  });
});
