import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { type CliRun, ofType, silvergrain } from "../helpers/cli.ts";
import { float16Model } from "../helpers/float16.ts";
import { card } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";
import { type Toy, toyModel } from "../helpers/toy-models.ts";

/** Imports toys and enhances photos of awkward sizes with each: nearest-neighbour toys must give exactly that. */
describe("imported models enhance photos", () => {
  const toys: Readonly<Record<string, Uint8Array>> = Object.fromEntries(
    Object.entries({
      plain: {},
      gray: { planes: 1 },
      swapped: { swaps: true },
      "to-255": { is255: true },
      "one-window": { size: { width: 64, height: 48 } },
      "every-eighth": { halvings: 3 },
      borderless: { shrinkPx: 3, isDifference: true },
    } satisfies Record<string, Toy>).map(([name, toy]) => [name, toyModel(toy)]),
  );

  test("of any size, in their own colours", async () => {
    const [folder, data] = [tempDir(), tempDir()];
    const env = { SILVERGRAIN_DATA_DIR: data };
    mkdirSync(join(folder, "models"));
    for (const [name, bytes] of Object.entries({ ...toys, half: float16Model(2) }))
      writeFileSync(join(folder, "models", `${name}.onnx`), bytes);
    const imported = await silvergrain(["models", "import", join(folder, "models"), "--json"], { env });
    expect(imported.code, imported.stdout).toBe(0);
    expect(ofType(imported, "imported")).toHaveLength(8);
    const photos = join(folder, "photos");
    mkdirSync(photos);
    await card(131, 77).png().toFile(join(photos, "odd.png"));
    await sharp({ create: { width: 1, height: 1, channels: 3, background: "#c04020" } })
      .png()
      .toFile(join(photos, "pixel.png"));
    for (const id of [...Object.keys(toys), "half"]) {
      const out = join(folder, id);
      const run = await silvergrain(["enhance", photos, "--out", out, "--model", id, "--tile", "32", "--json"], {
        env,
      });
      expect(run.code, `${id}: ${run.stdout}`).toBe(0);
      const pixel = await sharp(join(out, "pixel.png")).raw().toBuffer();
      expect([...pixel.subarray(0, 3)], id).toEqual([0xc0, 0x40, 0x20]);
      const { data: samples, info } = await sharp(join(out, "odd.png")).raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([262, 154]);
      if (id === "every-eighth" || id === "borderless") continue;
      const source = await sharp(join(photos, "odd.png")).raw().toBuffer();
      let largest = 0;
      for (let y = 0; y < 154; y++) {
        for (let x = 0; x < 262 * 3; x++) {
          const from = (Math.floor(y / 2) * 131 + Math.floor(x / 6)) * 3 + (x % 3);
          largest = Math.max(largest, Math.abs((samples[y * 262 * 3 + x] as number) - (source[from] as number)));
        }
      }
      // The toy of 0..255 clips what is below 2 and above 253.
      expect(largest, id).toBeLessThanOrEqual(id === "to-255" ? 2 : 0);
    }
    const listed = await silvergrain(["models", "list"], { env });
    expect(listed.stdout).toContain("every-eighth");
    expect((await silvergrain(["models", "remove", "plain"], { env })).code).toBe(0);
    expect((await silvergrain(["models", "list"], { env })).stdout).not.toContain("plain");
  });
});

/** The photos of a dry run. */
function itemsOf(run: CliRun): readonly { readonly source: string; readonly model: string }[] {
  const [plan] = ofType(run, "plan");
  return (plan?.items ?? []) as readonly { source: string; model: string }[];
}

describe("realism and auto on the command line", () => {
  test("a realism of one's own names the model; with another model it is a usage error", async () => {
    const folder = tempDir();
    await card(40, 30).png().toFile(join(folder, "a.png"));
    const args = ["enhance", join(folder, "a.png"), "--out", join(folder, "out"), "--json"];
    const run = await silvergrain([...args, "--realism", "0.25"]);
    expect(ofType(run, "done")[0]).toMatchObject({ model: "silvergrain-x4@0.25" });
    const zero = await silvergrain([...args, "--realism", "0"]);
    expect(ofType(zero, "done")[0]).toMatchObject({ model: "srresnet-x4" });
    const again = await silvergrain([...args, "--model", "srresnet-x4"]);
    expect(ofType(again, "skipped")[0]).toMatchObject({ reason: "done" });
    const wrong = await silvergrain([...args, "--model", "srgan-x4", "--realism", "0.5"]);
    expect(wrong.code).toBe(2);
    expect((await silvergrain([...args, "--realism", "1.5"])).code).toBe(2);
  });

  test("photos that look compressed are counted, and how to restore them is said; auto does without the pack", async () => {
    const folder = tempDir();
    mkdirSync(join(folder, "in"));
    await card(60, 40)
      .jpeg({ quality: 60 })
      .toFile(join(folder, "in", "compressed.jpg"));
    await card(60, 40)
      .jpeg({ quality: 96 })
      .toFile(join(folder, "in", "clean.jpg"));
    const args = ["enhance", join(folder, "in"), "--out", join(folder, "out"), "--model", "auto"];
    const json = await silvergrain([...args, "--dry-run", "--json"]);
    expect(ofType(json, "plan")[0]).toMatchObject({ worn: 1 });
    const models = Object.fromEntries(
      itemsOf(json).map(({ source, model }) => [source.slice(source.lastIndexOf("/") + 1), model]),
    );
    expect(models).toEqual({ "compressed.jpg": "srresnet-x4", "clean.jpg": expect.stringMatching(/^silvergrain-x4@/) });
    const chosen = await silvergrain([...args.slice(0, -2), "--realism", "0.7", "--dry-run", "--json"]);
    expect(itemsOf(chosen).map(({ model }) => model)).toEqual(["silvergrain-x4@0.7", "silvergrain-x4@0.7"]);
    const text = await silvergrain(args);
    expect(text.code, text.stdout).toBe(0);
    expect(text.stdout).toContain("1 of 2 looks compressed or noisy, and gets no realism");
    expect(text.stdout).toContain("silvergrain models add realesr-general-x4v3");
  });

  test("the catalogue as JSON: what there is and what can be had", async () => {
    const run = await silvergrain(["models", "list", "--json"]);
    expect(ofType(run, "realism")[0]).toMatchObject({ id: "silvergrain-x4", isDefault: true });
    expect(ofType(run, "model").map(({ id }) => id)).toEqual(["srresnet-x4", "srgan-x4"]);
    expect(ofType(run, "pack")).toHaveLength(6);
    expect((await silvergrain(["models", "add", "best"])).code).toBe(2);
  });
});
