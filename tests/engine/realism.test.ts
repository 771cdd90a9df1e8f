import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ModelFacts } from "../../main/core/enhance.ts";
import { decodeModel, encodeModel } from "../../main/core/onnx/model.ts";
import { floatsOf, interpolateWeights } from "../../main/core/onnx/weights.ts";
import { probeWindow } from "../../main/engine/providers.ts";
import { openSession, readModel } from "../../main/engine/session.ts";
import { chooseModel, readCatalogue, realismFacts } from "../../main/models/catalogue.ts";
import { CATALOGUE, model, ROOT } from "../helpers/models.ts";
import { apart } from "../helpers/photos.ts";

const size = { width: 40, height: 32 };

async function outputOf(facts: ModelFacts): Promise<Float32Array> {
  const session = await openSession(facts, "cpu", { threads: 2, allowSpinning: true });
  const output = Float32Array.from(await session.run(probeWindow(facts.range, size), size));
  await session.release();
  return output;
}

describe("realism", () => {
  test("0 and 1 are exactly the two models, by their files", () => {
    expect(realismFacts(CATALOGUE, 0)).toEqual(model("srresnet-x4"));
    expect(realismFacts(CATALOGUE, 1)).toEqual(model("srgan-x4"));
  });

  test("the ends of the interpolation give the models' own pixels, what is between lies between and is neither", async () => {
    const [from, to] = [model("srresnet-x4"), model("srgan-x4")];
    const between = (share: number): ModelFacts => ({ ...from, blend: { file: to.file, sha256: to.sha256, share } });
    const [faithful, realistic] = [await outputOf(from), await outputOf(to)];
    expect(await outputOf(between(0))).toEqual(faithful);
    expect(await outputOf(between(1))).toEqual(realistic);
    const whole = apart(faithful, realistic).mean;
    const quarter = apart(faithful, await outputOf(between(0.25))).mean;
    const half = apart(faithful, await outputOf(between(0.5))).mean;
    expect(quarter).toBeGreaterThan(0);
    expect(half).toBeGreaterThan(quarter);
    expect(whole).toBeGreaterThan(half);
  });

  test("each weight is the weighted mean of the two", () => {
    const [first, second] = [readModel(model("srresnet-x4")), readModel(model("srgan-x4"))];
    const mixed = decodeModel(interpolateWeights(first, second, 0.3), "mixed").graph.initializer;
    const [a, b] = [first, second].map((bytes) => decodeModel(bytes, "one").graph.initializer);
    let seen = 0;
    for (const [i, tensor] of mixed.entries()) {
      const [from, to] = [a?.[i], b?.[i]];
      if (from === undefined || to === undefined) throw new Error("a weight is missing");
      const [x, y, z] = [floatsOf(from), floatsOf(to), floatsOf(tensor)];
      for (let j = 0; j < z.length; j += 97) {
        const wanted = Math.fround(0.7 * (x[j] as number) + 0.3 * (y[j] as number));
        if (z[j] !== wanted) throw new Error(`${tensor.name}[${j}]: expected ${wanted}, found ${z[j]}`);
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(10_000);
  });

  test("two networks that are not alike are not mixed, and it is said which weight", () => {
    const bytes = readFileSync(model("srresnet-x4").file);
    const other = decodeModel(bytes, "other");
    const [tensor] = other.graph.initializer;
    if (tensor === undefined) throw new Error("no weights");
    tensor.dims = [1, ...tensor.dims];
    expect(() => interpolateWeights(bytes, encodeModel(other), 0.5)).toThrowError(
      expect.objectContaining({ code: "MODEL_CORRUPT", message: expect.stringContaining(tensor.name) }),
    );
  });

  test("the second model's file is checked as well", () => {
    const [from, to] = [model("srresnet-x4"), model("srgan-x4")];
    const blend = { file: to.file, sha256: "0".repeat(64), share: 0.5 };
    expect(() => readModel({ ...from, blend })).toThrowError(expect.objectContaining({ code: "MODEL_CORRUPT" }));
  });

  test("the manifest's default is what is chosen when nothing is asked for; other models have no realism", () => {
    const catalogue = readCatalogue(join(ROOT, "models"));
    const usual = catalogue.realism.default;
    expect(chooseModel(catalogue, undefined, undefined).id).toBe(`silvergrain-x4@${usual}`);
    expect(chooseModel(catalogue, "silvergrain-x4", 0.25).id).toBe("silvergrain-x4@0.25");
    expect(() => chooseModel(catalogue, "srgan-x4", 0.5)).toThrowError(expect.objectContaining({ code: "USAGE" }));
  });
});
