import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MAX_PRESETS, presetText, readPresets, withImported } from "../../main/app/preset-file.ts";
import { DEFAULT_SETTINGS, type Preset } from "../../preload/contract.ts";
import { tempDir } from "../helpers/temp.ts";

const { recipe } = DEFAULT_SETTINGS;
const other = { ...recipe, strength: 0.5, quality: 80 };
const named = (name: string, how: Preset["recipe"] = recipe): Preset => ({ name, recipe: how });

function fileWith(content: string | Uint8Array): string {
  const path = join(tempDir(), "presets.json");
  writeFileSync(path, content);
  return path;
}

const good = JSON.parse(presetText([named("Prints", other)]));

describe("a file of presets", () => {
  test("gives back what was written", async () => {
    const presets = [named("Prints 京都"), named("Web", other)];
    expect(await readPresets(fileWith(presetText(presets)))).toEqual(presets);
  });

  test.each<[string, unknown]>([
    ["another program's", { ...good, program: "Darkroom" }],
    ["of a later version", { ...good, version: 2 }],
    ["with more in it", { ...good, script: "x" }],
    ["with no presets", { ...good, presets: [] }],
    ["with too many", { ...good, presets: Array.from({ length: MAX_PRESETS + 1 }, (_, i) => named(`${i}`)) }],
    ["with a long name", { ...good, presets: [named("x".repeat(61))] }],
    ["with an empty name", { ...good, presets: [named("  ")] }],
    ["with a name that turns the line round", { ...good, presets: [named("a\u202eb")] }],
    ["with a strength beyond all", { ...good, presets: [named("a", { ...recipe, strength: 2 })] }],
    ["with a path in the recipe", { ...good, presets: [named("a", { ...recipe, output: "/etc" } as never)] }],
    ["that is a list", [good]],
    ["that is null", null],
  ])("%s is refused as a whole", async (_, content) => {
    await expect(readPresets(fileWith(JSON.stringify(content)))).rejects.toMatchObject({
      code: "PRESETS_UNSUPPORTED",
      message: expect.stringMatching(
        /^presets\.json cannot be read as presets of Silvergrain \(.+\)\. Nothing was added\.$/,
      ),
    });
  });

  test("no JSON, a huge file and a folder are refused, and one that is not there is said to be missing", async () => {
    const huge = `${JSON.stringify(good)}${" ".repeat(1_000_001)}`;
    for (const content of ["{", "", huge, new Uint8Array(100)]) {
      await expect(readPresets(fileWith(content))).rejects.toMatchObject({ code: "PRESETS_UNSUPPORTED" });
    }
    const folder = join(tempDir(), "presets.json");
    mkdirSync(folder);
    await expect(readPresets(folder)).rejects.toMatchObject({ code: "PRESETS_UNSUPPORTED" });
    await expect(readPresets(join(folder, "none"))).rejects.toMatchObject({ code: "SOURCE_MISSING" });
  });
});

describe("presets that come in", () => {
  const names = (presets: readonly Preset[]) => presets.map(({ name }) => name);

  test("get a number where another one has their name, and the same one is not added again", () => {
    const own = [named("Prints"), named("Web")];
    const first = withImported(own, [named("Prints", other), named("Web"), named("New")]);
    expect(names(first.presets)).toEqual(["Prints", "Web", "Prints (2)", "New"]);
    expect(first).toMatchObject({ added: 2, known: 1 });
    expect(first.presets[0]?.recipe).toEqual(recipe);
    // The same file once more changes nothing.
    expect(withImported(first.presets, [named("Prints", other), named("New")])).toMatchObject({ added: 0, known: 2 });
    const third = withImported(first.presets, [named("Prints", { ...other, strength: 0.1 })]);
    expect(names(third.presets).at(-1)).toBe("Prints (3)");
  });

  test("keep within the length of a name", () => {
    const long = "x".repeat(60);
    const { presets } = withImported([named(long)], [named(long, other)]);
    expect(presets[1]?.name).toBe(`${"x".repeat(56)} (2)`);
  });

  test("are refused where they would be too many", () => {
    const own = Array.from({ length: MAX_PRESETS }, (_, i) => named(`${i}`));
    expect(() => withImported(own, [named("one more")])).toThrow(/101 presets, and 100 is the most/);
  });
});
