import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { modelKey } from "../../main/core/enhance.ts";
import { SilvergrainError } from "../../main/core/errors.ts";
import { decodeModel, encodeModel } from "../../main/core/onnx/model.ts";
import { modelFacts, readCatalogue } from "../../main/models/catalogue.ts";
import { findModels, type ImportOptions, importModels } from "../../main/models/import.ts";
import { type Inspect, removeModel } from "../../main/models/install.ts";
import { inspectHere } from "../helpers/inspect.ts";
import { ROOT } from "../helpers/models.ts";
import { tempDir } from "../helpers/temp.ts";
import { toyModel } from "../helpers/toy-models.ts";

const MODELS = join(ROOT, "models");

function optionsFor(data: string, changes: Partial<ImportOptions> = {}): ImportOptions {
  return { catalogue: readCatalogue(MODELS, data), userFolder: data, inspect: inspectHere, reserved: [], ...changes };
}

/** A toy whose weights lie in another file, at a path of the test's choosing. */
function withExternalData(
  location: string,
  facts: Record<string, string> = {},
): { model: Uint8Array; data: Uint8Array } {
  const model = decodeModel(toyModel({ blurPx: 2 }), "toy");
  const tensor = model.graph.initializer.find(({ name }) => name.startsWith("average"));
  if (tensor === undefined) throw new Error("the toy has no weights");
  const data = Uint8Array.from(tensor.rawData);
  tensor.rawData = new Uint8Array(0);
  tensor.dataLocation = 1;
  const entries = { location, offset: "0", length: String(data.length), ...facts };
  tensor.externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
  return { model: encodeModel(model), data };
}

