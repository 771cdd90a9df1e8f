import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import sharp from "sharp";
import type { AppEvent, ExportChoice, ExportState } from "../../preload/contract.ts";
import type { OpenApp } from "./app.ts";
import { answerDialogs, cellOf, dragOver, drop, waitForThumbnail } from "./app-steps.ts";
import { ROOT } from "./models.ts";

/** A screen of the app, and how to come to it from the one before. */
export interface Screen {
  readonly name: string;
  readonly go: (open: OpenApp, home: string) => Promise<void>;
}

/** Names long and short, in two scripts. */
const NAMES = [
  "beach-at-dawn.jpg",
  "IMG_2041.jpg",
  "IMG_2042.jpg",
  "京都 茶园 清晨的雾气与第一缕阳光照在山坡上.jpg",
  "a very long name that a scanner gave, 2024-11-03 14.22.09 (final, corrected).jpg",
  "pier.jpg",
  "studio-portrait-042.jpg",
  "harbour.jpg",
  "roofs.jpg",
  "window.jpg",
  "yard.jpg",
  "zinc.jpg",
];
const BROKEN = "half-copied.jpg";

/** Pictures of our own, cut and turned out of the sample picture, with EXIF as a camera writes it. */
export async function makePhotos(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const sample = join(ROOT, "assets", "sample.png");
  const { width, height } = await sharp(sample).metadata();
  for (const [i, name] of NAMES.entries()) {
    const isTall = i % 4 === 2;
    const w = Math.round(width * (isTall ? 0.5 : 0.8));
    const h = Math.round(height * (isTall ? 0.9 : 0.7));
    await sharp(sample)
      .extract({
        left: Math.round(((width - w) * (i % 5)) / 4),
        top: Math.round(((height - h) * (i % 3)) / 2),
        width: w,
        height: h,
      })
      .modulate({ hue: i * 30, brightness: 0.8 + (i % 4) * 0.12 })
      .withExif({
        IFD0: { Make: "Silvergrain", Model: "Sample 1" },
        IFD2: {
          DateTimeOriginal: `2024:11:${String(i + 1).padStart(2, "0")} 09:30:00`,
          ExposureTime: "1/250",
          FNumber: "28/10",
          ISOSpeedRatings: "400",
          FocalLength: "35/1",
          LensModel: "35mm F1.8",
        },
      })
      .jpeg({ quality: 90 })
      .toFile(join(folder, name));
  }
  writeFileSync(join(folder, BROKEN), "not a photo at all");
  writeFileSync(join(folder, "notes.txt"), "one\n");
}

const MODEL = ".enhance select";

