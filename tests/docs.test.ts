import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import app from "../assets/locales/en/app.json" with { type: "json" };
import { ERROR_CODES } from "../main/core/errors.ts";
import { FORMATS } from "../main/core/formats.ts";
import { ROOT } from "./helpers/models.ts";

const FILES = [
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name.replaceAll("\\", "/")}`),
];
const textOf = (file: string) => readFileSync(join(ROOT, file), "utf8");

describe.each(FILES)("%s", (file) => {
  test("leads to files that are there", () => {
    const links = [...textOf(file).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, link]) => link as string);
    const local = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(local.filter((link) => !existsSync(join(ROOT, dirname(file), link)))).toEqual([]);
  });

  test("names scripts, files and options that there are", () => {
    const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
    const text = textOf(file);
    const run = [...text.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name]) => name as string);
    expect(run.filter((name) => scripts[name] === undefined)).toEqual([]);
    const paths = [...text.matchAll(/`((?:main|renderer|preload|tests|assets|models|scripts)\/[\w./-]+\.\w+)`/g)];
    expect(paths.map(([, path]) => path as string).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const sources = ["main/cli", "scripts", "tests/crash", "bench"].flatMap((folder) =>
      readdirSync(join(ROOT, folder)).map((name) => join(folder, name)),
    );
    const known = sources
      .filter((path) => /\.(ts|js)$/.test(path))
      .map(textOf)
      .join("\n");
    const options = [...text.matchAll(/(?<=[\s`(])(--[a-z][a-z-]+)/g)].map(([, option]) => option as string);
    expect(options.filter((option) => !known.includes(option))).toEqual([]);
  });
});

test("every error code has its line", () => {
  const text = textOf("docs/troubleshooting.md");
  expect(ERROR_CODES.filter((code) => !text.includes(`| \`${code}\` |`))).toEqual([]);
});

test("the keys are those of the sheet, each with what it does, and no others", () => {
  const sheet = textOf("renderer/shell/shortcut-sheet.tsx");
  const rows = [...sheet.matchAll(/\["(key\w+)", (.*)\],/g)].map(([, word, keys]) => {
    const shown = (JSON.parse(`[${keys}]`) as string[]).map((key) => (key === "–" ? key : `\`${key}\``));
    return `| ${shown.join(" ")} | ${app[word as keyof typeof app]} |`;
  });
  expect(rows.length).toBeGreaterThan(30);
  const told = textOf("docs/keys.md").split("\n");
  expect(told.filter((line) => line.startsWith("| `"))).toEqual(rows);
});

test("the largest sides that formats hold are as they are told", () => {
  const [line = ""] = textOf("docs/troubleshooting.md").match(/^.*`RESULT_TOO_LARGE`.*$/m) ?? [];
  for (const format of ["jpeg", "avif", "webp"] as const)
    expect(line).toMatch(new RegExp(`${format}\\D* ${FORMATS[format].maxSidePx.toLocaleString("en")}\\b`, "i"));
});
