import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ModelTraits } from "../../main/core/model-traits.ts";
import { buildModel } from "../../main/core/onnx/model.ts";
import { wrapModel } from "../../main/core/onnx/wrap.ts";
import { probeModel } from "../../main/engine/probe-model.ts";
import { openNetwork } from "../../main/engine/session.ts";
import { float16Model } from "../helpers/float16.ts";
import { CATALOGUE, model } from "../helpers/models.ts";
import { type Toy, toyModel } from "../helpers/toy-models.ts";

async function probe(bytes: Uint8Array): Promise<ModelTraits> {
  const network = await openNetwork(bytes, "toy", "cpu", { threads: 2, allowSpinning: true });
  try {
    return await probeModel(network, "toy.onnx");
  } finally {
    await network.release();
  }
}

describe("a model is what running it shows", () => {
  const cases: readonly (readonly [string, Toy, Partial<ModelTraits>])[] = [
    ["plain ×2", {}, { scale: 2, range: [0, 1], inputPlanes: "RGB", outputPlanes: "RGB", receptiveHalfWidthPx: 0 }],
    ["×3", { scale: 3 }, { scale: 3 }],
    ["the same size", { scale: 1 }, { scale: 1 }],
    ["gray", { planes: 1 }, { inputPlanes: "gray", outputPlanes: "gray" }],
    ["0..255", { is255: true }, { range: [0, 255] }],
    ["blue first in its result", { swaps: true }, { inputPlanes: "RGB", outputPlanes: "BGR" }],
    ["a blur of 5 px", { blurPx: 5 }, { receptiveHalfWidthPx: 5, padPx: 5, seam: 0 }],
    ["a blur of 60 px", { blurPx: 60 }, { receptiveHalfWidthPx: 60, padPx: 48 }],
    [
      "one window",
      { size: { width: 64, height: 48 } },
      { windows: { multiplePx: 1, leastPx: 1, fixed: { width: 64, height: 48 } } },
    ],
    ["every second size", { halvings: 1 }, { windows: { multiplePx: 2, leastPx: 2 } }],
    ["every eighth size", { halvings: 3 }, { windows: { multiplePx: 8, leastPx: 8 } }],
    ["no borders", { shrinkPx: 7 }, { shrinkPx: 7, scale: 2 }],
    ["the difference", { isDifference: true }, { difference: "add", scale: 2 }],
    ["the noise in it", { scale: 1, isNoise: true }, { difference: "subtract", scale: 1 }],
    ["a reach down only", { scale: 1, columnPx: 9 }, { receptiveHalfWidthPx: 9, padPx: 9, seam: 0 }],
  ];
  test.each(cases)("%s", async (_name, toy, wanted) => {
    expect(await probe(toyModel(toy))).toMatchObject(wanted);
  });

  test("float16", async () => {
    const traits = await probe(float16Model(2));
    expect(traits).toMatchObject({ elementType: "float16", scale: 2, range: [0, 1] });
  });

  test("a fixed window's seam is not measured, and not said to be nothing", async () => {
    const traits = await probe(toyModel({ scale: 1, size: { width: 64, height: 64 }, columnPx: 30 }));
    expect(traits).toMatchObject({ receptiveHalfWidthPx: 30, padPx: 24, seam: null });
  });

  test("what lacks borders or is a difference is made whole", async () => {
    const bytes = toyModel({ shrinkPx: 5, isDifference: true, scale: 2 });
    const traits = await probe(bytes);
    expect(traits).toMatchObject({ shrinkPx: 5, difference: "add" });
    const whole = await probe(wrapModel(bytes, "toy", traits));
    expect(whole).toMatchObject({ shrinkPx: 0, difference: "none", scale: 2, windows: { multiplePx: 1, leastPx: 1 } });
  });
});

describe("what is no picture to picture model is refused with what was expected and what came", () => {
  const constant = { dims: [], data: Float32Array.of(0.3) };
  const picture = { input: [1, 3, "height", "width"] } as const;
  const output = { output: [1, 3, "h", "w"] } as const;
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ["nothing at all", toyModel({ scale: 1, isNothing: true }), /always black/],
    ["a scale of 20", toyModel({ scale: 20 }), /a scale of 16 at most, but it is 20/],
    ["two inputs", toyModel({ extraInput: true }), /one picture as its input, but it has 2/],
    ["planes last", nchwLess([1, "height", "width", 3]), /planes × height × width|planes first/],
    ["four planes", nchwLess([1, 4, "height", "width"]), /1 or 3 planes first/],
    ["a tiny window", toyModel({ size: { width: 16, height: 16 } }), /32 px or more/],
    [
      "other colours",
      buildModel({
        nodes: [{ op: "Mul", inputs: ["input", "third"], outputs: ["output"] }],
        inputs: picture,
        outputs: output,
        constants: { third: constant },
      }),
      /colour patches .* to come back as the same colours/,
    ],
    [
      "a number instead of a picture",
      buildModel({
        nodes: [{ op: "GlobalAveragePool", inputs: ["input"], outputs: ["output"] }],
        inputs: picture,
        outputs: output,
      }),
      /sides are whole multiples/,
    ],
  ];
  test.each(cases)("%s", async (_name, bytes, message) => {
    await expect(probe(bytes)).rejects.toMatchObject({
      code: "MODEL_UNSUPPORTED",
      message: expect.stringMatching(message),
    });
  });

  function nchwLess(shape: readonly (number | string)[]): Uint8Array {
    return buildModel({
      nodes: [{ op: "Identity", inputs: ["input"], outputs: ["output"] }],
      inputs: { input: shape },
      outputs: { output: shape },
    });
  }
});

describe("the manifest tells what probing finds", () => {
  test.each(["srgan-x4", "srresnet-x4"] as const)("%s", async (id) => {
    const entry = CATALOGUE.models.find((each) => each.id === id);
    const traits = await probe(readFileSync(model(id).file));
    expect(traits).toEqual({
      inputName: entry?.input.name,
      outputName: entry?.output.name,
      elementType: entry?.input.type,
      inputPlanes: entry?.input.channels,
      outputPlanes: entry?.output.channels,
      range: entry?.input.range,
      windows: { multiplePx: entry?.input.multiplePx, leastPx: entry?.input.leastPx },
      scale: entry?.scale,
      receptiveHalfWidthPx: entry?.receptiveHalfWidthPx,
      padPx: entry?.padPx,
      seam: entry?.seam,
      shrinkPx: 0,
      difference: "none",
    });
    // The design's upper bound for this network.
    expect(traits.receptiveHalfWidthPx).toBeLessThanOrEqual(40);
  });
});
