import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ElectronApplication, Page } from "playwright";
import { electronArgs, findElectron } from "../scripts/electron.js";
import { environmentIn, launchElectron } from "../tests/helpers/launch.ts";
import { makeManyPhotos } from "./many-photos.ts";

/*
 * The gallery with many photos, in the real Electron: `node dist/bench-gallery.js FOLDER COUNT` prints one JSON object.
 * Apart from the other benches because it needs a display, which scripts/xvfb.js gives it.
 */

const SCROLL_MS = 6000;
const LONG_TASK_MS = 50;

const [folder = "", count = "0"] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await benchGallery(folder, Number(count)))}\n`);

async function benchGallery(root: string, photos: number): Promise<Record<string, unknown>> {
  const library = join(root, "photos");
  await makeManyPhotos(library, photos);
  const cold = await open(root, [library]);
  const firstCellMs = await firstScreen(cold.page, cold.startedMs);
  const scanMs = await until(cold.startedMs, async () => (await photosIn(cold.page)) === photos);
  const readMs = await until(cold.startedMs, () => allRead(cold.page));
  await cold.app.close();

  const warm = await open(root, []);
  const warmMs = await firstScreen(warm.page, warm.startedMs);
  const cells = await cellsOf(warm.page);
  await until(0, async () => (await photosIn(warm.page)) === photos);
  await warm.page.waitForTimeout(4000);
  const scrolled = await scroll(warm.app, warm.page, join(root, "trace.json"));
  await warm.app.close();
  return {
    photos,
    coldFirstScreenMs: firstCellMs,
    scannedMs: scanMs,
    headersReadMs: readMs,
    warmFirstScreenMs: warmMs,
    ...cells,
    ...scrolled,
    renderer: scrolled.renderer,
  };
}

interface Open {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** On this process's clock, before the program was started. */
  readonly startedMs: number;
}

async function open(root: string, paths: readonly string[]): Promise<Open> {
  const { path } = await findElectron();
  const startedMs = performance.now();
  const app = await launchElectron({
    executablePath: path,
    args: electronArgs([...paths]),
    env: environmentIn(root),
    colorScheme: "dark",
  });
  return { app, page: await app.firstWindow(), startedMs };
}

/** Until a screenful of cells is there and every picture in view is painted. */
async function firstScreen(page: Page, startedMs: number): Promise<number> {
  await page.waitForFunction(
    () => {
      const cells = [...document.querySelectorAll('[role="gridcell"]')].filter((cell) => {
        const { top } = cell.getBoundingClientRect();
        return top < innerHeight - 100;
      });
      return (
        cells.length >= 8 &&
        cells.every((cell) => [...cell.querySelectorAll("img")].some((img) => img.complete && img.naturalWidth > 0))
      );
    },
    undefined,
    { polling: "raf", timeout: 120_000 },
  );
  return Math.round(performance.now() - startedMs);
}

async function cellsOf(page: Page): Promise<{ readonly cells: number; readonly nodesInCells: number }> {
  return page.evaluate(() => {
    const cells = document.querySelectorAll('[role="gridcell"]');
    return {
      cells: cells.length,
      nodesInCells: [...cells].reduce((sum, cell) => sum + 1 + cell.querySelectorAll("*").length, 0),
    };
  });
}

async function photosIn(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const answer = await window.silvergrain.open();
    return answer.ok ? answer.value.photos : -1;
  });
}

async function allRead(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    for (let offset = 0; ; offset += 5000) {
      const answer = await window.silvergrain.photos({ offset, limit: 5000 });
      if (!answer.ok || answer.value.some(({ width, error }) => width === undefined && error === undefined))
        return false;
      if (answer.value.length < 5000) return true;
    }
  });
}

async function until(startedMs: number, isSo: () => Promise<boolean>): Promise<number> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 500));
  return Math.round(performance.now() - startedMs);
}

/** Scrolls as a hand on a wheel does, and looks at every frame and, by a trace, at every task of the page's thread. */
async function scroll(app: ElectronApplication, page: Page, path: string) {
  await app.evaluate(({ contentTracing }) =>
    contentTracing.startRecording({ included_categories: ["toplevel", "devtools.timeline", "__metadata"] }),
  );
  const grid = page.locator('[role="grid"]');
  const box = await grid.boundingBox();
  if (box !== null) await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const frames = page.evaluate(
    (forMs) =>
      new Promise<number[]>((resolve) => {
        const gaps: number[] = [];
        let last = performance.now();
        const end = last + forMs;
        const step = (now: number) => {
          gaps.push(now - last);
          last = now;
          if (now < end) requestAnimationFrame(step);
          else resolve(gaps);
        };
        requestAnimationFrame(step);
      }),
    SCROLL_MS,
  );
  const end = performance.now() + SCROLL_MS;
  while (performance.now() < end) {
    await page.mouse.wheel(0, 240);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  const gaps = (await frames).sort((a, b) => a - b);
  const pid = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId());
  await app.evaluate(({ contentTracing }, to) => contentTracing.stopRecording(to), path);
  const tasks = tasksOf(path, pid ?? 0);
  const renderer = await page.evaluate(() => {
    const gl = document.createElement("canvas").getContext("webgl2");
    const info = gl?.getExtension("WEBGL_debug_renderer_info");
    return info ? String(gl?.getParameter(info.UNMASKED_RENDERER_WEBGL)) : "none";
  });
  const scrolledPx = await grid.evaluate((element) => element.scrollTop);
  return {
    scrolledPx,
    frameP50Ms: gaps[Math.floor(gaps.length / 2)],
    frameP95Ms: gaps[Math.floor(gaps.length * 0.95)],
    longestTaskMs: Math.max(0, ...tasks),
    tasksOver50Ms: tasks.filter((ms) => ms > LONG_TASK_MS).length,
    renderer,
  };
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly args?: { readonly name?: string };
}

/** How long the tasks of the page's main thread took, in ms. */
function tasksOf(path: string, pid: number): readonly number[] {
  const { traceEvents } = JSON.parse(readFileSync(path, "utf8")) as { traceEvents: readonly TraceEvent[] };
  const main = traceEvents.find(
    (event) => event.name === "thread_name" && event.pid === pid && event.args?.name === "CrRendererMain",
  );
  return traceEvents
    .filter(
      ({ name, ph, pid: process, tid }) => ph === "X" && process === pid && tid === main?.tid && /RunTask$/.test(name),
    )
    .map(({ dur = 0 }) => dur / 1000);
}
