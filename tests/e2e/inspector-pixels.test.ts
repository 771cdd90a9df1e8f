import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { coordinateSamples, type Shot, writeCoordinates } from "../helpers/coordinate-picture.ts";
import {
  addStyles,
  bare,
  enhanceAll,
  importRepeater,
  inspect,
  settled,
  stageBox,
  stageShot,
} from "../helpers/inspector.ts";
import { startApp } from "../helpers/start-app.ts";
import { tempDir } from "../helpers/temp.ts";

/* Odd sides, and more than one tile of the result in each direction. */
const WIDTH = 601;
const HEIGHT = 403;

/** Lengths of the runs of one value along a row of the screenshot, the first and the last left out. */
function runsAlong(shot: Shot, y: number, from = 0, to = shot.width): readonly number[] {
  const values = Array.from({ length: to - from }, (_, i) => shot.placeAt(from + i, y).x);
  const runs: number[] = [];
  for (const [i, value] of values.entries()) {
    if (i > 0 && value === values[i - 1]) runs[runs.length - 1] = (runs.at(-1) ?? 0) + 1;
    else runs.push(1);
  }
  return runs.slice(1, -1);
}

async function mode(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
}

describe("a photo and its result, four times as large", () => {
  test("are shown px for px, and lie over each other at every corner", async () => {
    const home = tempDir();
    importRepeater(home);
    const photo = join(home, "coordinates.png");
    await writeCoordinates(photo, WIDTH, HEIGHT);
    const open = await startApp({ home, paths: [photo] });
    const { page } = open;
    const target = await enhanceAll(open, home);
    const { data, info } = await sharp(join(target, "coordinates.png")).removeAlpha().raw().toBuffer({
      resolveWithObject: true,
    });
    expect([info.width, info.height]).toEqual([WIDTH * 4, HEIGHT * 4]);
    const first = coordinateSamples(WIDTH, HEIGHT);
    expect([...data.subarray(0, 3)]).toEqual([...first.subarray(0, 3)]);

    await inspect(page, "coordinates.png");
    const unbare = await bare(page);

    // 100 %: every px of the result is a device px, so every px of the source is four.
    await mode(page, "Result");
    await page.keyboard.press("Control+1");
    await settled(page);
    const whole = await stageShot(page);
    for (const y of [1, 350, whole.height - 2]) {
      const runs = runsAlong(whole, y);
      expect(new Set(runs), `row ${y}`).toEqual(new Set([4]));
      expect(runs.length).toBeGreaterThan(100);
    }

    // 200 %: two device px to each.
    await page.getByRole("button", { name: "200%", exact: true }).click();
    await settled(page);
    expect(new Set(runsAlong(await stageShot(page), 300))).toEqual(new Set([8]));

    // The same of the original, with its own px as squares, in the same place.
    const result = await stageShot(page);
    await mode(page, "Original");
    await settled(page);
    const original = await stageShot(page);
    let different = 0;
    for (let y = 0; y < result.height; y += 7) {
      for (let x = 0; x < result.width; x += 7) {
        const a = result.placeAt(x, y);
        const b = original.placeAt(x, y);
        if (a.x !== b.x || a.y !== b.y) different++;
      }
    }
    expect(different).toBe(0);

    // All of it: the corners of the photo are where those of the result are.
    await page.keyboard.press("Control+0");
    await settled(page);
    const corners = cornersOf(await stageShot(page));
    await mode(page, "Result");
    await settled(page);
    expect(cornersOf(await stageShot(page))).toEqual(corners);

    // The same when the graphics card is lost for good, and the window changes after that; the loupe too.
    await page.keyboard.press("l");
    await page.mouse.move(500, 400);
    await settled(page);
    await page.evaluate(() => {
      for (const canvas of document.querySelectorAll<HTMLCanvasElement>(".stage canvas")) {
        canvas.getContext("webgl2")?.getExtension("WEBGL_lose_context")?.loseContext();
      }
    });
    await expect.poll(() => page.locator(".stage canvas").count(), { timeout: 10_000 }).toBe(4);
    await page.keyboard.press("Control+1");
    await open.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1240, 760));
    await page.waitForFunction(() => window.innerWidth === 1240);
    await page.mouse.move(420, 300);
    await settled(page);
    const box = await stageBox(page);
    const soft = await stageShot(page);
    expect([soft.width, soft.height]).toEqual([Math.round(box.width), Math.round(box.height)]);
    expect(new Set(runsAlong(soft, soft.height - 2))).toEqual(new Set([4]));
    // A step of the wheel less than at first: no lines between the px.
    await unbare();
    await addStyles(page, ".stage > *:not(canvas, .lens-canvas) { visibility: hidden !important; }");
    await page.mouse.wheel(0, 60);
    await settled(page);
    const magnified = await stageShot(page);
    // The left half of the lens is the original, six device px to each of its own; beside it are four.
    const [x, y] = [Math.round(420 - box.x), Math.round(300 - box.y)];
    const pointed = magnified.placeAt(x - 200, y).x + 200 / 4;
    expect(Math.abs(magnified.placeAt(x - 90, y).x - (pointed - 90 / 6))).toBeLessThanOrEqual(1);
  });

  test("that were turned by the camera are upright everywhere", async () => {
    const home = tempDir();
    importRepeater(home);
    const names = [1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => `turned-${orientation}.png`);
    mkdirSync(join(home, "in"));
    for (const [i, name] of names.entries()) await writeCoordinates(join(home, "in", name), 96, 64, i + 1);
    const open = await startApp({ home, paths: [join(home, "in")] });
    const { page } = open;
    const target = await enhanceAll(open, home);
    for (const [i, name] of names.entries()) {
      const upright = await sharp(join(home, "in", name))
        .autoOrient()
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const { width, height } = upright.info;
      expect([width, height], name).toEqual(i + 1 >= 5 ? [64, 96] : [96, 64]);
      const at = (x: number, y: number) => [...upright.data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];

      // What the model was given, and the file that came of it.
      const result = await sharp(join(target, name)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      expect([result.info.width, result.info.height], name).toEqual([width * 4, height * 4]);
      for (const [x, y] of [
        [0, 0],
        [width - 1, 0],
        [0, height - 1],
        [width - 1, height - 1],
        [20, 31],
      ] as const) {
        const from = (y * 4 * result.info.width + x * 4) * 3;
        expect([...result.data.subarray(from, from + 3)], `${name} at ${x}, ${y}`).toEqual(at(x, y));
      }

      // What is inspected, and where a pin is.
      await inspect(page, name);
      await mode(page, "Original");
      await page.keyboard.press("Control+1");
      await page.getByRole("button", { name: "200%", exact: true }).click();
      await settled(page);
      const box = await page.locator(".stage").boundingBox();
      if (box === null) throw new Error("no stage");
      const shot = await stageShot(page);
      const click = { x: Math.round(box.width / 2) + 37, y: Math.round(box.height / 2) - 23 };
      // The others of the batch share theirs with it.
      const before = new Set((await pinsOf(page, name)).map(({ uid }) => uid));
      expect(before.size).toBe(i);
      await page.keyboard.press("m");
      await page.mouse.click(box.x + click.x, box.y + click.y);
      await expect.poll(async () => (await pinsOf(page, name)).length).toBe(i + 1);
      const pin = (await pinsOf(page, name)).find(({ uid }) => !before.has(uid));
      if (pin === undefined) throw new Error(`${name} has no pin of its own`);
      const px = [Math.floor(pin.x * width), Math.floor(pin.y * height)] as const;
      expect([...shot.colourAt(click.x, click.y)], name).toEqual(at(px[0], px[1]));
      await page.keyboard.press("g");
      await page.waitForSelector('[role="gridcell"]');
    }
  });
});

/** Where the photo begins and ends on the stage, by the colour around it. */
function cornersOf(shot: Shot) {
  const around = shot.colourAt(0, 0).join();
  const isPhoto = (x: number, y: number) => shot.colourAt(x, y).join() !== around;
  const row = Math.floor(shot.height / 2);
  const column = Math.floor(shot.width / 2);
  const across = Array.from({ length: shot.width }, (_, x) => x).filter((x) => isPhoto(x, row));
  const down = Array.from({ length: shot.height }, (_, y) => y).filter((y) => isPhoto(column, y));
  return { left: across[0], right: across.at(-1), upper: down[0], lower: down.at(-1) };
}

async function pinsOf(page: Page, name: string) {
  return page.evaluate(async (wanted) => {
    const photos = await window.silvergrain.photos({ offset: 0, limit: 100 });
    if (!photos.ok) throw new Error(photos.failure.message);
    const photo = photos.value.find((row) => row.name === wanted);
    const answer = await window.silvergrain.inspect(photo?.id ?? 0, "now");
    return answer.ok ? answer.value.pins : [];
  }, name);
}
