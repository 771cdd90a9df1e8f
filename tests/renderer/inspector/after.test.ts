import { expect, test } from "vitest";
import { DEFAULT_SETTINGS, type Inspection, type ResultPicture } from "../../../preload/contract.ts";
import { afterAnew, recipeOf, slotsAnew, usualAfter, usualSlots } from "../../../renderer/inspector/after.ts";
import { inspectionOf } from "./inspections.ts";

const { recipe } = DEFAULT_SETTINGS;
const faithful = { ...recipe, model: "srresnet-x4" };
const result = (key: string, model: string): ResultPicture => ({
  key,
  model,
  width: 1200,
  height: 800,
  scale: 4,
  strength: 0.5,
  realism: undefined,
  madeMs: 0,
});
const none: Inspection = inspectionOf(1);
const one: Inspection = { ...none, results: [result("a", "srgan-x4")] };
const two: Inspection = { ...none, results: [result("b", "srresnet-x4"), result("a", "srgan-x4")] };

test("the latest result is shown, and without one what would become of the photo", () => {
  expect(usualAfter(one, recipe)).toBeUndefined();
  expect(usualAfter(none, recipe)).toEqual({ kind: "live", recipe });
  expect(usualAfter({ ...none, waiting: faithful }, recipe)).toEqual({ kind: "live", recipe: faithful });
});

test("a photo that was looked at live shows its result as soon as there is one", () => {
  expect(afterAnew(none, usualAfter(none, recipe), one, recipe)).toBeUndefined();
});

test("what was chosen stays: a result, another recipe", () => {
  expect(afterAnew(one, { kind: "result", key: "a" }, two, recipe)).toEqual({ kind: "result", key: "a" });
  expect(afterAnew(one, { kind: "live", recipe: faithful }, two, recipe)).toEqual({ kind: "live", recipe: faithful });
});

test("what was looked at live while it waited is shown as it became", () => {
  const waiting = { ...one, waiting: faithful };
  expect(afterAnew(waiting, { kind: "live", recipe: faithful }, two, recipe)).toBeUndefined();
  // It has failed: nothing new is there.
  expect(afterAnew(waiting, { kind: "live", recipe: faithful }, one, recipe)).toEqual({
    kind: "live",
    recipe: faithful,
  });
});

test("a result that is gone gives way to what is there", () => {
  expect(afterAnew(two, { kind: "result", key: "b" }, one, recipe)).toBeUndefined();
  expect(afterAnew(one, { kind: "result", key: "a" }, none, recipe)).toEqual({ kind: "live", recipe });
});

test("a result's recipe is its own, and what it does not say is as it is set", () => {
  expect(recipeOf(result("a", "srgan-x4"), { ...recipe, realism: 0.3, format: "tiff" })).toEqual({
    ...recipe,
    model: "srgan-x4",
    strength: 0.5,
    realism: 0.3,
    format: "tiff",
    size: { kind: "scale", scale: 4 },
  });
});

test("slots begin with the original and hold four at most", () => {
  expect(usualSlots(none, recipe)).toEqual([{ kind: "original" }, { kind: "live", recipe }]);
  const many = { ...none, results: ["a", "b", "c", "d"].map((key) => result(key, "srgan-x4")) };
  expect(usualSlots(many, recipe)).toHaveLength(4);
});

test("the next photo's slots hold its results of the same models, or what those would give", () => {
  const slots = usualSlots(two, recipe);
  const next: Inspection = { ...inspectionOf(2), results: [result("z", "srgan-x4")] };
  expect(slotsAnew(slots, two, next, recipe)).toEqual([
    { kind: "original" },
    { kind: "live", recipe: recipeOf(result("b", "srresnet-x4"), recipe) },
    { kind: "result", key: "z" },
  ]);
  expect(slotsAnew(slots, two, two, recipe)).toEqual(slots);
});
