import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { ofType, silvergrain } from "../helpers/cli.ts";
import { ROOT } from "../helpers/models.ts";
import { card } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

/** The five pictures lie beside the project where it is developed; they are not ours to hand on. */
const SET5 = join(ROOT, "..", "shared", "datasets", "Set5", "x4");
if (!existsSync(SET5)) console.log(`The figures on Set5 are not checked: ${SET5} is not there.`);

function means(run: Awaited<ReturnType<typeof silvergrain>>) {
  return Object.fromEntries(ofType(run, "mean").map((event) => [String(event.candidate), event]));
}

describe.runIf(existsSync(SET5))("on Set5", () => {
  test("PSNR and SSIM agree with the figures of the weights' makers to 0.02 dB and 0.001", async () => {
    const run = await silvergrain(["evaluate", SET5, "--json"]);
    expect(run.code, run.stderr).toBe(0);
    const found = means(run);
    const wanted = { bicubic: [28.43, 0.8111], "srresnet-x4": [31.41, 0.8849], "srgan-x4": [29.4, 0.8415] } as const;
    for (const [candidate, [psnr, ssim]] of Object.entries(wanted)) {
      expect(Math.abs(Number(found[candidate]?.psnr) - psnr), candidate).toBeLessThanOrEqual(0.02);
      expect(Math.abs(Number(found[candidate]?.ssim) - ssim), candidate).toBeLessThanOrEqual(0.001);
    }
    expect(ofType(run, "picture").filter(({ candidate }) => candidate === "the photo itself")).toHaveLength(5);
  });
});

describe("silvergrain evaluate", () => {
  test("large pictures alone are made small; models of other scales are brought to size; results are kept", async () => {
    const folder = tempDir();
    await card(122, 83).png().toFile(join(folder, "card.png"));
    await card(64, 64).toColourspace("b-w").png().toFile(join(folder, "gray.png"));
    writeFileSync(join(folder, "notes.txt"), "not a picture");
    const args = ["evaluate", folder, "--scale", "2", "--realism", "0,1", "--save", join(folder, "kept"), "--json"];
    const run = await silvergrain(args);
    expect(run.code, run.stderr).toBe(0);
    const found = means(run);
    expect(Object.keys(found)).toEqual(["bicubic", "lanczos", "srresnet-x4", "srgan-x4", "the photo itself"]);
    expect(found.bicubic).toMatchObject({ pictures: 2, ssim: expect.any(Number), haarPsi: expect.any(Number) });
    const pictures = ofType(run, "picture");
    expect(pictures.filter(({ picture }) => picture === "card")[0]).toMatchObject({ width: 122, height: 82 });
    expect(pictures[0]?.realism).toMatchObject({ regions: { across: 2, down: 2, regionPx: 64 } });
    const kept = await sharp(join(folder, "kept", "srgan-x4", "card.png")).metadata();
    expect([kept.width, kept.height]).toEqual([122, 82]);
  });

  test("a bad picture is told and the rest goes on; the table is for people", async () => {
    const folder = tempDir();
    await card(64, 64).png().toFile(join(folder, "a.png"));
    writeFileSync(join(folder, "b.png"), "no picture");
    const run = await silvergrain(["evaluate", folder, "--realism", "0"]);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain("✗ b with bicubic");
    expect(run.stdout).toMatch(/srresnet-x4\s+\d+\.\d\d dB\s+0\.\d{4}\s+0\.\d{4}\s+\d\.\d{4}\s+0\.\d{3}/);
  });

  test("pairs that do not belong together, a half that is missing, and no picture at all are refused", async () => {
    const folder = tempDir();
    await card(64, 64).png().toFile(join(folder, "a_HR.png"));
    await card(30, 30).png().toFile(join(folder, "a_LR.png"));
    const apart = await silvergrain(["evaluate", folder, "--realism", "0", "--json"]);
    expect(apart.code).toBe(1);
    expect(ofType(apart, "failed")[0]).toMatchObject({ code: "USAGE", message: expect.stringContaining("30 × 30") });
    await card(64, 64).png().toFile(join(folder, "b_HR.png"));
    expect((await silvergrain(["evaluate", folder])).stderr).toContain("a small picture for b_HR.png");
    mkdirSync(join(folder, "empty"));
    expect((await silvergrain(["evaluate", join(folder, "empty")])).code).toBe(2);
    expect((await silvergrain(["evaluate", join(folder, "gone")])).code).toBe(1);
  });
});
