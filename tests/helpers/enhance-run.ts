import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect } from "vitest";
import type { OpenWindow } from "./app.ts";
import { cellOf, pictureOf, waitForThumbnail } from "./app-steps.ts";
import { tagsOf } from "./exiftool.ts";
import { ROOT } from "./models.ts";
import { apart, card, pixelsOf } from "./photos.ts";
import { tempDir } from "./temp.ts";

const REAL = join(ROOT, "..", "shared", "photos", "small");
export const NAMES = [
  "canyon-wren.jpg",
  "casa-mila.jpg",
  "tea-gardens.jpg",
  "blue-periwinkle.jpg",
  "oakland-zoo-otters.jpg",
];
const ARTIST = "Zoe of the Silver Grain";

/** A folder of photos: real ones where they are at hand, else cards. Each is small enough to be enhanced in seconds. */
export async function folderOfPhotos(home: string, names: readonly string[], widthPx = 240): Promise<string> {
  const folder = join(home, "茶园 photos");
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const real = join(REAL, name);
    const picture = existsSync(real) ? sharp(real) : card(480, 320);
    await picture
      .resize(widthPx)
      .keepExif()
      .withExifMerge({ IFD0: { Artist: ARTIST } })
      .jpeg({ quality: 92 })
      .toFile(join(folder, name));
  }
  return folder;
}

/** The app that a run is tried on, however it was built and however it is driven. */
export interface AppOnTrial {
  /** Opens the app with a folder in its library and results going to another. */
  begin(places: { home: string; folder: string; target: string }): Promise<OpenWindow>;
  /** Runs its command line. */
  commandLine(args: readonly string[], home: string): void;
}

/** From a folder to enhanced files: thumbnails are seen, three photos are chosen and enhanced, and the files are right. */
export async function enhancesThreePhotos({ begin, commandLine }: AppOnTrial): Promise<void> {
  const home = tempDir();
  const target = join(home, "out");
  mkdirSync(target);
  const folder = await folderOfPhotos(home, NAMES);
  const { page } = await begin({ home, folder, target });

  for (const name of NAMES) await waitForThumbnail(page, name);
  const shown = await pictureOf(page, "canyon-wren.jpg");
  const wanted = await sharp(join(folder, "canyon-wren.jpg"))
    .resize(shown.info.width, shown.info.height, { fit: "fill" })
    .removeAlpha()
    .raw()
    .toBuffer();
  expect(apart(shown.data, wanted).mean).toBeLessThan(6);

  const chosen = ["canyon-wren.jpg", "casa-mila.jpg", "tea-gardens.jpg"];
  for (const name of chosen) await cellOf(page, name).click({ modifiers: ["ControlOrMeta"] });
  await page.getByRole("button", { name: /enhance$/i }).click();

  const seen: number[] = [];
  while (readdirSync(target).filter((name) => name.endsWith(".jpg")).length < 3) {
    const value = await page
      .locator(".queue-bar progress")
      .evaluate((bar: HTMLProgressElement) => bar.value)
      .catch(() => undefined);
    if (value !== undefined) seen.push(value);
    await page.waitForTimeout(50);
  }
  // Progress only grows, and is seen between nothing and all.
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen.some((value) => value > 0 && value < 1)).toBe(true);

  for (const name of chosen) await expect.poll(() => cellOf(page, name).getAttribute("data-state")).toBe("done");
  expect(await cellOf(page, "blue-periwinkle.jpg").getAttribute("data-state")).toBeNull();
  expect(
    readdirSync(target)
      .filter((name) => !name.startsWith("."))
      .sort(),
  ).toEqual(chosen);
  for (const name of chosen) {
    const [before, after] = [await sharp(join(folder, name)).metadata(), await sharp(join(target, name)).metadata()];
    expect([after.format, after.width, after.height]).toEqual(["jpeg", 960, before.height * 4]);
    expect(tagsOf(join(target, name))).toMatchObject({ "IFD0:Artist": ARTIST });
  }

  // The very pixels that the command line makes.
  const other = join(home, "cli");
  const [first] = chosen as [string];
  commandLine(["enhance", join(folder, first), "--out", other, "--realism", "0.5"], home);
  const [made, asked] = [await pixelsOf(join(target, first)), await pixelsOf(join(other, first))];
  expect(apart(made.data, asked.data).largest).toBeLessThanOrEqual(2);
}
