import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { answerDialogs } from "../helpers/app-steps.ts";
import { writeCoordinates } from "../helpers/coordinate-picture.ts";
import { enhanceAll, importRepeater, inspect, settled } from "../helpers/inspector.ts";
import { startApp } from "../helpers/start-app.ts";
import { tempDir } from "../helpers/temp.ts";

const sha256Of = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

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
  await expect.poll(() => dialog.textContent()).toContain("2 photos with a result · 1 without one is left out");
  const name = dialog.getByLabel("Names");
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
  await expect.poll(() => dialog.getByRole("status").textContent(), { timeout: 20_000 }).toBe("Exported · 2 exported");
  for (const [place, from] of [
    ["originals/01 A.png", join(home, "in", "a.png")],
    ["enhanced/02 茶园.png", join(target, "茶园.png")],
  ] as const) {
    expect(sha256Of(join(to, place)), place).toBe(sha256Of(from));
  }
  expect(existsSync(join(to, "silvergrain-export.csv"))).toBe(true);

  // Pictures side by side, by the engine; what was chosen is remembered.
  await dialog.getByRole("button", { name: "Export something else" }).click();
  await dialog.getByLabel("What").selectOption("side-by-side");
  await dialog.getByLabel("Format").selectOption("png");
  await expect.poll(() => dialog.locator(".export-names li").first().textContent()).toBe("01 A.png");
  await begin.click();
  await expect.poll(() => existsSync(join(to, "02 茶园.png")), { timeout: 20_000 }).toBe(true);
  await expect.poll(() => dialog.getByRole("status").textContent(), { timeout: 20_000 }).toBe("Exported · 2 exported");
  await dialog.getByRole("button", { name: "Export something else" }).click();
  await dialog.getByLabel("What").selectOption("html");
  await begin.click();
  await expect.poll(() => dialog.getByRole("status").textContent(), { timeout: 20_000 }).toBe("Exported · 2 exported");
  expect(existsSync(join(to, "comparison.html"))).toBe(true);
  const kept = () => JSON.parse(readFileSync(join(home, "data", "settings.json"), "utf8")).settings.exporting.kind;
  await expect.poll(kept).toBe("html");
  await dialog.getByRole("button", { name: "Close" }).click();

  // Just what the inspector shows: at 800 % a part of the photo, px for px.
  await inspect(page, "a.png");
  await page.getByRole("button", { name: "Split", exact: true }).click();
  await page.keyboard.press("Control+1");
  for (let i = 0; i < 12; i++) await page.keyboard.press("=");
  await settled(page);
  await page.keyboard.press("Control+Shift+E");
  await expect.poll(() => dialog.textContent()).toContain("1 photo with a result");
  await dialog.getByLabel("What").selectOption("split");
  await dialog.getByLabel("Captions").uncheck();
  await dialog.getByLabel("Only what is in view").check();
  await dialog.getByLabel("Names").fill("view");
  await begin.click();
  await expect.poll(() => existsSync(join(to, "view.png")), { timeout: 20_000 }).toBe(true);
  const { width = 0, height = 0 } = await sharp(join(to, "view.png")).metadata();
  expect([width > 1 && width < 160, height > 1 && height < 120]).toEqual([true, true]);
});
