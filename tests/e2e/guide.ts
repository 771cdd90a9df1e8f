import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import sharp from "sharp";
import { test } from "vitest";
import { type OpenApp, openApp } from "../helpers/app.ts";
import { answerDialogs, cellOf, drop, waitForThumbnail } from "../helpers/app-steps.ts";
import { ROOT } from "../helpers/models.ts";
import { settle } from "../helpers/screens.ts";
import { tempDir } from "../helpers/temp.ts";

/** The guide's pictures: the app at work on free photos, see docs/img/CREDITS.md. */
const PICTURES = join(ROOT, "docs", "img");
const PHOTOS = join(ROOT, "build", "guide", "photos");
const ENHANCED = ["cat", "coffee", "rocket"];
const MODEL = ".enhance select";
const WIDTH_PX = 1280;

test("the guide's pictures", async () => {
  if (!existsSync(PHOTOS)) {
    const python = process.env.PYTHON ?? "/usr/bin/python3";
    execFileSync(python, [join(ROOT, "scripts", "guide_photos.py"), PHOTOS]);
  }
  const home = tempDir();
  const folder = join(home, "Photos");
  cpSync(PHOTOS, folder, { recursive: true });
  mkdirSync(join(home, "Enhanced"));
  const open = await openApp({ home, size: [1440, 900] });
  try {
    await gallery(open, home, folder);
    await queue(open);
    await inspector(open.page);
    await exporting(open.page);
  } finally {
    await open.close();
  }
}, 600_000);

async function gallery(open: OpenApp, home: string, folder: string): Promise<void> {
  const { page } = open;
  await drop(open, [folder]);
  for (const name of ["cat", "drum", "meadow", "sunset"]) await waitForThumbnail(page, name);
  await answerDialogs(open, join(home, "Enhanced"));
  await page.evaluate(() => window.silvergrain.chooseTarget());
  await cellOf(page, "dandelion").click();
  await page.keyboard.press("4");
  await cellOf(page, "stream").click();
  await page.keyboard.press("p");
  for (const [i, name] of ENHANCED.entries()) {
    await cellOf(page, name).click(i === 0 ? {} : { modifiers: ["ControlOrMeta"] });
  }
  await page.locator(MODEL).nth(1).selectOption("silvergrain-x4");
  await page.locator('.plan[aria-busy="false"]').waitFor({ timeout: 60_000 });
  await page.locator(".plan").getByText(/free/).waitFor();
  await page.mouse.move(720, 20);
  await shoot(page, "gallery");
}

async function queue({ page }: OpenApp): Promise<void> {
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.locator('[role="gridcell"][data-state="done"]').first().waitFor({ timeout: 180_000 });
  await page.keyboard.press("Alt+3");
  await page.locator(".queue-page, main section").first().waitFor();
  await shoot(page, "queue");
  await page.keyboard.press("Alt+1");
  await page.locator('[role="gridcell"][data-state="done"]').nth(2).waitFor({ timeout: 240_000 });
}

async function inspector(page: Page): Promise<void> {
  await cellOf(page, "cat").dblclick();
  await page.locator('.stage[aria-busy="false"]').waitFor({ timeout: 60_000 });
  await page
    .getByLabel("Trust", { exact: true })
    .getByText(/^[\d.]+\s?%/)
    .first()
    .waitFor({ timeout: 60_000 });
  await page.keyboard.press("ControlOrMeta+1");
  await page.keyboard.press("l");
  const box = await page.locator(".stage").boundingBox();
  if (box === null) throw new Error("The stage is not in the window");
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.4);
  await page.locator(".readout:not([hidden])").waitFor();
  await shoot(page, "inspector");
}

async function exporting(page: Page): Promise<void> {
  await page.keyboard.press("l");
  await page.keyboard.press("Alt+1");
  for (const [i, name] of ENHANCED.entries()) {
    await cellOf(page, name).click(i === 0 ? {} : { modifiers: ["ControlOrMeta"] });
  }
  await page.keyboard.press("ControlOrMeta+Shift+e");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: "Split by a line" }).check();
  await dialog.getByLabel("Template").fill("{batch}/{name} {scale}x");
  await dialog.locator(".export-names li").filter({ hasText: "rocket 4x" }).waitFor();
  await page.mouse.move(720, 20);
  await shoot(page, "export");
}

async function shoot(page: Page, name: string): Promise<void> {
  await settle(page);
  const picture = sharp(await page.screenshot()).resize({ width: WIDTH_PX });
  await picture.webp({ quality: 84, effort: 6, smartSubsample: true }).toFile(join(PICTURES, `${name}.webp`));
}
