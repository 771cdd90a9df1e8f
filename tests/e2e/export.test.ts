import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import sharp from "sharp";
import { expect, test } from "vitest";
import { EXPORT_KINDS } from "../../preload/contract.ts";
import { answerDialogs } from "../helpers/app-steps.ts";
import { writeCoordinates } from "../helpers/coordinate-picture.ts";
import { enhanceAll, importRepeater, inspect, settled } from "../helpers/inspector.ts";
import { startApp } from "../helpers/start-app.ts";
import { tempDir } from "../helpers/temp.ts";

const sha256Of = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** Waits until a dialog is gone: one that is closed, and still there, takes the keys. */
function closed(page: Page): Promise<void> {
  return expect.poll(() => page.locator("dialog").count()).toBe(0);
}

test("photos with results are exported from the dialog: names as one types, the folder, how far it is, the end", async () => {
  const home = tempDir();
  importRepeater(home);
  mkdirSync(join(home, "in"));
  for (const name of ["a.png", "茶园.png"]) await writeCoordinates(join(home, "in", name), 40, 30);
  const open = await startApp({ home, paths: [join(home, "in")] });
  const { page } = open;
  const target = await enhanceAll(open, home);
  await writeCoordinates(join(home, "in", "not enhanced.png"), 20, 20);
  await expect.poll(() => page.getByRole("gridcell").count()).toBe(3);

  await page.keyboard.press("Control+Shift+E");
  const dialog = page.getByRole("dialog");
  const choose = (kind: string) => dialog.getByRole("radio", { name: kind, exact: true }).check();
  await expect.poll(() => dialog.textContent()).toContain("2 photos with a result · 1 without one is left out");
  const name = dialog.getByLabel("Template");
  await name.fill("{nme|upper}");
  await expect
    .poll(() => dialog.textContent())
    .toContain("There is no field “nme”. Did you mean “name”? (at character 2)");
  expect(await name.getAttribute("aria-invalid")).toBe("true");
  const begin = dialog.getByRole("button", { name: "Choose a folder and export" });
  expect(await begin.isDisabled()).toBe(true);
  await name.fill("{n:00} {name|upper}");
  await expect
    .poll(() => dialog.locator(".export-names li").allTextContents())
    .toEqual(["originals/01 A.png", "enhanced/01 A.png", "originals/02 茶园.png", "enhanced/02 茶园.png"]);

  const to = join(home, "to");
  mkdirSync(to);
  await answerDialogs(open, to);
  await begin.click();
  await expect.poll(() => dialog.getByRole("status").textContent(), { timeout: 20_000 }).toBe("Exported 2 photos");
  for (const [place, from] of [
    ["originals/01 A.png", join(home, "in", "a.png")],
    ["enhanced/02 茶园.png", join(target, "茶园.png")],
  ] as const) {
    expect(sha256Of(join(to, place)), place).toBe(sha256Of(from));
  }
  expect(existsSync(join(to, "silvergrain-export.csv"))).toBe(true);

  // Pictures side by side, by the engine; what was chosen is remembered.
  await dialog.getByRole("button", { name: "Export something else" }).click();
  await choose("Side by side");
  await dialog.getByLabel("Format").selectOption("png");
  await expect.poll(() => dialog.locator(".export-names li").first().textContent()).toBe("01 A.png");
  await begin.click();
  await expect.poll(() => existsSync(join(to, "02 茶园.png")), { timeout: 20_000 }).toBe(true);
  await expect.poll(() => dialog.getByRole("status").textContent(), { timeout: 20_000 }).toBe("Exported 2 photos");
  await dialog.getByRole("button", { name: "Export something else" }).click();
  await choose("Web page");
  await begin.click();
  await expect.poll(() => dialog.getByRole("status").textContent(), { timeout: 20_000 }).toBe("Exported 2 photos");
  expect(existsSync(join(to, "comparison.html"))).toBe(true);
  const kept = () => JSON.parse(readFileSync(join(home, "data", "settings.json"), "utf8")).settings.exporting.kind;
  await expect.poll(kept).toBe("html");
  await dialog.getByRole("button", { name: "Close" }).last().click();

  // Just what the inspector shows: at 800 % a part of the photo, px for px.
  await inspect(page, "a.png");
  await page.getByRole("button", { name: "Split", exact: true }).click();
  await page.keyboard.press("Control+1");
  for (let i = 0; i < 12; i++) await page.keyboard.press("=");
  await settled(page);
  await page.keyboard.press("Control+Shift+E");
  await expect.poll(() => dialog.textContent()).toContain("1 photo with a result");
  await choose("Split by a line");
  await dialog.getByLabel("Captions").uncheck();
  await dialog.getByLabel("Only what is in view").check();
  await dialog.getByLabel("Template").fill("view");
  await begin.click();
  await expect.poll(() => existsSync(join(to, "view.png")), { timeout: 20_000 }).toBe(true);
  const { width = 0, height = 0 } = await sharp(join(to, "view.png")).metadata();
  expect([width > 1 && width < 160, height > 1 && height < 120]).toEqual([true, true]);

  // A pin sheet is of the photos that have a pin.
  await dialog.getByRole("button", { name: "Export something else" }).click();
  await choose("Pin sheets");
  await expect.poll(() => dialog.textContent()).toContain("No place is marked in these photos.");
  expect(await begin.isDisabled()).toBe(true);
  await page.keyboard.press("Escape");
  await closed(page);
  await page.keyboard.press("m");
  await page.locator(".stage").click();
  await page.keyboard.press("Control+Shift+E");
  await expect.poll(() => dialog.textContent()).toContain("1 photo with marked places");
  await dialog.getByLabel("On its long side").check();
  await begin.click();
  await expect.poll(() => dialog.getByRole("status").textContent(), { timeout: 20_000 }).toBe("Exported 1 photo");
  // A4 on its long side.
  expect(readFileSync(join(to, "pin-sheet.pdf"), "latin1")).toContain("/MediaBox [0 0 841.92 595.20]");
});

