import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import sharp from "sharp";
import type { Recipe } from "../preload/contract.ts";
import { type OpenApp, openApp } from "../tests/helpers/app.ts";
import { answerDialogs, cellOf } from "../tests/helpers/app-steps.ts";
import { enhanceAll, importRepeater } from "../tests/helpers/inspector.ts";

/*
 * The inspector with a large pair, in the real Electron: `node dist/bench-inspector.js FOLDER WIDTH HEIGHT` makes a photo of
 * that size, enhances it four times as large by a model that repeats px, and prints one JSON object. The model has no say
 * in how fast results are shown.
 */

/** What keeps the engine busy. */
const RECIPE: Recipe = {
  model: "srgan-x4",
  realism: 0.5,
  size: { kind: "scale", scale: 4 },
  strength: 1,
  format: "png",
  stripGps: false,
};

const [folder = "", width = "0", height = "0", kind = "whole"] = process.argv.slice(2);
const isSmoke = kind === "smoke";
const MOVES = isSmoke ? 30 : 300;
const PANS = isSmoke ? 2 : 10;
process.stdout.write(`${JSON.stringify(await benchInspector(folder, Number(width), Number(height)))}\n`);

async function benchInspector(root: string, wide: number, high: number): Promise<Record<string, unknown>> {
  const photos = join(root, "photos");
  mkdirSync(photos, { recursive: true });
  const name = "large.jpg";
  await makePhoto(join(photos, name), wide, high);
  importRepeater(root);
  const open = await openApp({ home: root, paths: [photos], size: [1440, 900] });
  const { page } = open;
  try {
    await page.waitForSelector('[role="gridcell"]');
    await enhanceAll(open, root, { format: "jpeg" }, 900_000);
    const coldMs = await firstView(page, name);
    await sharp100(page);
    const wholeMs = await firstSharp(page);
    await page.keyboard.press("g");
    await page.reload();
    await page.waitForSelector('[role="gridcell"]');
    // The gallery has its pictures then.
    await page.waitForTimeout(2000);
    const warmMs = await firstView(page, name);
    const pans = await panning(page, 1);
    const idle = await pointing(page);
    await startBatch(open, root);
    const live = isSmoke ? undefined : await liveWhileBusy(page);
    const loaded = await pointing(page);
    const pansLoaded = await panning(page, -1);
    return {
      megapixels: [(wide * high) / 1e6, (wide * high * 16) / 1e6],
      coldFirstViewMs: coldMs,
      pyramidsWholeMs: wholeMs,
      warmFirstViewMs: warmMs,
      sharpAfterPanMs: pans,
      sharpAfterPanLoadedMs: pansLoaded,
      pointerToPaintIdleMs: idle,
      pointerToPaintLoadedMs: loaded,
      ...live,
      ratioLoadedToIdleP95: loaded.p95 / idle.p95,
      renderer: await rendererOf(page),
    };
  } finally {
    await open.close();
  }
}

/** Large, and neither flat nor noise: what a JPEG of a photo is. */
async function makePhoto(path: string, wide: number, high: number): Promise<void> {
  if (existsSync(path)) return;
  const small = { width: Math.ceil(wide / 12), height: Math.ceil(high / 12), channels: 3 as const };
  const noise = sharp({
    create: { ...small, background: "#808080", noise: { type: "gaussian", mean: 128, sigma: 40 } },
  });
  const pixels = await noise.blur(1.2).png().toBuffer();
  writeFileSync(path, await sharp(pixels).resize(wide, high, { kernel: "cubic" }).jpeg({ quality: 92 }).toBuffer());
}

/** From the key until the photo is painted. */
async function firstView(page: Page, name: string): Promise<number> {
  await cellOf(page, name).click();
  // What choosing it has begun, the plan and the facts of the photo, is over then.
  await page.waitForTimeout(1000);
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const begin = performance.now();
        const look = () => {
          const shown = document.querySelector<HTMLElement>(".stage")?.dataset.shown ?? "";
          if (shown === "") requestAnimationFrame(look);
          else requestAnimationFrame(() => resolve(performance.now() - begin));
        };
        document.activeElement?.dispatchEvent(
          new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }),
        );
        requestAnimationFrame(look);
      }),
  );
}

async function sharp100(page: Page): Promise<void> {
  await page.keyboard.press("Control+1");
}

/** Until what is in sight is sharp. */
async function firstSharp(page: Page): Promise<number> {
  const begin = performance.now();
  await page.waitForSelector('.stage[aria-busy="false"]', { timeout: 600_000 });
  return Math.round(performance.now() - begin);
}

/** Drags the photo at 100 % to where it was not seen before, and waits until that is sharp, ten times. */
async function panning(page: Page, upOrDown: 1 | -1): Promise<Figures> {
  await page.keyboard.press("Control+1");
  await page.waitForSelector('.stage[aria-busy="false"]', { timeout: 120_000 });
  const box = await page.locator(".stage").boundingBox();
  if (box === null) throw new Error("The stage is not in the window");
  await page.evaluate(() => {
    const waits: number[] = [];
    const look = (begin: number) => {
      if (document.querySelector('.stage[aria-busy="false"]') !== null) waits.push(performance.now() - begin);
      else setTimeout(look, 2, begin);
    };
    // Two frames on, what the last move has brought into sight is asked for, and the stage says that it is busy.
    const after = (begin: number) => requestAnimationFrame(() => requestAnimationFrame(() => look(begin)));
    addEventListener("pointerup", (event) => after(event.timeStamp), true);
    Object.assign(window, { pans: waits });
  });
  for (let i = 0; i < PANS; i++) {
    const [x, y] = [box.x + box.width * 0.9, box.y + box.height * 0.5];
    await page.mouse.move(x, y);
    await page.mouse.down();
    // As fast as a hand is: 800 px in a third of a second.
    for (let step = 1; step <= 20; step++) {
      await page.mouse.move(x - 40 * step, y - upOrDown * 10 * step);
      await page.waitForTimeout(10);
    }
    await page.mouse.up();
    await page.waitForTimeout(700);
  }
  const waits = await page.evaluate(() => (window as unknown as { pans: number[] }).pans.splice(0));
  return figuresOf(waits);
}

