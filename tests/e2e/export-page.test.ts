import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { AxeResults } from "axe-core";
import type { ElectronApplication, Page } from "playwright";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PageData } from "../../main/core/export.ts";
import { writePage } from "../../main/export/page-file.ts";
import { ENGLISH_PAGE } from "../../main/export/page-request.ts";
import { electronArgs, findElectron } from "../../scripts/electron.js";
import { coordinateSamples, readShot, writeCoordinates } from "../helpers/coordinate-picture.ts";
import { environmentIn, launchElectron } from "../helpers/launch.ts";
import { ROOT } from "../helpers/models.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Odd, and four times as large. */
const SMALL = { width: 151, height: 101 };
const LARGE = { width: 604, height: 404 };
const HOSTILE = `</script><img src=x onerror=alert(1)>\u2028"&' 茶园 a name that is so long that it has no room in any button or heading`;

let app: ElectronApplication;
let page: Page;
let path: string;
let home: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "silvergrain-page-"));
  const before = join(home, "before.png");
  const after = join(home, "after.png");
  await writeCoordinates(before, SMALL.width, SMALL.height);
  // The result repeats each px of the photo four times in each direction: it says where it is, too.
  const raw = { raw: { ...SMALL, channels: 3 as const } };
  await sharp(coordinateSamples(SMALL.width, SMALL.height), raw)
    .resize(LARGE.width, LARGE.height, { kernel: "nearest" })
    .png()
    .toFile(after);
  path = join(home, "comparison.html");
  const photo = (name: string, i: number) => ({
    name,
    before: { id: `p${i}-before`, mime: "image/png", ...SMALL },
    after: { id: `p${i}-after`, mime: "image/png", ...LARGE },
    facts: [["Model", HOSTILE] as const],
    pins: i === 0 ? [{ name: "eye", x: 0.25, y: 0.5 }] : [],
  });
  const data: PageData = { title: HOSTILE, ...ENGLISH_PAGE, photos: [photo(HOSTILE, 0), photo("second", 1)] };
  const pictures = data.photos.flatMap((each) => [
    { picture: each.before, path: before },
    { picture: each.after, path: after },
  ]);
  await writePage(path, data, pictures, join(ROOT, "dist", "export-page"));
  const { path: executablePath } = await findElectron();
  app = await launchElectron({
    executablePath,
    args: electronArgs([], { app: join(ROOT, "tests", "helpers", "plain-window") }),
    env: { ...environmentIn(home), SHOWN_URL: pathToFileURL(path).href },
  });
  page = await app.firstWindow();
  await page.waitForSelector('#stage[data-shown="0"]');
});
afterAll(async () => {
  await app?.close();
  rmSync(home, { recursive: true, force: true });
});

async function shot() {
  return readShot(await page.locator("#stage").screenshot({ scale: "device" }));
}

/** Nothing lies over the pictures. */
const bare = (isBare: boolean) =>
  page.evaluate((hides) => {
    for (const node of document.querySelectorAll<HTMLElement>("#divider, .tag, #marks")) {
      node.style.visibility = hides ? "hidden" : "";
    }
  }, isBare);

