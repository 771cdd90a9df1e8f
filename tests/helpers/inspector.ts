import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import type { Recipe } from "../../preload/contract.ts";
import type { OpenApp } from "./app.ts";
import { answerDialogs, cellOf } from "./app-steps.ts";
import { readShot, type Shot } from "./coordinate-picture.ts";
import { environmentIn } from "./launch.ts";
import { toyModel } from "./toy-models.ts";

/** A model that repeats every px four times in each direction: its results say where they are, too. */
export const REPEATER = "repeater";

/** Puts the repeating model where the app looks for the user's models. */
export function importRepeater(home: string): void {
  const file = join(home, "repeater.onnx");
  writeFileSync(file, toyModel({ scale: 4, isUnit: true }));
  // Tests and benches are run from the project's folder; where this file lies, a bundle does not know.
  const cli = [join(process.cwd(), "dist", "cli.js"), "models", "import", file, "--id", REPEATER];
  execFileSync(process.execPath, cli, { env: { ...process.env, ...environmentIn(home) }, stdio: "pipe" });
}

/** How test results are made: without loss, four times as large. */
export const RECIPE: Recipe = {
  model: REPEATER,
  realism: 0,
  size: { kind: "scale", scale: 4 },
  strength: 1,
  format: "png",
  stripGps: false,
};

/** Enhances all photos of the library, and waits for it. @returns the folder of the results */
export async function enhanceAll(
  open: OpenApp,
  home: string,
  recipe: Partial<Recipe> = {},
  timeoutMs = 60_000,
): Promise<string> {
  const target = join(home, "out");
  mkdirSync(target, { recursive: true });
  await answerDialogs(open, target);
  await open.page.evaluate(
    async ([wanted]) => {
      const photos = await window.silvergrain.photos({ offset: 0, limit: 100 });
      if (!photos.ok) throw new Error(photos.failure.message);
      await window.silvergrain.chooseTarget();
      const answer = await window.silvergrain.enhance({ photos: photos.value.map(({ id }) => id), recipe: wanted });
      if (!answer.ok) throw new Error(answer.failure.message);
    },
    [{ ...RECIPE, ...recipe }] as const,
  );
  const states = () =>
    open.page.evaluate(async () => {
      const marks = await window.silvergrain.marks();
      return marks.ok ? marks.value.map(({ state, message }) => message ?? state) : [];
    });
  const end = performance.now() + timeoutMs;
  for (;;) {
    const seen = [...new Set(await states())];
    if (seen.length === 1 && seen[0] === "done") return target;
    if (performance.now() > end) throw new Error(`The photos are not enhanced: ${seen.join(", ")}`);
    await open.page.waitForTimeout(200);
  }
}

/** Opens the inspector on a photo, and waits for a sharp picture. */
export async function inspect(page: Page, name: string): Promise<void> {
  await cellOf(page, name).dblclick();
  await page.waitForSelector(".stage");
  await settled(page);
}

/** Waits until what is on the stage does not change any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(150);
  await page.waitForSelector('.stage[aria-busy="false"]');
  let before = "";
  for (let isSame = false; !isSame; ) {
    await page.waitForTimeout(100);
    const now = (await stageShotPng(page)).toString("base64");
    isSame = now === before;
    before = now;
  }
}

/** The stage as it is on the screen, in device px. */
export async function stageShot(page: Page): Promise<Shot> {
  return readShot(await stageShotPng(page));
}

async function stageShotPng(page: Page): Promise<Buffer> {
  return page.locator(".stage").screenshot({ scale: "device" });
}

/** Where the stage is in the window, in CSS px. */
export async function stageBox(page: Page): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await page.locator(".stage").boundingBox();
  if (box === null) throw new Error("The stage is not in the window");
  return box;
}

/** Adds rules to the page, which takes no style that is not its own in any other way. @returns takes them off again */
export async function addStyles(page: Page, rules: string): Promise<() => Promise<void>> {
  const added = await page.evaluateHandle((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets.push(sheet);
    return sheet;
  }, rules);
  return () =>
    added.evaluate((sheet) => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
    });
}

/** Takes names and lines off the picture, so that every px is the canvas's. @returns puts them on again */
export async function bare(page: Page): Promise<() => Promise<void>> {
  return addStyles(page, ".stage > *:not(canvas) { visibility: hidden !important; }");
}