/**
 * Moves the pointer with the loupe on, and measures from when the pointer was moved, by the system's clock, until the frame
 * is painted; and from when the page was told of it, which is at the beginning of a frame.
 */
async function pointing(page: Page): Promise<Figures & { readonly own: Figures }> {
  await page.getByRole("button", { name: "Split", exact: true }).click();
  const box = await page.locator(".stage").boundingBox();
  if (box === null) throw new Error("The stage is not in the window");
  await page.mouse.move(box.x + 300, box.y + 300);
  if ((await page.locator(".lens-ring:not([hidden])").count()) === 0) await page.keyboard.press("l");
  await page.waitForTimeout(1500);
  await page.evaluate(() => {
    const waits: number[] = [];
    const own: number[] = [];
    let first: number | undefined;
    let heard = 0;
    addEventListener(
      "pointermove",
      (event) => {
        if (first === undefined) heard = performance.now();
        first ??= event.timeStamp;
      },
      true,
    );
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      if (first !== undefined) waits.push(performance.now() - first);
      if (first !== undefined) own.push(performance.now() - heard);
      first = undefined;
    };
    const frame = () => {
      channel.port2.postMessage(undefined);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    Object.assign(window, { waits, own });
  });
  for (let i = 0; i < MOVES; i++) {
    const turn = i / 12;
    await page.mouse.move(
      box.x + box.width / 2 + Math.cos(turn) * 280,
      box.y + box.height / 2 + Math.sin(turn * 1.3) * 200,
    );
    await page.waitForTimeout(8);
  }
  const { waits, own } = await page.evaluate(() => {
    const { waits, own } = window as unknown as { readonly waits: number[]; readonly own: number[] };
    return { waits, own };
  });
  await page.keyboard.press("l");
  return { ...figuresOf(waits), own: figuresOf(own) };
}

/** A batch that keeps the engine at full load. */
async function startBatch(open: OpenApp, root: string): Promise<void> {
  const target = join(root, "load");
  mkdirSync(target);
  await answerDialogs(open, target);
  await open.page.evaluate(async (recipe) => {
    const photos = await window.silvergrain.photos({ offset: 0, limit: 10 });
    await window.silvergrain.chooseTarget();
    const ids = photos.ok ? photos.value.map(({ id }) => id) : [];
    const answer = await window.silvergrain.enhance({ photos: ids, recipe });
    if (!answer.ok) throw new Error(answer.failure.message);
  }, RECIPE);
  const isRunning = () =>
    open.page.evaluate(async () => {
      const marks = await window.silvergrain.marks();
      return marks.ok && marks.value.some(({ state, fraction }) => state === "running" && fraction > 0);
    });
  while (!(await isRunning())) await open.page.waitForTimeout(500);
}

/** How long a tile takes the batch, and how long a place that nobody has looked at takes the loupe meanwhile. */
async function liveWhileBusy(page: Page) {
  const before = await tilesDone(page);
  const begin = performance.now();
  while ((await tilesDone(page)) < before + 4) await page.waitForTimeout(20);
  const tileMs = (performance.now() - begin) / 4;
  const waits: number[] = [];
  for (let i = 0; i < 6; i++) {
    waits.push(
      await page.evaluate(
        async ([recipe, place]) => {
          const photos = await window.silvergrain.photos({ offset: 0, limit: 1 });
          const photo = photos.ok ? (photos.value[0]?.id ?? 0) : 0;
          const start = performance.now();
          const rect = { x: 1500 + 700 * place, y: 3900, width: 1, height: 1 };
          const answer = await window.silvergrain.live({ photo, recipe, rect, shrink: 0, infer: true, lane: "lens" });
          if (!answer.ok) throw new Error(answer.failure.message);
          return performance.now() - start;
        },
        [RECIPE, i] as const,
      ),
    );
  }
  const live = figuresOf(waits);
  return { batchTileMs: Math.round(tileMs), liveWhileBusyMs: live, liveOverTile: live.p50 / tileMs };
}

async function tilesDone(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const opening = await window.silvergrain.open();
    return opening.ok ? (opening.value.queue.running[0]?.tilesDone ?? 0) : 0;
  });
}

interface Figures {
  readonly p50: number;
  readonly p95: number;
  readonly most: number;
  readonly count: number;
}

function figuresOf(values: readonly number[]): Figures {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
  return { p50: at(0.5), p95: at(0.95), most: at(1), count: sorted.length };
}

async function rendererOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const gl = document.createElement("canvas").getContext("webgl2");
    const info = gl?.getExtension("WEBGL_debug_renderer_info");
    return info ? String(gl?.getParameter(info.UNMASKED_RENDERER_WEBGL)) : "none";
  });
}
