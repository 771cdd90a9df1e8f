import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ERROR_CODES } from "../../main/core/errors.ts";
import { LANGUAGES, REFUSAL_CODES } from "../../preload/contract.ts";
import { ROOT } from "../helpers/models.ts";

const LOCALES = join(ROOT, "assets", "locales");
const CATALOGUES = readdirSync(join(LOCALES, "en"));

function words(language: string, file: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, path: string) => {
    if (typeof value === "string") found.set(path, value);
    else for (const [key, inner] of Object.entries(value as object)) walk(inner, path === "" ? key : `${path}.${key}`);
  };
  walk(JSON.parse(readFileSync(join(LOCALES, language, file), "utf8")), "");
  return found;
}

const gapsOf = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
/** Chinese has one form for any number. */
const isPlural = (key: string) => /_(one|other)$/.test(key);

describe.each(CATALOGUES)("%s", (file) => {
  const en = words("en", file);
  const zh = words("zh-CN", file);

  test("has the same words in both languages, with the same gaps to fill", () => {
    const plain = (keys: Iterable<string>) => [...keys].filter((key) => !/_one$/.test(key)).sort();
    expect(plain(zh.keys())).toEqual(plain(en.keys()));
    for (const [key, text] of zh) {
      const english = en.get(key);
      if (english !== undefined && !isPlural(key)) expect(gapsOf(text), key).toEqual(gapsOf(english));
    }
  });

  test("leaves nothing empty, and no Chinese sentence in English", () => {
    for (const [key, text] of [...en, ...zh]) expect(text.trim(), key).not.toBe("");
    const untranslated = [...zh].filter(([key, text]) => text === en.get(key) && /[a-z]{4,} [a-z]{2,}/i.test(text));
    expect(untranslated).toEqual([]);
  });
});

test.each(LANGUAGES)("there is a sentence for every error code and refusal, %s", (language) => {
  const codes = [...words(language, "errors.json").keys()];
  expect(codes).toEqual(expect.arrayContaining([...ERROR_CODES, ...REFUSAL_CODES]));
});

/** Text that is written into elements or into what a screen reader says, and not taken from a catalogue. */
function strayWords(source: string): readonly string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, "");
  const between = [...code.matchAll(/<\w[^<>]*[^=]>\s*([^<>{}()=;]*[A-Za-z]{2,}[^<>{}()=;]*?)\s*<\//g)].map(
    ([, text]) => text,
  );
  const said = [...code.matchAll(/(?:aria-label|title|placeholder|alt)="([^"]*[A-Za-z]{2,}[^"]*)"/g)].map(
    ([, text]) => text,
  );
  return [...between, ...said] as string[];
}

test("no component has words of its own", () => {
  const files = readdirSync(join(ROOT, "renderer"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".tsx"),
  );
  expect(files.length).toBeGreaterThan(20);
  const stray = files.flatMap((file) =>
    strayWords(readFileSync(join(ROOT, "renderer", file), "utf8")).map((text) => `${file}: ${text}`),
  );
  expect(stray).toEqual([]);
});

test("words in a component would be noticed", () => {
  expect(strayWords("return <strong>Hello there</strong>;")).toEqual(["Hello there"]);
  expect(strayWords('<img alt="A photo" />')).toEqual(["A photo"]);
  expect(strayWords("<span>{t('hello')}</span>")).toEqual([]);
});
