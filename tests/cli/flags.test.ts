import { createHash } from "node:crypto";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { onnxModel } from "../../bench/onnx-writer.ts";
import { ofType, silvergrain } from "../helpers/cli.ts";
import { CATALOGUE, ROOT } from "../helpers/models.ts";
import { card } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

/** The program with one model only: one that paints everything black. */
function programWithBlackModel(): string {
  const root = tempDir();
  cpSync(join(ROOT, "dist"), join(root, "dist"), { recursive: true });
  cpSync(join(ROOT, "package.json"), join(root, "package.json"));
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
  const image = ["batch", 3, "height", "width"];
  const model = onnxModel({
    nodes: [
      { op: "Mul", inputs: ["input", "zero"], output: "black" },
      { op: "Resize", inputs: ["black", "", "scales"], output: "output" },
    ],
    inputs: { input: image },
    outputs: { output: ["batch", 3, "out_height", "out_width"] },
    constants: { zero: [0], scales: [1, 1, 4, 4] },
  });
  mkdirSync(join(root, "models"));
  writeFileSync(join(root, "models", "black-x4.onnx"), model);
  const [first] = CATALOGUE.models;
  const entry = {
    ...first,
    id: "black-x4",
    file: "black-x4.onnx",
    sha256: createHash("sha256").update(model).digest("hex"),
  };
  writeFileSync(
    join(root, "models", "manifest.json"),
    JSON.stringify({ version: 1, default: "black-x4", models: [entry] }),
  );
  return root;
}

test("a result that looks wrong is kept, flagged, and never called a success, also by the run that skips it", async () => {
  const root = programWithBlackModel();
  const folder = tempDir();
  await card(60, 40).png().toFile(join(folder, "a.png"));
  const args = ["enhance", join(folder, "a.png"), "--out", join(folder, "out"), "--json"];
  const first = await silvergrain(args, { root });
  expect(first.code, first.stdout).toBe(1);
  expect(ofType(first, "done")[0]?.flags).toEqual(["flat-tile", "differs-from-source"]);
  expect(ofType(first, "summary")[0]).toMatchObject({ done: 1, flagged: 1 });
  expect((await sharp(join(folder, "out", "a.png")).metadata()).width).toBe(240);
  const second = await silvergrain(args, { root });
  expect(second.code).toBe(1);
  expect(ofType(second, "skipped")[0]?.flags).toEqual(["flat-tile", "differs-from-source"]);
  const text = await silvergrain(args.slice(0, -1), { root });
  expect(text.stdout).toContain("flagged");
});

test("a model file that is not the catalogue's stops the run with its name", async () => {
  const root = programWithBlackModel();
  writeFileSync(join(root, "models", "black-x4.onnx"), "not it");
  const folder = tempDir();
  await card(20, 20).png().toFile(join(folder, "a.png"));
  const run = await silvergrain(["enhance", join(folder, "a.png"), "--out", join(folder, "out"), "--json"], { root });
  expect(run.code).toBe(1);
  expect(ofType(run, "error")[0]).toMatchObject({
    code: "MODEL_CORRUPT",
    message: expect.stringContaining("black-x4.onnx"),
  });
});
