import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../helpers/models.ts";

/** Every sentence of a catalogue by its key, with what is put into it. */
function placesOf(value: unknown, key = ""): readonly string[] {
  if (typeof value === "string") return [`${key}: ${[...value.matchAll(/{{(.*?)}}/g)].map(([, name]) => name).sort()}`];
  return Object.entries(value as object).flatMap(([name, each]) => placesOf(each, `${key}.${name}`));
}

test.each(["enhance", "queue"])("%s says the same things in both languages", (namespace) => {
  const read = (language: string): unknown =>
    JSON.parse(readFileSync(join(ROOT, `assets/locales/${language}/${namespace}.json`), "utf8"));
  expect(placesOf(read("zh-CN"))).toEqual(placesOf(read("en")));
});
