import { execFileSync } from "node:child_process";
import type { Page } from "playwright";
import sharp from "sharp";
import type { OpenApp } from "./app.ts";

/** What users do in the window, and what they see of it. */

/** Drops files and folders on the middle of the window, as the system does: the browser sees real files with paths. */
export async function drop(open: OpenApp, paths: readonly string[]): Promise<void> {
  await drag(open, paths, ["dragEnter", "dragOver", "drop"]);
}

/** Holds a file over the window without letting go. */
export async function dragOver(open: OpenApp, path: string): Promise<void> {
  await drag(open, [path], ["dragEnter", "dragOver"]);
}

async function drag(
  { page }: OpenApp,
  paths: readonly string[],
  types: readonly ("dragEnter" | "dragOver" | "drop")[],
): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const place = await page.evaluate(() => ({ x: innerWidth / 2, y: innerHeight / 2 }));
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of types) await client.send("Input.dispatchDragEvent", { type, ...place, data });
  await client.detach();
}

/** Has the next folder dialogs answered with a path. */
export async function answerDialogs({ app }: OpenApp, path: string): Promise<void> {
  await app.evaluate(({ dialog }, folder) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [folder] });
  }, path);
}

/** The cell of a photo. */
export function cellOf(page: Page, name: string) {
  return page.locator('[role="gridcell"]').filter({ has: page.locator(`.unseen:text-matches("^${escaped(name)}")`) });
}

function escaped(text: string): string {
  return text.replace(/[.()]/g, "\\\\$&");
}

/** How many photos the whole library has, as it says itself. */
export async function photosIn(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const answer = await window.silvergrain.open();
    return answer.ok ? answer.value.photos : -1;
  });
}

/** Waits until the own thumbnail of a photo is painted. */
export async function waitForThumbnail(page: Page, name: string): Promise<void> {
  const isPainted = (label: string) => {
    const cell = [...document.querySelectorAll('[role="gridcell"]')].find((each) =>
      each.textContent?.startsWith(label),
    );
    return [...(cell?.querySelectorAll("img") ?? [])].some(
      (img) => img.src.includes("//thumbnail/") && img.complete && img.naturalWidth > 0 && img.checkVisibility(),
    );
  };
  await page.waitForFunction(isPainted, name, { timeout: 30_000 });
}

/** The pixels of a photo's picture on the screen, as RGB rows. */
export async function pictureOf(page: Page, name: string) {
  const img = cellOf(page, name).locator('img[src*="//thumbnail/"]');
  // The picture is fitted into its box: only its own part counts.
  const box = await img.evaluate((element: HTMLImageElement) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const scale = Math.min(width / element.naturalWidth, height / element.naturalHeight);
    const own = { width: element.naturalWidth * scale, height: element.naturalHeight * scale };
    return { x: left + (width - own.width) / 2, y: top + (height - own.height) / 2, ...own };
  });
  const shot = await page.screenshot({ clip: box });
  return sharp(shot).removeAlpha().raw().toBuffer({ resolveWithObject: true });
}

/** Process ids of the app's engines. */
export function enginesOf({ app }: OpenApp): readonly number[] {
  const parent = String(app.process().pid);
  const found = execFileSync("ps", ["-eo", "pid,ppid,args"], { encoding: "utf8" });
  return found.split("\n").flatMap((line) => {
    const [pid, ppid, ...args] = line.trim().split(/\s+/);
    return ppid === parent && args.join(" ").includes("engine.js") ? [Number(pid)] : [];
  });
}
