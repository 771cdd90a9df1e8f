import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import type { ElectronApplication, Locator, Page } from "playwright";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { electronArgs, findElectron } from "../../scripts/electron.js";
import { buildPage } from "../helpers/inspector-page/build.js";
import { environmentIn, launchElectron } from "../helpers/launch.ts";
import { ROOT } from "../helpers/models.ts";

/* The inspector's room with photos that are made up, moved by real keys and a real pointer. */

const folder = mkdtempSync(join(tmpdir(), "inspector-page-"));
let app: ElectronApplication;
let page: Page;
let strip: Locator;

beforeAll(async () => {
  const photos = join(folder, "photos");
  mkdirSync(photos);
  for (const [i, width] of [300, 200].entries())
    await sharp(join(ROOT, "assets", "sample.png"))
      .resize(width, 200)
      .jpeg()
      .toFile(join(photos, `${i}.jpg`));
  await buildPage(folder);
  const { path } = await findElectron();
  const env = { ...environmentIn(join(folder, "home")), PHOTOS: photos };
  app = await launchElectron({ executablePath: path, args: electronArgs([], { app: folder }), env });
  page = await app.firstWindow();
});
afterAll(async () => {
  await app?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(query: string, [width, height]: readonly [number, number] = [1440, 900]): Promise<void> {
  await app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(...size), [
    width,
    height,
  ] as [number, number]);
  await page.goto(`app://silvergrain/index.html?${query}`);
  await page.waitForSelector("[data-ready=true]");
  strip = page.getByRole("listbox", { name: /Filmstrip|胶片栏/ });
}

const shownName = () => strip.locator("[aria-selected=true]").getAttribute("title");
const scrolled = () => strip.evaluate((element) => element.scrollLeft);
const room = () => page.locator("nav [aria-current=page]").innerText();
const mode = () => page.locator(".inspector-tools fieldset [aria-pressed=true]").first().innerText();

describe("the filmstrip", () => {
  test("is drawn where one looks, out of ten thousand photos", async () => {
    await open("state=done&at=5000");
    const options = strip.getByRole("option");
    expect(await options.count()).toBeLessThan(40);
    expect(await strip.locator("[aria-selected=true]").getAttribute("aria-posinset")).toBe("5001");
    expect(await options.first().getAttribute("aria-setsize")).toBe("10000");
  });

  test("is dragged with the pointer; that is no click", async () => {
    await open("state=done&at=5000");
    const name = await shownName();
    const from = await scrolled();
    await page.mouse.move(900, 850);
    await page.mouse.down();
    for (let x = 900; x >= 600; x -= 20) await page.mouse.move(x, 850);
    expect(await scrolled()).toBe(from + 300);
    await page.mouse.up();
    expect(await shownName()).toBe(name);
  });

  test("glides on where it is thrown, until it is pressed", async () => {
    await open("state=done&at=5000");
    // On a busy machine the pointer may stand still for too long before it is let go: then nothing is thrown.
    await expect
      .poll(async () => {
        const from = await scrolled();
        await page.mouse.move(900, 850);
        await page.mouse.down();
        for (let x = 900; x >= 600; x -= 20) await page.mouse.move(x, 850);
        await page.mouse.up();
        await page.waitForTimeout(100);
        return (await scrolled()) - from;
      })
      .toBeGreaterThan(330);
    await page.mouse.down();
    const at = await scrolled();
    await page.waitForTimeout(200);
    expect(await scrolled()).toBe(at);
    await page.mouse.move(605, 850);
    await page.mouse.up();
  });

  test("a press that hardly moves shows the photo under it", async () => {
    await open("state=done&at=5000");
    const other = strip.locator("[aria-posinset='5003']");
    const box = await other.boundingBox();
    if (box === null) throw new Error("Expected the photo to be on the screen");
    await page.mouse.move(box.x + 30, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + 33, box.y + 31);
    await page.mouse.up();
    await expect.poll(() => other.getAttribute("aria-selected")).toBe("true");
  });

  test("a drag whose end nobody saw drags no further", async () => {
    await open("state=done&at=5000");
    await page.mouse.move(900, 850);
    await page.mouse.down();
    await page.mouse.move(860, 850);
    await strip.dispatchEvent("pointercancel", { pointerId: 1 });
    const at = await scrolled();
    await page.mouse.move(500, 850);
    expect(await scrolled()).toBe(at);
    await page.mouse.up();
  });

  test("turns with the wheel; arrows, Home and End go from photo to photo", async () => {
    await open("state=done&at=5000");
    const from = await scrolled();
    await page.mouse.move(700, 850);
    await page.mouse.wheel(0, 240);
    await expect.poll(scrolled).toBe(from + 240);
    const place = () => strip.locator("[aria-selected=true]").getAttribute("aria-posinset");
    await page.keyboard.press("ArrowRight");
    expect(await place()).toBe("5002");
    await page.keyboard.press("End");
    await expect.poll(place).toBe("10000");
    await page.keyboard.press("Home");
    await expect.poll(place).toBe("1");
  });

  test("F6 goes to it, and from there puts it away", async () => {
    await open("state=done");
    await page.keyboard.press("F6");
    expect(await strip.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press("F6");
    await expect.poll(() => strip.count()).toBe(0);
    await page.keyboard.press("F6");
    await expect.poll(() => strip.count()).toBe(1);
  });
});

describe("rooms", () => {
  test("G goes to the photo in the gallery, E and a double click come back", async () => {
    await open("state=done&at=5000");
    await page.keyboard.press("g");
    expect(await room()).toBe("Gallery");
    const cell = page.locator(".cell[data-focus]");
    await expect.poll(() => cell.count()).toBe(1);
    const box = await cell.boundingBox();
    expect(box?.y).toBeGreaterThan(40);
    expect((box?.y ?? 900) + (box?.height ?? 0)).toBeLessThan(900);
    await page.keyboard.press("e");
    expect(await room()).toBe("Inspect");
    await page.keyboard.press("Escape");
    expect(await room()).toBe("Gallery");
    // The grid is where it belongs as soon as the photo is in sight again.
    await expect.poll(() => cell.isVisible()).toBe(true);
    const id = await page.locator(".cell:not([data-focus])").last().getAttribute("data-id");
    await page.locator(`.cell[data-id="${id}"]`).dblclick();
    expect(await room()).toBe("Inspect");
    expect(await strip.locator("[aria-selected=true]").getAttribute("data-id")).toBe(id);
    for (const [key, name] of [
      ["Alt+1", "Gallery"],
      ["Alt+3", "Queue"],
      ["Alt+2", "Inspect"],
    ] as const) {
      await page.keyboard.press(key);
      expect(await room()).toContain(name);
    }
  });
});

describe("keys", () => {
  test("typed in a field act on the field alone", async () => {
    await open("state=done");
    const pin = page.getByRole("button", { name: /^(whiskers|gyd)/ });
    await pin.focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.type("gyd\\5");
    expect(await page.getByRole("textbox", { name: "Name of the pin" }).inputValue()).toBe("gyd\\5");
    expect([await room(), await mode()]).toEqual(["Inspect", "Split"]);
    await page.keyboard.press("Enter");
    expect(await pin.innerText()).toContain("gyd\\5");
    expect(await pin.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press("y");
    expect(await mode()).toBe("Side by side");
  });

  test("a slider keeps its arrows, and a press on a tool leaves the keyboard to the photo", async () => {
    await open("state=done");
    const name = await shownName();
    await page.getByRole("slider", { name: "Strength" }).focus();
    await page.keyboard.press("ArrowLeft");
    expect(await page.getByRole("slider", { name: "Strength" }).inputValue()).toBe("89");
    expect(await shownName()).toBe(name);
    await page.getByRole("button", { name: "Difference" }).click();
    expect(await mode()).toBe("Difference");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("INPUT");
  });

  test("what a slider changes is shown live once it rests, and gone back from", async () => {
    await open("state=done");
    const shownKind = () => page.evaluate(() => (window.stores as Stores).inspectorStore.getState().after?.kind);
    expect(await shownKind()).toBeUndefined();
    await page.getByRole("slider", { name: "Realism" }).focus();
    await page.keyboard.press("ArrowLeft");
    await expect.poll(shownKind).toBe("live");
    await page.getByRole("button", { name: "Saved result" }).click();
    expect(await shownKind()).toBeUndefined();
    expect(await page.getByRole("slider", { name: "Realism" }).inputValue()).toBe("70");
  });
});

interface Stores {
  readonly inspectorStore: { getState(): { readonly after: { readonly kind: string } | undefined } };
}

describe.each([
  [900, 600],
  [1280, 800],
  [1440, 900],
] as const)("a window of %i × %i", (width, height) => {
  test.each(["en", "zh-CN"])("holds all tools, none over another, in %s", async (language) => {
    await open(`state=several&language=${language}`, [width, height]);
    const boxes = await page.locator("header button, header output, header h1").evaluateAll((all) =>
      all.map((element) => {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        return { name: element.textContent ?? "", left, top, right, bottom };
      }),
    );
    expect(boxes.length).toBeGreaterThan(20);
    for (const box of boxes) {
      expect(box.left, box.name).toBeGreaterThanOrEqual(0);
      expect(box.right, box.name).toBeLessThanOrEqual(width);
    }
    for (const [i, a] of boxes.entries())
      for (const b of boxes.slice(i + 1)) {
        const isOver = a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
        expect(isOver, `${a.name} over ${b.name}`).toBe(false);
      }
    const { stage, header } = await page.evaluate(() => ({
      stage: document.querySelector(".inspector-stage")?.getBoundingClientRect().toJSON(),
      header: document.querySelector("header")?.getBoundingClientRect().toJSON(),
    }));
    expect(stage.top).toBe(header.bottom);
    expect(stage.width).toBe(width - 260);
    expect(stage.bottom).toBe(height - 92);
  });
});

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What is open over the room. */
const OVER: Readonly<Record<string, () => Promise<void>>> = {
  nothing: async () => undefined,
  help: () => page.getByRole("button", { name: /How trust|可信度的/ }).click(),
  options: () => page.getByRole("button", { name: /View options|显示选项/ }).click(),
  loupe: () => page.getByRole("button", { name: /Loupe options|放大镜选项/ }).click(),
  "blind test": async () => {
    await page.keyboard.press("t");
    await page.getByRole("button", { name: /Begin|开始/ }).click();
    await page.keyboard.press("1");
  },
  outcome: async () => {
    await OVER["blind test"]?.();
    await page.keyboard.press("Escape");
  },
};

test.each([
  ["several", "en", "dark", ["nothing", "help", "options", "loupe", "blind test", "outcome"]],
  ["several", "zh-CN", "light", ["nothing", "help", "options", "loupe", "blind test", "outcome"]],
  ["none", "en", "light", ["nothing"]],
  ["failed", "en", "dark", ["nothing"]],
  ["empty", "zh-CN", "dark", ["nothing"]],
] as const)(
  "is without violations of WCAG as axe-core finds them: %s, %s, %s",
  async (state, language, theme, over) => {
    const found: string[] = [];
    for (const each of over) {
      await open(`state=${state}&language=${language}&theme=${theme}&photos=200`);
      await OVER[each]?.();
      await page.evaluate(AXE);
      const { violations, passes } = await page.evaluate(() =>
        (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
      );
      expect(passes.length).toBeGreaterThan(5);
      for (const { id, nodes } of violations)
        for (const { target, failureSummary } of nodes)
          found.push(`${each}: ${id} ${target.join(" ")} ${failureSummary}`);
    }
    expect(found).toEqual([]);
  },
);