/** Every screen, in an order in which one leads to the next. */
export const SCREENS: readonly Screen[] = [
  { name: "gallery-empty", go: async ({ page }) => page.locator("main").waitFor() },
  {
    name: "queue-empty",
    go: async ({ page }) => {
      await page.keyboard.press("Alt+3");
      await page.locator(".queue-empty").waitFor();
    },
  },
  {
    name: "dropping",
    go: async (open, home) => {
      await open.page.keyboard.press("Alt+1");
      await dragOver(open, home);
      await open.page.locator(".drop-veil").waitFor();
    },
  },
  {
    name: "gallery",
    go: async (open, home) => {
      await makePhotos(join(home, "November"));
      await drop(open, [join(home, "November")]);
      for (const name of NAMES.slice(0, 6)) await waitForThumbnail(open.page, name.slice(0, 12));
      await cellOf(open.page, BROKEN).getByText(/./).first().waitFor();
    },
  },
  {
    name: "gallery-chosen",
    go: async (open, home) => {
      mkdirSync(join(home, "Enhanced"), { recursive: true });
      await answerDialogs(open, join(home, "Enhanced"));
      const { page } = open;
      await cellOf(page, "IMG_2041").click();
      await page.keyboard.press("4");
      await page.keyboard.press("p");
      await cellOf(page, "beach").click({ modifiers: ["ControlOrMeta"] });
      await page.keyboard.press("7");
      await cellOf(page, "IMG_2042").click({ modifiers: ["ControlOrMeta"] });
      await page.evaluate(() => window.silvergrain.chooseTarget());
      await page.locator('.plan[aria-busy="false"]').waitFor({ timeout: 30_000 });
      await page
        .locator(".plan")
        .getByText(/GB|MB|吉|兆/)
        .first()
        .waitFor();
    },
  },
  {
    name: "gallery-working",
    go: async ({ page }) => {
      await page.locator(MODEL).nth(1).selectOption("srgan-x4");
      await page.locator('.plan[aria-busy="false"]').waitFor({ timeout: 30_000 });
      await page.keyboard.press("ControlOrMeta+Enter");
      await page.locator('[role="gridcell"][data-state="running"]').first().waitFor({ timeout: 30_000 });
      await page.locator(".queue-bar progress").waitFor();
    },
  },
  {
    name: "queue",
    go: async ({ page }) => {
      await page.keyboard.press("Alt+3");
      await page.locator(".queue-page, main section").first().waitFor();
    },
  },
  {
    name: "shortcuts",
    go: async ({ page }) => {
      await page.keyboard.press("?");
      await page.locator("dialog[open]").waitFor();
    },
  },
  {
    name: "settings",
    go: async ({ page }) => {
      await closeDialog(page);
      await page.locator(".app-header .button.plain").last().click();
      await page.locator("dialog[open]").waitFor();
    },
  },
  {
    name: "diagnostics",
    go: async ({ page }) => {
      await page.locator(".settings-pages button").nth(1).click();
      await page.locator('.diagnostics[aria-busy="false"]').waitFor({ timeout: 30_000 });
    },
  },
  {
    name: "diagnostics-end",
    go: async ({ page }) => page.locator(".log-lines").scrollIntoViewIfNeeded(),
  },
  {
    name: "passed-over",
    go: async ({ page }) => {
      await closeDialog(page);
      await page.locator("button.shelf-note").click();
      await page.locator("dialog[open] li").first().waitFor();
    },
  },
  {
    name: "nothing-found",
    go: async ({ page }) => {
      await closeDialog(page);
      await page.keyboard.press("Alt+1");
      await page.locator("#search").fill("nothing is called so");
      await page.locator('[role="gridcell"]').first().waitFor({ state: "detached" });
    },
  },
  {
    name: "gallery-narrow",
    go: async (open) => {
      await open.page.locator("#search").fill("");
      await resize(open, 900, 640);
      await open.page.locator('[role="gridcell"]').first().waitFor();
    },
  },
  {
    name: "gallery-small-cells",
    go: async (open) => {
      await resize(open, 1440, 900);
      for (let i = 0; i < 6; i++) await open.page.keyboard.press("ControlOrMeta+-");
      await open.page.locator('[role="gridcell"]').first().waitFor();
    },
  },
  {
    name: "inspector-split",
    go: async ({ page }) => {
      for (let i = 0; i < 6; i++) await page.keyboard.press("ControlOrMeta+=");
      const done = page.locator('[role="gridcell"][data-state="done"]').first();
      await done.waitFor({ timeout: 240_000 });
      await done.dblclick();
      await page.locator('.stage[aria-busy="false"]').waitFor();
      const isMeasured = () =>
        /\d\s?%/.test(document.querySelector(".inspector-section .value[aria-live]")?.textContent ?? "");
      await page.waitForFunction(isMeasured, undefined, { timeout: 60_000 });
    },
  },
  {
    name: "inspector-loupe",
    go: async ({ page }) => {
      await page.keyboard.press("ControlOrMeta+1");
      const box = await stageOf(page);
      for (const [u, v] of [
        [0.3, 0.62],
        [0.62, 0.3],
      ] as const) {
        await page.keyboard.press("m");
        await page.mouse.click(box.x + box.width * u, box.y + box.height * v);
      }
      await page.keyboard.press("l");
      await page.mouse.move(box.x + box.width * 0.68, box.y + box.height * 0.45);
      await page.locator(".readout:not([hidden])").waitFor();
    },
  },
  {
    name: "inspector-beside",
    go: async ({ page }) => {
      await page.locator(".inspector-tools .popover-button, .inspector-tools button[popovertarget]").last().click();
      await page.locator("[popover]:popover-open .segments button").nth(2).click();
      await page.keyboard.press("Escape");
      const box = await stageOf(page);
      await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.4);
      await page.locator('.stage[aria-busy="false"]').waitFor();
    },
  },
  {
    name: "inspector-side",
    go: async ({ page }) => {
      await page.keyboard.press("l");
      await page.keyboard.press("y");
      await page.locator('.stage[aria-busy="false"]').waitFor();
    },
  },
  {
    name: "inspector-difference",
    go: async ({ page }) => {
      await page.keyboard.press("d");
      await page.locator('.stage[aria-busy="false"]').waitFor();
    },
  },
  {
    name: "inspector-slots",
    go: async ({ page }) => {
      await page.locator(".inspector-tools .segments button").nth(7).click();
      await page.locator('.stage[aria-busy="false"]').waitFor();
    },
  },
  {
    name: "inspector-narrow",
    go: async (open) => {
      await open.page.keyboard.press("s");
      await open.page.keyboard.press("ControlOrMeta+0");
      await resize(open, 900, 640);
      await open.page.locator('.stage[aria-busy="false"]').waitFor();
    },
  },
  { name: "export-narrow", go: async ({ page }) => openExport(page, "split") },
  {
    name: "settings-narrow",
    go: async ({ page }) => {
      await closeDialog(page);
      await page.keyboard.press("ControlOrMeta+,");
      await page.locator("dialog[open] .settings-page select").first().waitFor();
    },
  },
  {
    name: "diagnostics-narrow",
    go: async ({ page }) => {
      await page.locator(".settings-pages button").nth(1).click();
      await page.locator('.diagnostics[aria-busy="false"]').waitFor({ timeout: 30_000 });
    },
  },
  {
    name: "export-paired",
    go: async (open) => {
      await closeDialog(open.page);
      await open.page.keyboard.press("Alt+1");
      await resize(open, 1440, 900);
      await openExport(open.page, "paired");
    },
  },
  {
    name: "export-problem",
    go: async ({ page }) => {
      await page.locator("dialog .template").fill("{camera} {nme|upper}");
      await page.locator("dialog .export-names .bad").waitFor();
    },
  },
  {
    name: "export-long-names",
    go: async ({ page }) => {
      const long = "{camera|nvl('a camera without a name')}/a folder for everything from {date:YYYY}/{batch} {name}";
      await page.locator("dialog .template").fill(long);
      await page.locator("dialog .export-names li").first().waitFor();
    },
  },
  {
    name: "export-split",
    go: async ({ page }) => {
      await page.locator("dialog .template").fill("{name}");
      await chooseKind(page, "split");
    },
  },
  { name: "export-sheet", go: async ({ page }) => chooseKind(page, "sheet") },
  { name: "export-page", go: async ({ page }) => chooseKind(page, "html") },
  { name: "export-working", go: async (open, home) => showExport(open, home, { done: 12 }) },
  { name: "export-ended", go: async (open, home) => showExport(open, home, { done: 40, skipped: 3, end: "done" }) },
  {
    name: "export-ended-in-part",
    go: async (open, home) => {
      const failures = [
        { name: NAMES[4] as string, code: "SOURCE_MISSING", message: `${home}/${NAMES[4]} is not there any more.` },
        { name: NAMES[3] as string, code: "SOURCE_CHANGED", message: `${home}/${NAMES[3]} was changed meanwhile.` },
      ];
      await showExport(open, home, { done: 40, failed: 2, failures, end: "done" });
    },
  },
  {
    name: "export-failed",
    go: async (open, home) => {
      const end = { code: "TARGET_UNWRITABLE", message: `${home} cannot be written to. Check its permissions.` };
      await showExport(open, home, { end });
    },
  },
  {
    name: "export-nothing",
    go: async ({ page }) => {
      await closeDialog(page);
      await page.locator("#search").fill("zinc");
      await page.waitForFunction(() => document.querySelectorAll('[role="gridcell"]').length === 1);
      await page.keyboard.press("ControlOrMeta+Shift+e");
      await page.locator("dialog[open] [role=status]").waitFor();
    },
  },
];

