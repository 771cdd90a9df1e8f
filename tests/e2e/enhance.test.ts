import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { describe, expect, onTestFinished, test } from "vitest";
import { type AppOptions, openApp } from "../helpers/app.ts";
import { answerDialogs, cellOf, drop, enginesOf, photosIn, pictureOf, waitForThumbnail } from "../helpers/app-steps.ts";
import { enhancesThreePhotos, folderOfPhotos, NAMES } from "../helpers/enhance-run.ts";
import { ROOT } from "../helpers/models.ts";
import { tempDir } from "../helpers/temp.ts";

async function start(options: AppOptions) {
  const open = await openApp({ size: [1440, 900], ...options });
  onTestFinished(() => open.close().catch(() => {}));
  return open;
}

describe("from a dropped folder to enhanced files", () => {
  test("thumbnails are seen, three photos are chosen and enhanced, and the files are right", async () => {
    await enhancesThreePhotos({
      begin: async ({ home, folder, target }) => {
        const open = await start({ home });
        await expect.poll(() => open.page.locator('[role="gridcell"]').count()).toBe(0);
        await drop(open, [folder]);
        await answerDialogs(open, target);
        return open;
      },
      commandLine: (args) => execFileSync(process.execPath, [join(ROOT, "dist", "cli.js"), ...args]),
    });
  });

  test("orientation is right in the gallery, by argument too", async () => {
    const home = tempDir();
    const folder = join(home, "turned");
    mkdirSync(folder);
    // Red above blue as it is seen; stored turned for each orientation.
    const upright = await sharp({ create: { width: 120, height: 80, channels: 3, background: "#e02020" } })
      .composite([
        { input: { create: { width: 120, height: 40, channels: 3, background: "#2020e0" } }, left: 0, top: 40 },
      ])
      .png()
      .toBuffer();
    const turns: Readonly<Record<number, (image: Sharp) => Sharp>> = {
      1: (image) => image,
      3: (image) => image.rotate(180),
      6: (image) => image.rotate(270),
      8: (image) => image.rotate(90),
    };
    for (const [orientation, turn] of Object.entries(turns)) {
      await turn(sharp(upright))
        .withMetadata({ orientation: Number(orientation) })
        .jpeg({ quality: 95 })
        .toFile(join(folder, `turned-${orientation}.jpg`));
    }
    const { page } = await start({ home, paths: [folder] });
    for (const orientation of Object.keys(turns)) {
      const name = `turned-${orientation}.jpg`;
      await waitForThumbnail(page, name);
      const { data, info } = await pictureOf(page, name);
      expect(info.width / info.height).toBeCloseTo(1.5, 1);
      const at = (x: number, y: number) => {
        const i = (Math.round(y * info.height) * info.width + Math.round(x * info.width)) * 3;
        return [data[i] as number, data[i + 2] as number] as const;
      };
      const [redAbove, blueAbove] = at(0.5, 0.25);
      const [redBelow, blueBelow] = at(0.5, 0.75);
      expect([redAbove > 180, blueAbove < 80, redBelow < 80, blueBelow > 180], name).toEqual([true, true, true, true]);
    }
  });
});

describe("what goes on", () => {
  test("a window closed in the middle and opened again finishes the rest", async () => {
    const home = tempDir();
    const target = join(home, "out");
    mkdirSync(target);
    const folder = await folderOfPhotos(home, NAMES, 360);
    const first = await start({ home, paths: [folder] });
    await enhanceAll(first, NAMES, target);
    await expect.poll(() => results(target).length, { timeout: 60_000 }).toBeGreaterThan(0);
    await first.close();
    expect(results(target).length).toBeLessThan(NAMES.length);

    const second = await start({ home });
    await expect.poll(() => results(target).length, { timeout: 90_000 }).toBe(NAMES.length);
    await expect.poll(() => cellOf(second.page, "tea-gardens.jpg").getAttribute("data-state")).toBe("done");
    for (const name of NAMES) expect((await sharp(join(target, name)).metadata()).width).toBe(1440);
  });

  test("engines killed with -9 while thumbnails and a batch are made: the window stays, the work goes on", async () => {
    const home = tempDir();
    const target = join(home, "out");
    mkdirSync(target);
    const folder = await folderOfPhotos(home, NAMES);
    const open = await start({ home, paths: [folder] });
    const { page } = open;
    await enhanceAll(open, NAMES, target);
    await expect.poll(() => results(target).length, { timeout: 60_000 }).toBeGreaterThan(0);
    // More photos, so that thumbnails are being made when it happens.
    const more = Array.from({ length: 40 }, (_, i) => `more-${i}.jpg`);
    for (const name of more) copyFileSync(join(folder, NAMES[0] as string), join(folder, name));
    await expect.poll(() => photosIn(page), { timeout: 20_000 }).toBeGreaterThan(NAMES.length);
    const killed = enginesOf(open);
    expect(killed.length).toBe(2);
    for (const pid of killed) process.kill(pid, "SIGKILL");

    await expect.poll(() => results(target).length, { timeout: 90_000 }).toBe(NAMES.length);
    await expect.poll(() => photosIn(page), { timeout: 20_000 }).toBe(NAMES.length + more.length);
    await waitForThumbnail(page, "more-0.jpg");
    expect(await page.locator("header h1").textContent()).toBe("Silvergrain");
    expect(open.output()).not.toMatch(/uncaught|unhandled/);
    const failed = await page.evaluate(async () => {
      const answer = await window.silvergrain.open();
      return answer.ok ? answer.value.queue.batches.map((batch) => batch.failed) : [];
    });
    expect(failed).toEqual([0]);
    expect(enginesOf(open).some((pid) => killed.includes(pid))).toBe(false);
  });
});

function results(target: string): readonly string[] {
  return readdirSync(target).filter((name) => name.endsWith(".jpg"));
}

/** Selects every photo and enhances it, all by keys. */
async function enhanceAll(open: Awaited<ReturnType<typeof start>>, names: readonly string[], target: string) {
  const { page } = open;
  for (const name of names) await cellOf(page, name).waitFor();
  await cellOf(page, names[0] as string).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.getByLabel("Model", { exact: true }).selectOption("srgan-x4");
  await answerDialogs(open, target);
  await page.keyboard.press("ControlOrMeta+Enter");
}
