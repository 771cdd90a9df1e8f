import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ModelFacts } from "../../main/core/enhance.ts";
import { openSession } from "../../main/engine/session.ts";
import { model, ROOT } from "../helpers/models.ts";

/** How far ONNX Runtime may be from PyTorch: both compute in float32, in another order. */
const TOLERANCE = 1e-4;

/** A tensor as the recipe's parity files hold it. */
interface Samples {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** An input and what PyTorch made of it. */
interface Parity {
  readonly input: Samples;
  readonly output: Samples;
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "silvergrain-recipe-"));
  execFileSync("bash", [join(ROOT, "models/training/smoke.sh"), folder], { stdio: ["ignore", "inherit", "inherit"] });
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the exported generator", () => {
  test("is computed by the engine as by PyTorch", async () => {
    const parity = readParity("smoke", "input", "output");
    expect(spread(parity.output.values)).toBeGreaterThan(0.1);
    expect(largestDifference(await engineOutput("smoke", parity.input), parity.output.values)).toBeLessThan(TOLERANCE);
  });

  test("with one weight changed is caught", async () => {
    const parity = readParity("smoke", "input", "output");
    writeFileSync(join(folder, "twin.onnx"), withBiasChanged(readFileSync(join(folder, "smoke.onnx")), 0.01));
    const made = await engineOutput("twin", parity.input);
    expect(largestDifference(made, parity.output.values)).toBeGreaterThan(TOLERANCE);
  });

  test("with a parity output that has height and width mixed up is caught", async () => {
    const { input, output } = readParity("smoke", "input", "output");
    const made = await engineOutput("smoke", input);
    expect(largestDifference(made, transposed(output))).toBeGreaterThan(TOLERANCE);
  });
});

describe("the exported discriminator", () => {
  test("is computed by ONNX Runtime as by PyTorch, one logit per 16 px", async () => {
    const { input, output } = readParity("smoke-discriminator", "image", "logits");
    const [, , height = 0, width = 0] = input.shape;
    expect(output.shape).toEqual([1, 1, height / 16, width / 16]);
    const session = await InferenceSession.create(join(folder, "smoke-discriminator.onnx"));
    const { logits } = await session.run({ image: new Tensor("float32", input.values, input.shape) });
    await session.release();
    expect(spread(output.values)).toBeGreaterThan(10 * TOLERANCE);
    expect(largestDifference(logits?.data as Float32Array, output.values)).toBeLessThan(TOLERANCE);
  });
});

/** What the engine makes of an input with a model of the smoke run's folder. */
async function engineOutput(id: string, input: Samples): Promise<Float32Array> {
  const file = join(folder, `${id}.onnx`);
  const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
  const facts: ModelFacts = { ...model("srgan-x4"), id, file, sha256 };
  const session = await openSession(facts, "cpu", { threads: 2, allowSpinning: false });
  try {
    const [, , height = 0, width = 0] = input.shape;
    return await session.run(input.values, { width, height });
  } finally {
    await session.release();
  }
}

function readParity(name: string, inputName: string, outputName: string): Parity {
  const { inputs, outputs } = JSON.parse(readFileSync(join(folder, `${name}.parity.json`), "utf8"));
  return { input: samples(inputs[inputName]), output: samples(outputs[outputName]) };
}

function samples({ shape, float32 }: { shape: number[]; float32: string }): Samples {
  const bytes = Uint8Array.from(Buffer.from(float32, "base64"));
  return { shape, values: new Float32Array(bytes.buffer) };
}

function largestDifference(made: Float32Array, wanted: Float32Array): number {
  expect(made.length).toBe(wanted.length);
  return made.reduce((most, value, at) => Math.max(most, Math.abs(value - (wanted[at] as number))), 0);
}

function spread(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity) - values.reduce((a, b) => Math.min(a, b));
}

/** Each channel of N×C×H×W samples with rows for columns. */
function transposed({ shape, values }: Samples): Float32Array {
  const [, channels = 0, height = 0, width = 0] = shape;
  const turned = new Float32Array(values.length);
  for (let channel = 0; channel < channels; channel++) {
    for (let at = 0; at < height * width; at++) {
      const to = (at % width) * height + Math.floor(at / width);
      turned[channel * height * width + to] = values[channel * height * width + at] as number;
    }
  }
  return turned;
}

/**
 * An ONNX file whose last layer has the bias of one channel moved.
 *
 * In the file the weight is a TensorProto: its name (field 8), then its raw samples (field 9), 12 bytes for 3 channels.
 */
function withBiasChanged(onnx: Buffer, by: number): Buffer {
  const start = Buffer.concat([Buffer.from([0x42, 9]), Buffer.from("tail.bias"), Buffer.from([0x4a, 12])]);
  const at = onnx.indexOf(start);
  expect(at).toBeGreaterThan(0);
  const changed = Buffer.from(onnx);
  const sample = at + start.length;
  changed.writeFloatLE(changed.readFloatLE(sample) + by, sample);
  return changed;
}
