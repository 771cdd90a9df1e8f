import { spawn } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { electronArgs, findElectron } from "../../scripts/electron.js";
import { type AppOptions, openApp } from "../helpers/app.ts";
import { answerDialogs, cellOf, photosIn, waitForThumbnail } from "../helpers/app-steps.ts";
import { environmentIn } from "../helpers/launch.ts";
import { card } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

async function start(options: AppOptions) {
  const open = await openApp({ size: [1440, 900], ...options });
  onTestFinished(() => open.close().catch(() => {}));
  return open;
}

async function photosAt(folder: string, names: readonly string[]): Promise<string> {
  mkdirSync(folder, { recursive: true });
  // Each of its own content.
  for (const [i, name] of names.entries())
    await card(120, 90 + i)
      .jpeg()
      .toFile(join(folder, name));
  return folder;
}

describe("photos come in", () => {
  test("by paste, as a file manager copies them", async () => {
    const home = tempDir();
    const folder = await photosAt(join(home, "kept here"), ["a.jpg", "b.jpg"]);
    const open = await start({ home });
    await open.app.evaluate(
      ({ clipboard }, list) => clipboard.writeBuffer("text/uri-list", Buffer.from(list)),
      `${pathToFileURL(folder).href}\r\n`,
    );
    await open.page.evaluate(() => document.dispatchEvent(new ClipboardEvent("paste", { cancelable: true })));
    await waitForThumbnail(open.page, "a.jpg");
    expect(await photosIn(open.page)).toBe(2);
  });

  test("by a second start, which hands its paths over and ends", async () => {
    const home = tempDir();
    const first = await photosAt(join(home, "first"), ["a.jpg"]);
    const second = await photosAt(join(home, "second"), ["b.jpg"]);
    const open = await start({ home, paths: [first] });
    await waitForThumbnail(open.page, "a.jpg");
    const { path } = await findElectron();
    const other = spawn(path, electronArgs([second]), {
      env: environmentIn(home),
      stdio: "ignore",
    });
    const code = await new Promise((resolve) => other.once("exit", resolve));
    expect(code).toBe(0);
    await waitForThumbnail(open.page, "b.jpg");
    expect(open.app.windows()).toHaveLength(1);
  });

  test("when files are put into a folder that is watched, and go when they are taken out", async () => {
    const home = tempDir();
    const folder = await photosAt(join(home, "watched"), ["a.jpg"]);
    const { page } = await start({ home, paths: [folder] });
    await waitForThumbnail(page, "a.jpg");
    await photosAt(join(folder, "inner"), ["c.jpg"]);
    await waitForThumbnail(page, "c.jpg");
    rmSync(join(folder, "a.jpg"));
    await expect.poll(() => cellOf(page, "a.jpg").count(), { timeout: 10_000 }).toBe(0);
  });
});

describe("the window", () => {
  test("does not shift while thumbnails arrive", async () => {
    const home = tempDir();
    const names = Array.from({ length: 30 }, (_, i) => `photo-${i}.jpg`);
    const folder = await photosAt(join(home, "many"), names);
    const { page } = await start({ home, paths: [folder] });
    await waitForThumbnail(page, "photo-0.jpg");
    const shift = () =>
      page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            let sum = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value;
            }).observe({ type: "layout-shift", buffered: true });
            setTimeout(() => resolve(sum), 500);
          }),
      );
    // The empty library's invitation gives way to the photos; after the first of them nothing moves.
    const before = await shift();
    await page.mouse.move(600, 400);
    await page.mouse.wheel(0, 3000);
    await page.waitForTimeout(1500);
    expect((await shift()) - before).toBeLessThan(0.001);
  });

  test("says in Chinese what it said in English as soon as it is asked to", async () => {
    const home = tempDir();
    const { page, app } = await start({ home });
    await page.locator(".app-header .button.plain").last().click();
    await page.getByLabel("Language").selectOption("zh-CN");
    await expect.poll(() => page.locator("nav.segments button").first().textContent()).toBe("图库");
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("zh-CN");
    await expect
      .poll(() => app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label)))
      .toContain("文件");
  });

  test("keeps ratings over a restart, and when the folder was renamed meanwhile", async () => {
    const home = tempDir();
    const folder = await photosAt(join(home, "old name"), ["a.jpg", "b.jpg"]);
    const first = await start({ home, paths: [folder] });
    await waitForThumbnail(first.page, "b.jpg");
    await cellOf(first.page, "b.jpg").click();
    await first.page.keyboard.press("5");
    await first.page.keyboard.press("p");
    await first.page.waitForTimeout(1000);
    await first.close();
    renameSync(folder, join(home, "new name"));
    const { page } = await start({ home, paths: [join(home, "new name")] });
    await expect.poll(() => cellOf(page, "b.jpg").textContent(), { timeout: 20_000 }).toMatch(/5 stars, picked/);
    expect(await cellOf(page, "a.jpg").textContent()).not.toMatch(/stars/);
  });
});

test("the system sees the work: a bar, no sleep while it goes on, a word at its end", async () => {
  const home = tempDir();
  const target = join(home, "out");
  mkdirSync(target);
  const folder = await photosAt(join(home, "in"), ["a.jpg", "b.jpg"]);
  const open = await start({ home, paths: [folder] });
  const { app, page } = open;
  await app.evaluate(({ BrowserWindow, Notification }) => {
    const seen = { bars: [] as number[], words: [] as string[] };
    (globalThis as unknown as { seen: typeof seen }).seen = seen;
    const window = BrowserWindow.getAllWindows()[0];
    if (window === undefined) return;
    window.setProgressBar = (share: number) => void seen.bars.push(share);
    window.isFocused = () => false;
    Notification.isSupported = () => true;
    Notification.prototype.show = function show(this: Electron.Notification) {
      seen.words.push(`${this.title}: ${this.body}`);
    };
  });
  for (const name of ["a.jpg", "b.jpg"]) await cellOf(page, name).waitFor();
  await cellOf(page, "a.jpg").click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.getByLabel("Model", { exact: true }).selectOption("srgan-x4");
  await answerDialogs(open, target);
  await page.keyboard.press("ControlOrMeta+Enter");
  const isAwake = () => app.evaluate(({ powerSaveBlocker }) => [0, 1, 2].some((id) => powerSaveBlocker.isStarted(id)));
  await expect.poll(isAwake, { timeout: 30_000 }).toBe(true);
  await expect.poll(() => cellOf(page, "b.jpg").getAttribute("data-state"), { timeout: 60_000 }).toBe("done");
  await expect.poll(isAwake).toBe(false);
  const seen = await app.evaluate(() => (globalThis as unknown as { seen: { bars: number[]; words: string[] } }).seen);
  expect(seen.bars.some((share) => share > 0 && share < 1)).toBe(true);
  expect(seen.bars.at(-1)).toBe(-1);
  expect(seen.words).toEqual(["Photos enhanced: 2 photos are ready in out."]);
});
