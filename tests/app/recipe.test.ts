import { expect, test } from "vitest";
import { settingsFor } from "../../main/app/recipe.ts";
import { modelKey } from "../../main/core/enhance.ts";
import { realismFacts } from "../../main/models/catalogue.ts";
import { DEFAULT_SETTINGS, type Recipe } from "../../preload/contract.ts";
import { CATALOGUE, model } from "../helpers/models.ts";

const settings = (part: Partial<Recipe>) =>
  settingsFor({ ...DEFAULT_SETTINGS.recipe, ...part }, CATALOGUE, { device: "cpu", threads: 1, allowSpinning: false });
const blend = (realism: number) => modelKey(realismFacts(CATALOGUE, realism));

test("auto enlarges sound photos by the realism that the slider says, and worn ones by none", () => {
  for (const realism of [0.2, 0.9]) {
    const { model: own, restoring } = settings({ model: "auto", realism });
    expect(modelKey(own)).toBe(blend(realism));
    expect(restoring === undefined ? undefined : modelKey(restoring)).toBe(blend(0));
  }
});

test("the model with realism takes it for every photo, and one without it leaves it alone", () => {
  const chosen = settings({ model: CATALOGUE.realism.id, realism: 0.2 });
  expect(modelKey(chosen.model)).toBe(blend(0.2));
  expect(chosen.restoring).toBeUndefined();
  const plain = settings({ model: "srgan-x4", realism: 0.2 });
  expect(modelKey(plain.model)).toBe(modelKey(model("srgan-x4")));
  expect(plain.restoring).toBeUndefined();
});
