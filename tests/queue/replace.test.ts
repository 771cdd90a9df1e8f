import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { ofType, silvergrain } from "../helpers/cli.ts";
import { card } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

const width = async (path: string) => (await sharp(readFileSync(path)).metadata()).width;
const enhance = (source: string, out: string, ...more: readonly string[]) =>
  silvergrain(["enhance", source, "--out", out, "--json", ...more]);

describe("no result takes the place of another photo's, or of work of the user's own", () => {
  test("two photos of one name from two folders both keep their results, run after run", async () => {
    const folder = tempDir();
    const out = join(folder, "out");
    for (const [year, px] of [
      ["2023", 10],
      ["2024", 20],
    ] as const) {
      mkdirSync(join(folder, year));
      await card(px, px)
        .png()
        .toFile(join(folder, year, "IMG_1.png"));
      expect((await enhance(join(folder, year), out)).code).toBe(0);
    }
    expect([await width(join(out, "IMG_1.png")), await width(join(out, "IMG_1-2.png"))]).toEqual([40, 80]);
    expect(ofType(await enhance(join(folder, "2023"), out), "skipped")).toHaveLength(1);
    expect(ofType(await enhance(join(folder, "2024"), out), "skipped")).toHaveLength(1);
  });

  test("a folder of photos that was moved is recognised", async () => {
    const folder = tempDir();
    mkdirSync(join(folder, "before"));
    await card(10, 10)
      .png()
      .toFile(join(folder, "before", "a.png"));
    await enhance(join(folder, "before"), join(folder, "out"));
    renameSync(join(folder, "before"), join(folder, "after"));
    expect(ofType(await enhance(join(folder, "after"), join(folder, "out")), "skipped")).toHaveLength(1);
  });

  test("a result that was retouched outlives a run in which its photo was away", async () => {
    const folder = tempDir();
    const out = join(folder, "out");
    mkdirSync(join(folder, "in"));
    await card(10, 10)
      .png()
      .toFile(join(folder, "in", "a.png"));
    await card(12, 12)
      .png()
      .toFile(join(folder, "in", "b.png"));
    await enhance(join(folder, "in"), out);
    writeFileSync(join(out, "b.png"), "retouched");
    copyFileSync(join(folder, "in", "b.png"), join(folder, "b-aside.png"));
    await silvergrain(["enhance", join(folder, "in"), "--out", out, "--json", "--strength", "0.5"], {
      onEvent: (event) => {
        if (event.type === "plan") rmSync(join(folder, "in", "b.png"));
      },
    });
    copyFileSync(join(folder, "b-aside.png"), join(folder, "in", "b.png"));
    const run = await enhance(join(folder, "in"), out, "--strength", "0.5");
    expect(ofType(run, "failed")[0]).toMatchObject({ code: "OUTPUT_EXISTS" });
    expect(readFileSync(join(out, "b.png"), "utf8")).toBe("retouched");
  });

  test("a photo that is edited after the plan is not stretched to the plan's size", async () => {
    const folder = tempDir();
    mkdirSync(join(folder, "in"));
    for (const name of ["a.png", "b.png"])
      await card(40, 20)
        .png()
        .toFile(join(folder, "in", name));
    const turned = await card(20, 40).png().toBuffer();
    const run = await silvergrain(["enhance", join(folder, "in"), "--out", join(folder, "out"), "--json"], {
      onEvent: (event) => {
        if (event.type === "plan") writeFileSync(join(folder, "in", "b.png"), turned);
      },
    });
    expect(ofType(run, "failed")[0]).toMatchObject({ code: "SOURCE_CHANGED" });
    expect((await enhance(join(folder, "in"), join(folder, "out"))).code).toBe(0);
    expect(await width(join(folder, "out", "b.png"))).toBe(80);
  });

  test("a photo of the batch is no result's place, also when it is itself skipped", async () => {
    const folder = tempDir();
    await card(40, 40).jpeg().toFile(join(folder, "a.jpg"));
    await card(10, 10).png().toFile(join(folder, "a.png"));
    const before = readFileSync(join(folder, "a.jpg"));
    const run = await silvergrain([
      "enhance",
      join(folder, "a.jpg"),
      join(folder, "a.png"),
      "--out",
      folder,
      "--format",
      "jpeg",
      "--long-edge",
      "30",
      "--overwrite",
    ]);
    expect(run.code).toBe(2);
    expect(readFileSync(join(folder, "a.jpg"))).toEqual(before);
  });
});
