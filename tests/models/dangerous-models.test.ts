import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { buildModel, decodeModel, encodeModel } from "../../main/core/onnx/model.ts";
import type { Attribute, ValueInfo } from "../../main/core/onnx/schema.ts";
import { EngineClient } from "../../main/engine/client.ts";
import { spawnEngine } from "../../main/engine/spawn.ts";
import { readCatalogue } from "../../main/models/catalogue.ts";
import { findModels, importModels } from "../../main/models/import.ts";
import { CACHE_DIR, silvergrain } from "../helpers/cli.ts";
import { ROOT } from "../helpers/models.ts";
import { tempDir } from "../helpers/temp.ts";
import { toyModel } from "../helpers/toy-models.ts";

/** A network that never ends: a loop of 2⁴⁰ rounds around nothing. */
function endlessModel(): Uint8Array {
  const model = decodeModel(
    buildModel({
      nodes: [{ op: "Loop", inputs: ["rounds", "", "input"], outputs: ["output"] }],
      inputs: { input: [1, 3, "height", "width"] },
      outputs: { output: [1, 3, "h", "w"] },
      constants: { rounds: { dims: [], data: BigInt64Array.of(2n ** 40n) } },
    }),
    "toy",
  );
  const value = (name: string, elemType: number): ValueInfo => ({ name, type: { tensorType: { elemType } } });
  const number = (name: string, elemType: number): ValueInfo => ({
    name,
    type: { tensorType: { elemType, shape: { dim: [] } } },
  });
  const [float, int64, bool] = [1, 7, 9];
  const body = decodeModel(
    buildModel({
      nodes: [
        { op: "Identity", inputs: ["go"], outputs: ["goOn"] },
        { op: "Identity", inputs: ["x"], outputs: ["y"] },
      ],
      inputs: { x: [] },
      outputs: { y: [] },
    }),
    "body",
  ).graph;
  body.input = [number("round", int64), number("go", bool), value("x", float)];
  body.output = [number("goOn", bool), value("y", float)];
  const [loop] = model.graph.node;
  const graphType = 5;
  loop?.attribute.push({ ...emptyAttribute("body"), type: graphType, g: body });
  return encodeModel(model);
}

function emptyAttribute(name: string): Attribute {
  return { name, type: 0, f: 0, i: 0, s: new Uint8Array(0), floats: [], ints: [], tensors: [], graphs: [] };
}

describe("models that bring the engine down", () => {
  test("one that never ends is refused by name, and the next one is imported by the same client", async () => {
    const [folder, data] = [tempDir(), tempDir()];
    writeFileSync(join(folder, "a-endless.onnx"), endlessModel());
    writeFileSync(join(folder, "b-sound.onnx"), toyModel());
    const engine = new EngineClient({
      start: () =>
        spawnEngine({
          nodePath: process.execPath,
          entryPath: join(ROOT, "dist", "engine.js"),
          cacheDir: CACHE_DIR,
          version: "test",
          onLog: () => {},
        }),
      hangTimeoutMs: 10_000,
    });
    onTestFinished(() => engine.close());
    const outcomes = await importModels(findModels([folder]), {
      catalogue: readCatalogue(join(ROOT, "models"), data),
      userFolder: data,
      reserved: [],
      inspect: (model) => engine.inspectModel(model, 2, false),
    });
    expect(outcomes[0]).toMatchObject({
      error: { code: "ENGINE_HUNG", message: expect.stringContaining("a-endless was refused") },
    });
    expect(outcomes[1]).toMatchObject({ isNew: true, entry: { id: "b-sound" } });
    expect(readdirSync(data)).toEqual(["b-sound"]);
  });

  test("one that crashes it is refused by name; the program lives and imports the next", async () => {
    const [folder, data] = [tempDir(), tempDir()];
    writeFileSync(join(folder, "a.onnx"), toyModel());
    writeFileSync(join(folder, "b.onnx"), toyModel({ scale: 3 }));
    const run = await silvergrain(["models", "import", folder, "--json"], {
      env: {
        SILVERGRAIN_DATA_DIR: data,
        SILVERGRAIN_FAIL_POINT: "inspecting",
        SILVERGRAIN_FAIL_ONCE: join(folder, "died"),
      },
    });
    expect(existsSync(join(folder, "died"))).toBe(true);
    expect(run.code).toBe(1);
    expect(run.events.map(({ type, code }) => [type, code])).toEqual([
      ["failed", "ENGINE_DIED"],
      ["imported", undefined],
    ]);
    expect(readdirSync(join(data, "models"))).toEqual(["b"]);
  });
});