describe("a page of comparisons", () => {
  test("shows the right px on both sides of the line, at 100 %", async () => {
    await page.locator("#stage").focus();
    await page.keyboard.press("1");
    await bare(true);
    const picture = await shot();
    await bare(false);
    const left = Math.round((picture.width - LARGE.width) / 2);
    const upper = Math.round((picture.height - LARGE.height) / 2);
    for (const [x, y] of [
      [2, 2],
      [LARGE.width - 3, 5],
      [311, LARGE.height - 3],
      [400, 200],
    ] as const) {
      const is = picture.placeAt(left + x, upper + y);
      const isAfter = left + x > picture.width / 2;
      // What is before is enlarged by the browser, smoothly: to a px.
      expect(Math.abs(is.x - x / 4), `${x}`).toBeLessThanOrEqual(isAfter ? 0.75 : 1);
      expect(Math.abs(is.y - y / 4), `${y}`).toBeLessThanOrEqual(isAfter ? 0.75 : 1);
    }
  });

  test("has a line that is dragged by the mouse and moved by keys, and says where it is", async () => {
    const divider = page.getByRole("slider");
    const box = await page.locator("#stage").boundingBox();
    if (box === null) throw new Error("no stage");
    await page.mouse.move(box.x + box.width / 2 + 3, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 380, { steps: 5 });
    // Out of the window and back: the line is still held.
    await page.mouse.move(-50, -50);
    await page.mouse.move(box.x + box.width * 0.62, box.y + 100);
    await page.mouse.up();
    await page.mouse.move(box.x + 20, box.y + 20);
    expect(await divider.getAttribute("aria-valuetext")).toBe("62 % original");
    const keys = [
      ["ArrowRight", "63"],
      ["ArrowDown", "62"],
      ["PageUp", "72"],
      ["Shift+ArrowLeft", "62"],
      ["End", "100"],
      ["Home", "0"],
    ] as const;
    await divider.focus();
    for (const [key, value] of keys) {
      await page.keyboard.press(key);
      expect(await divider.getAttribute("aria-valuenow"), key).toBe(value);
    }
  });

  test("has a loupe that shows the px under the pointer, and is moved by keys", async () => {
    const box = await page.locator("#stage").boundingBox();
    if (box === null) throw new Error("no stage");
    await page.locator("#stage").focus();
    await page.keyboard.press("1");
    await page.keyboard.press("l");
    await page.mouse.move(box.x + box.width / 2 + 120, box.y + box.height / 2 + 40);
    const point = async () => ((await page.locator("#loupe").getAttribute("data-point")) ?? "").split(" ").map(Number);
    const [x = 0, y = 0] = await point();
    expect(Math.abs(x - (LARGE.width / 2 + 120))).toBeLessThanOrEqual(0.5);
    expect(Math.abs(y - (LARGE.height / 2 + 40))).toBeLessThanOrEqual(0.5);
    for (let i = 0; i < 2; i++) await page.mouse.wheel(0, -100);
    expect((await point())[2]).toBe(8);
    await bare(true);
    const picture = await shot();
    await bare(false);
    const at = { x: Math.round(box.width / 2 + 120), y: Math.round(box.height / 2 + 40) };
    // Eight device px to a px of the result, on both sides of its middle.
    for (const [dx, dy] of [
      [-90, 0],
      [-40, 60],
      [40, -60],
      [90, 10],
    ] as const) {
      const is = picture.placeAt(at.x + dx, at.y + dy);
      expect(is, `${dx} ${dy}`).toEqual({
        x: Math.floor((x + (dx + 0.5) / 8) / 4),
        y: Math.floor((y + (dy + 0.5) / 8) / 4),
      });
    }
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+ArrowDown");
    const [movedX = 0, movedY = 0] = await point();
    expect([movedX - x, movedY - y]).toEqual([1, 10]);
    await page.keyboard.press("l");
  });

  test("goes from photo to photo by keys and buttons, and to a pin", async () => {
    await page.getByRole("button", { name: /eye/ }).click();
    expect(await page.locator("#zoom").textContent()).toBe("100 %");
    await page.locator("#stage").focus();
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector('#stage[data-shown="1"]');
    expect(await page.locator("#name").textContent()).toBe("second");
    await page.getByRole("button", { name: ENGLISH_PAGE.words.previous }).click();
    await page.waitForSelector('#stage[data-shown="0"]');
    expect(await page.locator("#name").textContent()).toBe(HOSTILE);
    expect(await page.title()).toContain("茶园");
  });

  test("shows the photo that was asked for last, whichever comes first", async () => {
    const [shown, later] = await page.evaluate(async () => {
      const { setTimeout } = window;
      const held: (() => void)[] = [];
      const source = () => [...document.querySelectorAll("#stage img")].map((image) => image.getAttribute("src"));
      const button = (at: number) => document.querySelectorAll<HTMLButtonElement>("#list button")[at];
      // The second comes only when the first is there again.
      window.setTimeout = ((act: () => void) => held.push(act)) as unknown as typeof window.setTimeout;
      button(1)?.click();
      window.setTimeout = setTimeout;
      button(0)?.click();
      while (document.querySelector("#stage")?.getAttribute("aria-busy") === "true")
        await new Promise((resolve) => setTimeout(resolve, 10));
      const first = source();
      for (const act of held) act();
      await new Promise((resolve) => setTimeout(resolve, 10));
      return [first, held.length === 2 ? source() : "nothing was held"];
    });
    expect(later).toEqual(shown);
  });

  test("makes no request, runs nothing that came with a name, and is small without its pictures", async () => {
    const requests = await app.evaluate(() => (globalThis as unknown as { requests: string[] }).requests);
    expect(requests.filter((url) => !url.startsWith("blob:"))).toEqual([pathToFileURL(path).href]);
    const tried = await page.evaluate(async () => {
      const told: string[] = [];
      document.addEventListener("securitypolicyviolation", ({ violatedDirective }) => told.push(violatedDirective));
      await fetch("https://example.com/").catch(() => {});
      const image = new Image();
      image.src = "https://example.com/a.png";
      await new Promise((resolve) => setTimeout(resolve, 300));
      return told;
    });
    expect(tried.sort()).toEqual(["connect-src", "img-src"]);
    expect(await page.locator("img").count()).toBe(2);
    expect(statSync(path).size).toBeLessThan(2e6);
  });

  test("is without violations of WCAG as axe-core finds them", async () => {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Runtime.evaluate", { expression: AXE });
    const { violations } = await page.evaluate(() =>
      (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
    );
    expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
  });
});