test("the dialog is all keyboard: the focus stays in it, Escape closes it before and after an export, and gives the focus back", async () => {
  const home = tempDir();
  importRepeater(home);
  mkdirSync(join(home, "in"));
  await writeCoordinates(join(home, "in", "a.png"), 40, 30);
  const open = await startApp({ home, paths: [join(home, "in")], size: [900, 640] });
  const { page } = open;
  await enhanceAll(open, home);
  const dialog = page.getByRole("dialog");
  const isFocusIn = () => page.evaluate(() => document.activeElement?.closest("dialog") != null);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("value"));

  await page.getByRole("grid").focus();
  await page.keyboard.press("Control+Shift+E");
  await expect.poll(focused).toBe("paired");
  await page.keyboard.press("Escape");
  await closed(page);
  expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("grid");

  // Every kind by the arrows; for each, the buttons are in sight in the smallest window.
  await page.keyboard.press("Control+Shift+E");
  const begin = dialog.getByRole("button", { name: "Choose a folder and export" });
  await expect.poll(() => begin.isEnabled()).toBe(true);
  for (const kind of EXPORT_KINDS) {
    expect(await focused()).toBe(kind);
    const box = await begin.boundingBox();
    expect(box !== null && box.y + box.height <= 640, kind).toBe(true);
    await page.keyboard.press("ArrowDown");
  }
  await expect.poll(focused).toBe("paired");
  // Once around, by way of the browser's own edge.
  const seen = new Set<string | null>();
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press("Tab");
    seen.add(await page.evaluate(() => document.activeElement?.closest("dialog, body")?.tagName ?? null));
    seen.add(await page.evaluate(() => document.activeElement?.textContent ?? null));
  }
  expect([...seen]).toContain("Choose a folder and export");
  expect(seen.has("Enhance")).toBe(false);

  // No folder is chosen: all is as it was.
  await open.app.evaluate(({ dialog: native }) => {
    native.showOpenDialog = async () => ({ canceled: true, filePaths: [] });
  });
  await begin.focus();
  await page.keyboard.press("Enter");
  await page.evaluate(() => window.silvergrain.marks());
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Choose a folder and export");

  const to = join(home, "to");
  mkdirSync(to);
  await answerDialogs(open, to);
  await page.keyboard.press("Enter");
  await expect.poll(() => dialog.getByRole("status").textContent(), { timeout: 20_000 }).toBe("Exported 1 photo");
  expect(await isFocusIn()).toBe(true);
  // What lies behind takes no key, even where nothing has the focus.
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("x");
  expect(await page.locator('[role="gridcell"][aria-selected="true"]').count()).toBe(0);
  await page.keyboard.press("Escape");
  await closed(page);

  // A folder that cannot be written to is said in the dialog, and it can be left in the same way.
  const file = join(home, "no folder");
  writeFileSync(file, "");
  await answerDialogs(open, file);
  await page.keyboard.press("Control+Shift+E");
  await expect.poll(() => begin.isEnabled()).toBe(true);
  await begin.click();
  await expect.poll(() => dialog.getByRole("status").textContent(), { timeout: 20_000 }).toContain("Not exported");
  await expect.poll(() => dialog.textContent()).toContain("no folder");
  await dialog.getByRole("button", { name: "Back" }).click();
  await expect.poll(focused).toBe("paired");
  await page.keyboard.press("Escape");
  await closed(page);
});