describe("importing", () => {
  test("an ONNX model is tried, described, kept whole, and found in the catalogue", async () => {
    const [folder, data] = [tempDir(), tempDir()];
    writeFileSync(join(folder, "My Model (x2).onnx"), toyModel({ blurPx: 3 }));
    const [outcome] = await importModels(findModels([join(folder, "My Model (x2).onnx")]), optionsFor(data));
    expect(outcome).toMatchObject({ isNew: true, entry: { id: "my-model-x2", scale: 2, padPx: 3 } });
    const found = readCatalogue(MODELS, data).models.find(({ id }) => id === "my-model-x2");
    expect(found).toMatchObject({ origin: "imported", folder: join(data, "my-model-x2") });
    expect(found?.mmacPerSourcePx).toBeCloseTo((3 * 49) / 1e6, 6);
    expect(readdirSync(data)).toEqual(["my-model-x2"]);
  });

  test("the same file again is the same model; another one of its name is not let in", async () => {
    const [folder, data] = [tempDir(), tempDir()];
    const path = join(folder, "toy.onnx");
    writeFileSync(path, toyModel());
    await importModels(findModels([path]), optionsFor(data));
    const [again] = await importModels(findModels([path]), optionsFor(data));
    expect(again).toMatchObject({ isNew: false, entry: { id: "toy" } });
    writeFileSync(path, toyModel({ scale: 3 }));
    const [other] = await importModels(findModels([path]), optionsFor(data));
    expect(other).toMatchObject({ error: { code: "MODEL_EXISTS" } });
    const [named] = await importModels(findModels([path]), optionsFor(data, { id: "toy-3" }));
    expect(named).toMatchObject({ isNew: true, entry: { id: "toy-3", scale: 3 } });
  });

  test("no model takes the name of the project's own", async () => {
    const [folder, data] = [tempDir(), tempDir()];
    for (const name of ["srgan-x4.onnx", "silvergrain-x4.onnx"]) writeFileSync(join(folder, name), toyModel());
    const outcomes = await importModels(findModels([folder]), optionsFor(data));
    expect(outcomes.map((outcome) => ("error" in outcome ? outcome.error.code : "in"))).toEqual([
      "MODEL_EXISTS",
      "MODEL_EXISTS",
    ]);
  });

  test("a folder imports whole, and what is refused does not keep the others out", async () => {
    const [folder, data] = [tempDir(), tempDir()];
    writeFileSync(join(folder, "a.onnx"), toyModel());
    writeFileSync(join(folder, "b.onnx"), "this is no model");
    writeFileSync(join(folder, "c.onnx"), toyModel({ scale: 4 }));
    writeFileSync(join(folder, "readme.txt"), "not a model by its name");
    const outcomes = await importModels(findModels([folder]), optionsFor(data));
    expect(outcomes.map((outcome) => ("error" in outcome ? outcome.error.code : outcome.entry.scale))).toEqual([
      2,
      "MODEL_CORRUPT",
      4,
    ]);
    expect(readdirSync(data).sort()).toEqual(["a", "c"]);
  });

  test("a model that is blue first is run so when the user says so", async () => {
    const [folder, data] = [tempDir(), tempDir()];
    writeFileSync(join(folder, "toy.onnx"), toyModel());
    const [outcome] = await importModels(findModels([folder]), optionsFor(data, { isBgr: true }));
    expect(outcome).toMatchObject({ entry: { input: { channels: "BGR" }, output: { channels: "BGR" } } });
  });

  test("asked for again in another way, it is not silently the old one", async () => {
    const [folder, data] = [tempDir(), tempDir()];
    writeFileSync(join(folder, "toy.onnx"), toyModel());
    await importModels(findModels([folder]), optionsFor(data));
    const [turned] = await importModels(findModels([folder]), optionsFor(data, { isBgr: true }));
    expect(turned).toMatchObject({ error: { code: "MODEL_EXISTS" } });
    const [named] = await importModels(findModels([folder]), optionsFor(data, { id: "toy-bgr", isBgr: true }));
    expect(named).toMatchObject({ isNew: true, entry: { id: "toy-bgr", input: { channels: "BGR" } } });
    const keys = readCatalogue(MODELS, data)
      .models.slice(-2)
      .map((entry) => modelKey(modelFacts(entry)));
    expect(new Set(keys).size).toBe(2);
  });

  test("names that mean something else are not taken, and half a model does not stop a folder", async () => {
    const [folder, data] = [tempDir(), tempDir()];
    writeFileSync(join(folder, "auto.onnx"), toyModel());
    writeFileSync(join(folder, "half.param"), "7767517");
    writeFileSync(join(folder, "toy.onnx"), toyModel({ scale: 3 }));
    const reserved = ["auto"];
    const outcomes = await importModels(findModels([folder]), optionsFor(data, { reserved }));
    expect(outcomes.map((outcome) => ("error" in outcome ? outcome.error.code : outcome.entry.id))).toEqual([
      "auto-imported",
      "SOURCE_MISSING",
      "toy",
    ]);
    const sources = findModels([join(folder, "toy.onnx")]);
    const [named] = await importModels(sources, optionsFor(data, { reserved, id: "auto" }));
    expect(named).toMatchObject({ error: { code: "MODEL_EXISTS" } });
  });

  test("a file of a few megabytes that would fill the memory is refused before it is read", async () => {
    const [folder, data] = [tempDir(), tempDir()];
    const nodes = new Uint8Array(6_000_000);
    // Empty nodes, two bytes each, in a graph.
    for (let i = 0; i < nodes.length; i += 2) nodes[i] = 0x0a;
    const length = [
      (nodes.length & 127) | 128,
      ((nodes.length >> 7) & 127) | 128,
      ((nodes.length >> 14) & 127) | 128,
      nodes.length >> 21,
    ];
    writeFileSync(join(folder, "bomb.onnx"), Buffer.concat([Buffer.from([0x3a, ...length]), nodes]));
    const [outcome] = await importModels(findModels([folder]), optionsFor(data));
    expect(outcome).toMatchObject({
      error: { code: "MODEL_UNSUPPORTED", message: expect.stringContaining("bomb.onnx") },
    });
  });

  test("nothing is left behind when trying it fails, and a removed model is gone", async () => {
    const [folder, data] = [tempDir(), tempDir()];
    writeFileSync(join(folder, "toy.onnx"), toyModel());
    const refusing: Inspect = async () => {
      throw new SilvergrainError("ENGINE_HUNG", "It hung.");
    };
    const [outcome] = await importModels(findModels([folder]), optionsFor(data, { inspect: refusing }));
    expect(outcome).toMatchObject({ error: { code: "ENGINE_HUNG" } });
    expect(readdirSync(data)).toEqual([]);
    await importModels(findModels([folder]), optionsFor(data));
    removeModel(data, "toy");
    expect(readdirSync(data)).toEqual([]);
    expect(() => removeModel(data, "toy")).toThrowError(expect.objectContaining({ code: "MODEL_UNKNOWN" }));
    expect(() => removeModel(data, "../toy")).toThrowError(expect.objectContaining({ code: "MODEL_UNKNOWN" }));
  });

  test("two programs do not change the models at once; what a killed one left is cleared away", async () => {
    const [folder, data] = [tempDir(), tempDir()];
    writeFileSync(join(folder, "toy.onnx"), toyModel());
    const holder = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
    onTestFinished(() => void holder.kill("SIGKILL"));
    const slow: Inspect = async (model) => {
      await expect(importModels(findModels([folder]), optionsFor(data))).rejects.toMatchObject({ code: "TARGET_BUSY" });
      return inspectHere(model);
    };
    expect(await importModels(findModels([folder]), optionsFor(data, { inspect: slow }))).toMatchObject([
      { isNew: true },
    ]);
    removeModel(data, "toy");
    writeFileSync(join(data, ".lock"), String(holder.pid));
    await expect(importModels(findModels([folder]), optionsFor(data))).rejects.toMatchObject({ code: "TARGET_BUSY" });
    const gone = new Promise((resolve) => holder.once("close", resolve));
    holder.kill("SIGKILL");
    await gone;
    mkdirSync(join(data, ".incoming-abc"));
    const [outcome] = await importModels(findModels([folder]), optionsFor(data));
    expect(outcome).toMatchObject({ isNew: true });
    expect(readdirSync(data)).toEqual(["toy"]);
  });

  test("what was named must be there and be a model", () => {
    const folder = tempDir();
    writeFileSync(join(folder, "a.param"), "7767517");
    writeFileSync(join(folder, "a.txt"), "");
    expect(() => findModels([join(folder, "a.param")])).toThrowError(
      expect.objectContaining({ code: "SOURCE_MISSING" }),
    );
    expect(() => findModels([join(folder, "a.txt")])).toThrowError(expect.objectContaining({ code: "USAGE" }));
    expect(() => findModels([join(folder, "none.onnx")])).toThrowError(
      expect.objectContaining({ code: "SOURCE_MISSING" }),
    );
    mkdirSync(join(folder, "empty"));
    expect(() => findModels([join(folder, "empty")])).toThrowError(expect.objectContaining({ code: "USAGE" }));
  });

  test("a broken entry of the user's is told, and the rest of the catalogue stands", async () => {
    const [folder, data] = [tempDir(), tempDir()];
    writeFileSync(join(folder, "toy.onnx"), toyModel());
    await importModels(findModels([folder]), optionsFor(data));
    mkdirSync(join(data, "bad"));
    writeFileSync(join(data, "bad", "entry.json"), "{");
    const catalogue = readCatalogue(MODELS, data);
    expect(catalogue.models.map(({ id }) => id)).toContain("toy");
    expect(catalogue.troubles.map(({ message }) => message)).toEqual([expect.stringContaining(join(data, "bad"))]);
  });
});

