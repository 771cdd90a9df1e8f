import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { ModelCard } from "../../../preload/contract.ts";
import { AUTO, DESCRIBED_MODELS, isRestoring, modelChoice, sampleUrl } from "../../../renderer/enhance/models.ts";
import { ROOT } from "../../helpers/models.ts";

const read = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), "utf8"));
const Id = z.object({ id: z.string() });

const CARDS: readonly ModelCard[] = [
  { id: "silvergrain-x4", name: "Silvergrain", scale: 4, hasRealism: true, hasSample: true },
  { id: "srgan-x4", name: "Realistic", scale: 4, hasRealism: false, hasSample: true },
  { id: "mine", name: "Mine", scale: 2, hasRealism: false, hasSample: false },
];

describe("the words for models", () => {
  const shipped = [
    ...z
      .object({ realism: Id, models: z.array(Id) })
      .transform(({ realism, models }) => [realism, ...models])
      .parse(read("models/manifest.json")),
    ...z
      .object({ packs: z.array(z.object({ model: Id })) })
      .transform(({ packs }) => packs.map(({ model }) => model))
      .parse(read("models/packs.json")),
  ];

  test("are there for every model that is shipped or can be fetched", () => {
    expect(shipped.length).toBeGreaterThan(5);
    expect([AUTO, ...shipped.map(({ id }) => id)].sort()).toEqual([...DESCRIBED_MODELS].sort());
  });

  test.each(["en", "zh-CN"])("say in %s what each is for", (language) => {
    const Words = z.object({
      models: z.record(z.string(), z.object({ name: z.string().min(1), purpose: z.string().min(10) })),
    });
    expect(Object.keys(Words.parse(read(`assets/locales/${language}/enhance.json`)).models)).toEqual([
      ...DESCRIBED_MODELS,
    ]);
  });

  test("call restoring what the packs call so", () => {
    const { restoring } = z.object({ restoring: z.string() }).parse(read("models/packs.json"));
    expect(isRestoring(restoring)).toBe(true);
    expect(isRestoring(AUTO)).toBe(true);
    expect(isRestoring("silvergrain-x4")).toBe(false);
  });
});

describe("a choice of model", () => {
  test("has realism and a sample where the model has them", () => {
    expect(modelChoice(CARDS, "silvergrain-x4")).toMatchObject({ hasRealism: true, sample: "silvergrain-x4" });
    expect(modelChoice(CARDS, "srgan-x4")).toMatchObject({ hasRealism: false, sample: "srgan-x4" });
    expect(modelChoice(CARDS, "mine")).toMatchObject({ hasRealism: false, sample: undefined, scale: 2 });
  });

  test("of auto shows what most photos get", () => {
    expect(modelChoice(CARDS, AUTO)).toEqual({ id: AUTO, hasRealism: true, scale: 4, sample: "silvergrain-x4" });
  });

  test("of a model that is gone has nothing", () => {
    expect(modelChoice(CARDS, "gone")).toEqual({ id: "gone", hasRealism: false, scale: undefined, sample: undefined });
  });
});

test("a sample's address stays below /samples, whatever the model is called", () => {
  expect(sampleUrl("srgan-x4", "after")).toBe("/samples/srgan-x4-after.webp");
  expect(sampleUrl("../secret", "before")).toBe("/samples/..%2Fsecret-before.webp");
});