async function openExport(page: Page, kind: ExportChoice["kind"]): Promise<void> {
  await page.keyboard.press("ControlOrMeta+Shift+e");
  await page.locator("dialog[open] button[type=submit]:enabled").waitFor();
  await chooseKind(page, kind);
}

async function chooseKind(page: Page, kind: ExportChoice["kind"]): Promise<void> {
  await page.locator(`dialog input[value=${kind}]`).check();
}

/** As the main process tells of an export of 40 photos into a folder with a long name; with so few there is no half-way. */
async function showExport({ app, page }: OpenApp, home: string, part: Partial<ExportState>): Promise<void> {
  const folder = join(home, "Photos of the year, enhanced", "For the exhibition in the town hall", "Second selection");
  const state = { total: 40, done: 0, skipped: 0, failed: 0, failures: [], folder, end: undefined, ...part };
  await app.evaluate(({ BrowserWindow }, told) => BrowserWindow.getAllWindows()[0]?.webContents.send("event", told), {
    type: "export",
    state,
  } satisfies AppEvent);
  await page.locator(state.end === undefined ? "dialog .bar" : "dialog .export-outcome").waitFor();
}

async function stageOf(page: Page) {
  const box = await page.locator(".stage").boundingBox();
  if (box === null) throw new Error("The stage is not in the window");
  return box;
}

async function closeDialog(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
}

async function resize({ app, page }: OpenApp, width: number, height: number): Promise<void> {
  await app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size[0], size[1]), [
    width,
    height,
  ] as const);
  await page.waitForFunction((wanted) => innerWidth === wanted, width);
}

/** Lets what moves come to rest. */
export async function settle(page: Page): Promise<void> {
  await page.waitForTimeout(400);
}
