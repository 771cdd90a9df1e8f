import { describe, expect, test } from "vitest";
import type { Preset, Recipe } from "../../../preload/contract.ts";
import {
  edgeFrom,
  isSameRecipe,
  presetInUse,
  presetNameFrom,
  scalesWith,
  withPart,
  withQuality,
} from "../../../renderer/enhance/recipe.ts";

const RECIPE: Recipe = {
  model: "silvergrain-x4",
  realism: 0.5,
  size: { kind: "scale", scale: 4 },
  strength: 1,
  format: "jpeg",
  stripGps: false,
};
const PRESETS: readonly Preset[] = [
  { name: "Web", recipe: { ...RECIPE, format: "webp", quality: 80 } },
  { name: "Print", recipe: { ...RECIPE, size: { kind: "long-edge", px: 7016 } } },
];

describe("a long edge that is typed", () => {
  test.each([
    ["3840", 3840],
    [" 16 ", 16],
    ["200000", 200_000],
    ["15", undefined],
    ["200001", undefined],
    ["", undefined],
    ["38.5", undefined],
    ["-3840", undefined],
    ["4e3", undefined],
    ["4K", undefined],
  ])("%j is %j", (text, px) => expect(edgeFrom(text)).toBe(px));
});

test("a scale that a preset brought stands among the usual ones, in order", () => {
  expect(scalesWith(4)).toEqual([2, 3, 4, 6, 8]);
  expect(scalesWith(2.5)).toEqual([2, 2.5, 3, 4, 6, 8]);
});

describe("quality", () => {
  const fine = { ...RECIPE, quality: 97 };

  test("is kept from one lossy format to another", () => {
    expect(withPart(fine, { format: "avif" }).quality).toBe(97);
  });

  test("is no part of a recipe whose format loses nothing", () => {
    expect(withPart(fine, { format: "png" })).not.toHaveProperty("quality");
  });

  test("is no part of a recipe that leaves it to the format", () => {
    expect(withQuality(fine, undefined)).not.toHaveProperty("quality");
    expect(withQuality(RECIPE, 80).quality).toBe(80);
  });
});

describe("the same recipe", () => {
  test.each<Partial<Recipe>>([
    { model: "auto" },
    { realism: 0.6 },
    { size: { kind: "scale", scale: 2 } },
    { size: { kind: "long-edge", px: 4 } },
    { strength: 0 },
    { format: "png" },
    { quality: 92 },
    { stripGps: true },
  ])("is another with %j", (part) => {
    expect(isSameRecipe(RECIPE, structuredClone(RECIPE))).toBe(true);
    expect(isSameRecipe(RECIPE, { ...RECIPE, ...part })).toBe(false);
  });
});

describe("the preset in use", () => {
  test("is the one with these settings, also when nobody chose it", () => {
    expect(presetInUse(PRESETS, { ...RECIPE, format: "webp", quality: 80 }, undefined)).toEqual({
      name: "Web",
      isChanged: false,
    });
    expect(presetInUse(PRESETS, RECIPE, undefined).name).toBeUndefined();
  });

  test("stays the chosen one while its settings are changed", () => {
    expect(presetInUse(PRESETS, RECIPE, "Print")).toEqual({ name: "Print", isChanged: true });
  });

  test("is none when the chosen one was removed", () => {
    expect(presetInUse(PRESETS, RECIPE, "Gone")).toEqual({ name: undefined, isChanged: false });
  });
});

test("a preset's name has no spaces around it, and is neither empty nor long", () => {
  expect(presetNameFrom("  Prints for Ana ")).toBe("Prints for Ana");
  expect(presetNameFrom("   ")).toBeUndefined();
  expect(presetNameFrom("x".repeat(61))).toBeUndefined();
});
