import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type OpenApp, openApp } from "../helpers/app.ts";
import { answerDialogs, cellOf, drop } from "../helpers/app-steps.ts";
import { card } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

const NAMES = ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg", "f.jpg"];

/** The app with six photos queued in a paused queue, and its queue page open. */
async function pausedQueue(): Promise<{
  readonly open: OpenApp;
  readonly home: string;
  readonly folder: string;
  readonly target: string;
}> {
  const home = tempDir();
  const folder = join(home, "in");
  const target = join(home, "out");
  mkdirSync(folder);
  mkdirSync(target);
  for (const [i, name] of NAMES.entries())
    await card(100 + i, 90)
      .jpeg()
      .toFile(join(folder, name));
  const open = await openApp({ home, paths: [folder], size: [1440, 900] });
  onTestFinished(() => open.close().catch(() => {}));
  const { page } = open;
  for (const name of NAMES) await cellOf(page, name).waitFor();
  await page.evaluate(() => window.silvergrain.pause({ paused: true }));
  await cellOf(page, "a.jpg").click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.getByLabel("Model", { exact: true }).selectOption("srgan-x4");
  await answerDialogs(open, target);
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect.poll(() => cellOf(page, "f.jpg").getAttribute("data-state"), { timeout: 30_000 }).toBe("queued");
  await page.keyboard.press("Alt+3");
  await expect.poll(() => jobNames(open)).toEqual(NAMES);
  return { open, home, folder, target };
}

async function jobNames({ page }: OpenApp): Promise<readonly string[]> {
  const rows = await page.locator('[role="option"]').allTextContents();
  return rows.map((text) => /([a-f]\.jpg)/.exec(text)?.[1] ?? text);
}

test("waiting photos are moved by keys and by dragging, one is cancelled, and the rest is done in that order", async () => {
  const { open, target } = await pausedQueue();
  const { page } = open;
  expect(await page.locator(".queue-head .why").textContent()).toMatch(/paused/i);

  await page.locator('[role="option"]').nth(4).click();
  await page.keyboard.press("Alt+Home");
  await expect.poll(() => jobNames(open)).toEqual(["e.jpg", "a.jpg", "b.jpg", "c.jpg", "d.jpg", "f.jpg"]);
  await page.keyboard.press("Alt+ArrowDown");
  await expect.poll(() => jobNames(open)).toEqual(["a.jpg", "e.jpg", "b.jpg", "c.jpg", "d.jpg", "f.jpg"]);

  const from = page.locator('[role="option"]').nth(5);
  const to = page.locator('[role="option"]').nth(0);
  await from.dragTo(to, { targetPosition: { x: 40, y: 3 } });
  await expect.poll(() => jobNames(open)).toEqual(["f.jpg", "a.jpg", "e.jpg", "b.jpg", "c.jpg", "d.jpg"]);

  await page.locator('[role="option"]').nth(3).click();
  await page.keyboard.press("Delete");
  await page.getByRole("button", { name: "Resume the queue" }).click();
  await expect.poll(() => results(target).length, { timeout: 60_000 }).toBe(5);
  expect(results(target)).toEqual(["a.jpg", "c.jpg", "d.jpg", "e.jpg", "f.jpg"]);
  await expect
    .poll(async () => {
      const answer = await page.evaluate(() => window.silvergrain.open());
      return answer.ok ? answer.value.queue.batches.map(({ done, cancelled }) => [done, cancelled]) : [];
    })
    .toEqual([[5, 1]]);
  const order = await page.evaluate(async () => {
    const answer = await window.silvergrain.jobs({ batch: 1, limit: 10 });
    return answer.ok ? answer.value.map(({ name, state }) => `${name} ${state}`) : [];
  });
  expect(order).toEqual(["f.jpg done", "a.jpg done", "e.jpg done", "b.jpg cancelled", "c.jpg done", "d.jpg done"]);
});

test("a photo that fails says why and stops nothing; it is tried again when its cause is gone", async () => {
  const { open, home, folder, target } = await pausedQueue();
  const { page } = open;
  rmSync(join(folder, "b.jpg"));
  await page.getByRole("button", { name: "Resume the queue" }).click();
  await expect.poll(() => results(target).length, { timeout: 60_000 }).toBe(5);
  const row = page.locator('[role="option"]').filter({ hasText: "b.jpg" });
  await expect.poll(() => row.textContent()).toMatch(/not there/);
  await card(101, 90).jpeg().toFile(join(folder, "b.jpg"));
  await page.getByRole("button", { name: /Retry 1 failed/ }).click();
  await expect.poll(() => results(target).length, { timeout: 60_000 }).toBe(6);

  await page.getByRole("button", { name: "Clear finished" }).first().click();
  await page.locator(".queue-empty").waitFor();
  // The gallery remembers for longer than the queue.
  await page.keyboard.press("Alt+1");
  await expect.poll(() => cellOf(page, "c.jpg").getAttribute("data-state")).toBe("done");
  // Also when the folder was taken out of the library, and comes back after a restart.
  const id = await page.evaluate(async () => {
    const answer = await window.silvergrain.open();
    return answer.ok ? (answer.value.folders[0]?.id ?? 0) : 0;
  });
  await page.evaluate((folderId) => window.silvergrain.removeFolder(folderId), id);
  await expect.poll(() => page.locator('[role="gridcell"]').count()).toBe(0);
  await open.close();
  const again = await openApp({ home, size: [1440, 900] });
  onTestFinished(() => again.close().catch(() => {}));
  await drop(again, [folder]);
  await expect.poll(() => cellOf(again.page, "c.jpg").getAttribute("data-state"), { timeout: 10_000 }).toBe("done");
});

test("a preset is kept over a restart, and takes the panel back to what it was", async () => {
  const home = tempDir();
  const first = await openApp({ home, size: [1440, 900] });
  onTestFinished(() => first.close().catch(() => {}));
  await first.page.getByLabel("Model", { exact: true }).selectOption("srresnet-x4");
  await first.page.getByLabel("Format").selectOption("png");
  await first.page.getByRole("button", { name: /Save as preset/ }).click();
  await first.page.getByLabel("Name", { exact: true }).fill("Prints for Ana");
  await first.page.keyboard.press("Enter");
  await expect
    .poll(() => first.page.getByLabel("Preset", { exact: true }).locator("option").allTextContents())
    .toContain("Prints for Ana");
  await first.page.getByLabel("Format").selectOption("tiff");
  await first.page.waitForTimeout(600);
  await first.close();

  const second = await openApp({ home, size: [1440, 900] });
  onTestFinished(() => second.close().catch(() => {}));
  const { page } = second;
  expect(await page.getByLabel("Format").inputValue()).toBe("tiff");
  await page.getByLabel("Preset", { exact: true }).selectOption({ label: "Prints for Ana" });
  await expect.poll(() => page.getByLabel("Format").inputValue()).toBe("png");
  expect(await page.getByLabel("Model", { exact: true }).inputValue()).toBe("srresnet-x4");
});

function results(target: string): readonly string[] {
  return readdirSync(target)
    .filter((name) => name.endsWith(".jpg"))
    .sort();
}
