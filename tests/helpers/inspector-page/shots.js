// @ts-check
// Pictures of the inspector in every state, to be looked at:
// node scripts/xvfb.js node tests/helpers/inspector-page/shots.js PHOTOS FOLDER [NAME]
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { _electron } from "playwright";
import sharp from "sharp";
import { electronArgs, electronEnvironment, findElectron } from "../../../scripts/electron.js";
import { buildPage } from "./build.js";

/** @typedef {import("playwright").Page} Page */
/** @typedef {{ name: string, query: string, small?: boolean, go?: (page: Page) => Promise<void> }} Shot */

/** @param {...string} keys */
const press =
  (...keys) =>
  async (/** @type {Page} */ page) => {
    for (const key of keys) await page.keyboard.press(key);
  };

/** @type {readonly Shot[]} */
const SHOTS = [
  { name: "done", query: "state=done" },
  { name: "several-light", query: "state=several&theme=light", go: press("n") },
  { name: "several-small", query: "state=several&at=14", small: true },
  { name: "zh", query: "state=several&language=zh-CN&at=200" },
  { name: "zh-small-light", query: "state=waiting&language=zh-CN&theme=light", small: true },
  {
    name: "live",
    query: "state=several",
    go: async (page) => {
      await page.getByRole("slider", { name: "Realism" }).focus();
      await press("ArrowLeft")(page);
      await page.waitForTimeout(400);
    },
  },
  {
    name: "gallery",
    query: "state=done",
    go: async (page) => {
      await press("g")(page);
      await page.waitForTimeout(600);
    },
  },
  { name: "none", query: "state=none" },
  { name: "waiting-small", query: "state=waiting&theme=light", small: true },
  { name: "failed", query: "state=failed&at=12" },
  { name: "slow", query: "state=slow" },
  { name: "empty-light", query: "state=empty&theme=light" },
  {
    name: "help",
    query: "state=done",
    go: (page) => page.getByRole("button", { name: "How trust is measured" }).click(),
  },
  {
    name: "help-small-zh",
    query: "state=done&language=zh-CN",
    small: true,
    go: (page) => page.getByRole("button", { name: "可信度的计算方法" }).click(),
  },
  {
    name: "split-options",
    query: "state=done",
    go: (page) => page.getByRole("button", { name: "View options" }).click(),
  },
  {
    name: "slot-options",
    query: "state=several&theme=light",
    go: async (page) => {
      await page.getByRole("button", { name: "Slots" }).click();
      await page.getByRole("button", { name: "View options" }).click();
    },
  },
  {
    name: "blink-options-small",
    query: "state=several",
    small: true,
    go: async (page) => {
      await press("b")(page);
      await page.getByRole("button", { name: "View options" }).click();
    },
  },
  {
    name: "loupe-options",
    query: "state=done",
    go: (page) => page.getByRole("button", { name: "Loupe options" }).click(),
  },
  { name: "blind-choice", query: "state=several", go: press("t") },
  {
    name: "blind-small",
    query: "state=several",
    small: true,
    go: async (page) => {
      await press("t")(page);
      await page.getByRole("button", { name: "Begin" }).click();
      await press("a", "1", "2")(page);
    },
  },
  {
    name: "blind-over",
    query: "state=several&theme=light",
    go: async (page) => {
      await press("t")(page);
      await page.getByRole("button", { name: "Begin" }).click();
      await press("1", "2", "1", "1", "Escape")(page);
    },
  },
  { name: "sheet", query: "state=done", go: press("?") },
  { name: "sheet-small-zh", query: "state=done&language=zh-CN", small: true, go: press("?") },
  { name: "panels-hidden", query: "state=done", go: press("Tab") },
  {
    name: "rename",
    query: "state=done",
    go: (page) => page.getByRole("button", { name: "whiskers" }).first().dblclick(),
  },
];

const [photos, folder, only] = process.argv.slice(2);
if (photos === undefined || folder === undefined)
  throw new Error("Expected a folder of photos and one for the pictures");
const work = mkdtempSync(join(tmpdir(), "inspector-page-"));
try {
  const small = join(work, "photos");
  mkdirSync(small);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(photos)
    .filter((each) => each.endsWith(".jpg"))
    .slice(0, 12))
    await sharp(join(photos, name)).resize(320, 320, { fit: "inside" }).toFile(join(small, name));
  await buildPage(work);
  const { path } = await findElectron();
  const app = await _electron.launch({
    executablePath: path,
    args: electronArgs([], { app: work }),
    env: { .../** @type {Record<string, string>} */ (electronEnvironment()), PHOTOS: small },
    colorScheme: null,
  });
  const page = await app.firstWindow();
  page.on("pageerror", (error) => console.error(error.message));
  page.on("console", (message) => message.type() === "error" && console.error(message.text()));
  for (const shot of SHOTS.filter(({ name }) => only === undefined || name.startsWith(only))) {
    const [width, height] = shot.small ? [900, 600] : [1440, 900];
    await app.evaluate(
      ({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w, h),
      /** @type {const} */ ([width, height]),
    );
    await page.goto(`app://silvergrain/index.html?${shot.query}`);
    await page.waitForSelector("[data-ready=true]");
    await page.waitForTimeout(900);
    try {
      await shot.go?.(page);
    } catch (error) {
      console.error(shot.name, error instanceof Error ? error.message.split("\n")[0] : error);
    }
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(folder, `${shot.name}.png`) });
  }
  await app.close();
} finally {
  rmSync(work, { recursive: true, force: true });
}
