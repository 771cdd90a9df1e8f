import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { buildModel } from "../../main/core/onnx/model.ts";
import type { CatalogueModel } from "../../main/models/catalogue.ts";
import { ofType, silvergrain } from "../helpers/cli.ts";
import { CATALOGUE } from "../helpers/models.ts";
import { card } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

/** A user's folder with one model: one that paints everything black. */
function dataWithBlackModel(): string {
  const data = tempDir();
  const model = buildModel({
    nodes: [
      { op: "Mul", inputs: ["input", "zero"], outputs: ["black"] },
      { op: "Resize", inputs: ["black", "", "scales"], outputs: ["output"] },
    ],
    inputs: { input: ["batch", 3, "height", "width"] },
    outputs: { output: ["batch", 3, "out_height", "out_width"] },
    constants: {
      zero: { dims: [1], data: Float32Array.of(0) },
      scales: { dims: [4], data: Float32Array.of(1, 1, 4, 4) },
    },
  });
  const folder = join(data, "models", "black-x4");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "model.onnx"), model);
  const { folder: _folder, origin: _origin, ...first } = CATALOGUE.models[0] as CatalogueModel;
  const entry = {
    ...first,
    id: "black-x4",
    file: "model.onnx",
    sha256: createHash("sha256").update(model).digest("hex"),
  };
  writeFileSync(join(folder, "entry.json"), JSON.stringify({ version: 1, origin: "imported", model: entry }));
  return data;
}

test("a result that looks wrong is kept, flagged, and never called a success, also by the run that skips it", async () => {
  const data = dataWithBlackModel();
  const env = { SILVERGRAIN_DATA_DIR: data };
  const folder = tempDir();
  await card(60, 40).png().toFile(join(folder, "a.png"));
  const args = ["enhance", join(folder, "a.png"), "--out", join(folder, "out"), "--model", "black-x4", "--json"];
  const first = await silvergrain(args, { env });
  expect(first.code, first.stdout).toBe(1);
  expect(ofType(first, "done")[0]?.flags).toEqual(["flat-tile", "differs-from-source"]);
  expect(ofType(first, "summary")[0]).toMatchObject({ done: 1, flagged: 1 });
  expect((await sharp(join(folder, "out", "a.png")).metadata()).width).toBe(240);
  const second = await silvergrain(args, { env });
  expect(second.code).toBe(1);
  expect(ofType(second, "skipped")[0]?.flags).toEqual(["flat-tile", "differs-from-source"]);
  const text = await silvergrain(args.slice(0, -1), { env });
  expect(text.stdout).toContain("flagged");
});

test("a model file that is not the catalogue's stops the run with its name", async () => {
  const data = dataWithBlackModel();
  const env = { SILVERGRAIN_DATA_DIR: data };
  writeFileSync(join(data, "models", "black-x4", "model.onnx"), "not it");
  const folder = tempDir();
  await card(20, 20).png().toFile(join(folder, "a.png"));
  const run = await silvergrain(
    ["enhance", join(folder, "a.png"), "--out", join(folder, "out"), "--model", "black-x4", "--json"],
    { env },
  );
  expect(run.code).toBe(1);
  expect(ofType(run, "error")[0]).toMatchObject({
    code: "MODEL_CORRUPT",
    message: expect.stringContaining("model.onnx is not the one"),
  });
});