describe("weights in another file", () => {
  test("beside the model, they are taken in", async () => {
    const [folder, data] = [tempDir(), tempDir()];
    const { model, data: weights } = withExternalData("weights/toy.bin");
    mkdirSync(join(folder, "weights"));
    writeFileSync(join(folder, "weights", "toy.bin"), weights);
    writeFileSync(join(folder, "toy.onnx"), model);
    const [outcome] = await importModels(findModels([join(folder, "toy.onnx")]), optionsFor(data));
    expect(outcome).toMatchObject({ isNew: true, entry: { padPx: 2 } });
    const stored = decodeModel(readFileSync(join(data, "toy", "model.onnx")), "toy");
    expect(stored.graph.initializer.every(({ dataLocation }) => dataLocation === 0)).toBe(true);
  });

  test.each([
    ["../secret.bin", {}, "MODEL_UNSUPPORTED"],
    ["/etc/passwd", {}, "MODEL_UNSUPPORTED"],
    ["a/../../secret.bin", {}, "MODEL_UNSUPPORTED"],
    ["a\\..\\..\\secret.bin", {}, "MODEL_UNSUPPORTED"],
    ["C:\\secret.bin", {}, "MODEL_UNSUPPORTED"],
    ["link.bin", {}, "MODEL_UNSUPPORTED"],
    ["", {}, "MODEL_UNSUPPORTED"],
    ["gone.bin", {}, "MODEL_CORRUPT"],
    ["here.bin", { length: "999999999" }, "MODEL_CORRUPT"],
    ["here.bin", { offset: "-4" }, "MODEL_CORRUPT"],
    ["here.bin", { offset: "x" }, "MODEL_CORRUPT"],
  ] as const)("at %s %j they are refused with %s", async (location, facts, code) => {
    const [outer, data] = [tempDir(), tempDir()];
    const folder = join(outer, "model");
    mkdirSync(folder);
    const { model, data: weights } = withExternalData(location, facts);
    writeFileSync(join(outer, "secret.bin"), weights);
    writeFileSync(join(folder, "here.bin"), weights);
    symlinkSync(join(outer, "secret.bin"), join(folder, "link.bin"));
    writeFileSync(join(folder, "toy.onnx"), model);
    const [outcome] = await importModels(findModels([join(folder, "toy.onnx")]), optionsFor(data));
    expect(outcome).toMatchObject({ error: { code, message: expect.stringContaining("toy.onnx") } });
    expect(existsSync(join(data, "toy"))).toBe(false);
  });
});
