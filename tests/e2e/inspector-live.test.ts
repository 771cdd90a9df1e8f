import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import type { LivePatch, Recipe } from "../../preload/contract.ts";
import { enhanceAll, inspect, RECIPE, settled, stageBox, stageShot } from "../helpers/inspector.ts";
import { ROOT } from "../helpers/models.ts";
import { card } from "../helpers/photos.ts";
import { startApp } from "../helpers/start-app.ts";
import { tempDir } from "../helpers/temp.ts";

const REAL = join(ROOT, "..", "shared", "photos", "small", "canyon-wren.jpg");

/** A photo that takes the real model some seconds: a real one where it is at hand, else a card. */
async function writePhoto(path: string, widthPx: number): Promise<void> {
  const picture = existsSync(REAL) ? sharp(REAL) : card(480, 320);
  await picture.resize(widthPx).jpeg({ quality: 92 }).toFile(path);
}

test("what the loupe shows ahead of the batch is what the batch makes, and only the last of many places is computed", async () => {
  const home = tempDir();
  mkdirSync(join(home, "in"));
  await writePhoto(join(home, "in", "wren.jpg"), 480);
  const open = await startApp({ home, paths: [join(home, "in")] });
  const { page } = open;
  await page.waitForSelector('[role="gridcell"]');
  await inspect(page, "wren.jpg");

  // First the photo enlarged, at once; then what the model makes of it, and it says so.
  await page.keyboard.press("l");
  const box = await stageBox(page);
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.5);
  await page.waitForSelector('.readout[data-live="bicubic"]');
  await page.waitForSelector('.readout[data-live="yes"]', { timeout: 60_000 });
  await page.keyboard.press("l");

  // Twenty places at once, of another strength, so that nothing is there yet.
  const recipe: Recipe = { ...RECIPE, model: "srgan-x4", realism: 0, strength: 0.6 };
  const { patch, samples, answers } = await page.evaluate(async (wanted) => {
    const photos = await window.silvergrain.photos({ offset: 0, limit: 10 });
    const photo = photos.ok ? (photos.value[0]?.id ?? 0) : 0;
    const looks = Array.from({ length: 20 }, (_, i) =>
      window.silvergrain.live({
        photo,
        recipe: wanted,
        rect: { x: 20 * i, y: 8 * i, width: 30, height: 30 },
        shrink: 0,
        infer: true,
        lane: "lens",
      }),
    );
    const all = await Promise.all(looks);
    const last = all.at(-1);
    const value: LivePatch | undefined = last?.ok ? last.value : undefined;
    const response = await fetch(`photo://patch/${value?.token}`);
    return {
      patch: value,
      samples: [...new Uint8Array(await response.arrayBuffer())],
      answers: all.map((each) => (each.ok ? "computed" : each.failure.code)),
    };
  }, recipe);
  expect(answers.filter((answer) => answer === "computed").length).toBeLessThanOrEqual(2);
  expect(answers.at(-1)).toBe("computed");
  expect(new Set(answers)).toEqual(new Set(["computed", "CANCELLED"]));

  const target = await enhanceAll(open, home, recipe);
  if (patch === undefined) throw new Error("The last place was not computed");
  const { data, info } = await sharp(join(target, "wren.png"))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const [left, upper] = [patch.area.x * 4, patch.area.y * 4];
  let most = 0;
  for (let y = 0; y < patch.height; y++) {
    for (let x = 0; x < patch.width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        const live = samples[(y * patch.width + x) * 4 + channel] ?? 0;
        const file = data[((upper + y) * info.width + left + x) * 3 + channel] ?? 0;
        most = Math.max(most, Math.abs(live - file));
      }
    }
  }
  expect(patch.width * patch.height).toBeGreaterThanOrEqual(120 * 120);
  expect(most).toBeLessThanOrEqual(1);

  // The result takes the place of what was computed live, without being asked for.
  await page.waitForSelector(".tag:not(:has-text('live'))");
});

test("the whole of what is in sight is computed while W is held", async () => {
  const home = tempDir();
  mkdirSync(join(home, "in"));
  await writePhoto(join(home, "in", "wren.jpg"), 240);
  const { page } = await startApp({ home, paths: [join(home, "in")] });
  await page.waitForSelector('[role="gridcell"]');
  await inspect(page, "wren.jpg");
  await page.getByRole("button", { name: "Result", exact: true }).click();
  await settled(page);
  const before = await stageShot(page);
  await page.keyboard.down("w");
  // In every part of what is in sight, the photo that was only enlarged has become what the model makes of it.
  const changed = async () => {
    const now = await stageShot(page);
    return [0.2, 0.5, 0.8].flatMap((u) =>
      [0.2, 0.5, 0.8].map((v) => {
        let sum = 0;
        for (let y = 0; y < 40; y++) {
          for (let x = 0; x < 40; x++) {
            const at = [Math.floor(now.width * u) + x, Math.floor(now.height * v) + y] as const;
            const was = before.colourAt(...at);
            sum += Math.abs(now.colourAt(...at)[1] - was[1]);
          }
        }
        return sum > 0;
      }),
    );
  };
  await expect.poll(changed, { timeout: 60_000, interval: 500 }).toEqual(Array(9).fill(true));
  await page.keyboard.up("w");
});
