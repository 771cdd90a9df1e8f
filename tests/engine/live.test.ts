import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test, vi } from "vitest";
import type { EnhanceRequest, LiveRegionRequest } from "../../main/core/enhance.ts";
import type { Rect } from "../../main/core/geometry.ts";
import { levelsOf, tileOffset, tileSize } from "../../main/core/pyramid.ts";
import { Enhancer } from "../../main/engine/enhancer.ts";
import { makePyramid } from "../../main/engine/pyramid.ts";
import { levelFile } from "../../main/system/pyramid-files.ts";
import { TILE_APRON_PX } from "../../preload/contract.ts";
import { FAKE_MODEL, fakeSession, repeatPixels } from "../helpers/models.ts";
import { apart, card, requestFor, testCard } from "../helpers/photos.ts";
import { profileBytes, tagged } from "../helpers/profiles.ts";
import { tempDir } from "../helpers/temp.ts";

const [WIDTH, HEIGHT] = [150, 97];
const RECT = { x: 41, y: 30, width: 33, height: 21 };

function live(request: EnhanceRequest, rect: Rect, shrink: number, infer = true): LiveRegionRequest {
  const { output: _o, receipt: _r, passes: _p, quality: _q, stripGps: _s, ...rest } = request;
  return { ...rest, rect, shrink, infer, save: join(request.workDir, "..", "patch") };
}

/** The finished file as the inspector shows it, so many levels down. */
async function shownLevel(output: string, folder: string, level: number) {
  const at = join(folder, "pyramid");
  const picture = await makePyramid({ path: output, stamp: undefined, maxMegapixels: 100, folder: at });
  const [found] = levelsOf(picture);
  if (found === undefined) throw new Error("no level");
  const file = readFileSync(levelFile(at, 0));
  const { width, height } = picture;
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < found.down; y++) {
    for (let x = 0; x < found.across; x++) {
      const size = tileSize(found, x, y);
      if (size === undefined) continue;
      for (let row = 0; row < size.height - 2 * TILE_APRON_PX; row++) {
        const bytes = (size.width - 2 * TILE_APRON_PX) * 3;
        const from = tileOffset(found, x, y) + ((row + TILE_APRON_PX) * size.width + TILE_APRON_PX) * 3;
        rgb.set(file.subarray(from, from + bytes), ((y * 512 + row) * width + x * 512) * 3);
      }
    }
  }
  return halved({ width, height, rgb }, level);
}

interface Shown {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Every px the mean of those that it covers, of those that there are. */
function halved(picture: Shown, levels: number): Shown {
  if (levels === 0) return picture;
  const [width, height] = [Math.ceil(picture.width / 2), Math.ceil(picture.height / 2)];
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < rgb.length; i++) {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    const covered = [0, 1, 2, 3]
      .map((n) => [2 * x + (n & 1), 2 * y + (n >> 1)] as const)
      .filter(([column, row]) => column < picture.width && row < picture.height)
      .map(([column, row]) => picture.rgb[(row * picture.width + column) * 3 + (i % 3)] as number);
    rgb[i] = Math.floor(covered.reduce((sum, each) => sum + each, 0) / covered.length + 0.5);
  }
  return halved({ width, height, rgb }, levels - 1);
}

/** The patch's px and those of the finished file at the same place; the alpha is checked to be whole. */
async function bothWays(request: EnhanceRequest, folder: string, rect: Rect, shrink: number) {
  const run = vi.fn(repeatPixels);
  const enhancer = new Enhancer({ cacheDir: folder, version: "1", open: fakeSession(run) });
  const asked = live(request, rect, shrink);
  const patch = await enhancer.live(asked);
  const rgba = readFileSync(asked.save);
  const result = await enhancer.enhance(request, {});
  await enhancer.release();
  const whole = await shownLevel(request.output, folder, shrink);
  const left = Math.round((patch.area.x * request.target.width) / WIDTH_OF(request)) / 2 ** shrink;
  const top = Math.round((patch.area.y * request.target.height) / HEIGHT_OF(request)) / 2 ** shrink;
  const shown = new Uint8Array(patch.width * patch.height * 3);
  const wanted = new Uint8Array(shown.length);
  for (let y = 0; y < patch.height; y++) {
    for (let x = 0; x < patch.width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        shown[(y * patch.width + x) * 3 + channel] = rgba[(y * patch.width + x) * 4 + channel] as number;
        wanted[(y * patch.width + x) * 3 + channel] = whole.rgb[
          ((top + y) * whole.width + left + x) * 3 + channel
        ] as number;
      }
      expect(rgba[(y * patch.width + x) * 4 + 3]).toBe(255);
    }
  }
  return { patch, result, shown, wanted, run };
}

/** Size of the photo as it is seen: those that are on their side are tested with a target of their own. */
const WIDTH_OF = ({ target }: EnhanceRequest) => (target.width > target.height ? WIDTH : HEIGHT);
const HEIGHT_OF = ({ target }: EnhanceRequest) => (target.width > target.height ? HEIGHT : WIDTH);

const timesOf = (factor: number) => ({ width: Math.round(WIDTH * factor), height: Math.round(HEIGHT * factor) });

async function photo(folder: string, kind: string): Promise<string> {
  const path = join(folder, `photo.${kind === "16 bit" || kind.startsWith("profile") ? "tif" : "png"}`);
  const plain = card(WIDTH, HEIGHT);
  switch (kind) {
    case "16 bit": {
      const deep = Uint16Array.from(testCard(WIDTH, HEIGHT), (sample, i) => sample * 257 + ((i * 7919) % 200));
      await sharp(deep, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
        .toColourspace("rgb16")
        .tiff()
        .toFile(path);
      return path;
    }
    case "profile":
      await tagged(await plain.png().toBuffer(), 3, profileBytes("p3.icc"), "tiff", path);
      return path;
    case "gray":
      await plain.toColourspace("b-w").png().toFile(path);
      return path;
    case "alpha": {
      const alpha = Buffer.from(Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => ((i % WIDTH) * 5) & 255));
      await plain
        .joinChannel(alpha, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
        .png()
        .toFile(path);
      return path;
    }
    default:
      await plain.png().toFile(path);
      return path;
  }
}

describe("a live part is what the finished file will have there", () => {
  test.each([
    ["plain", 4, 1, 0],
    ["plain", 4, 1, 2],
    ["plain", 4, 0.5, 0],
    ["plain", 2, 1, 0],
    ["plain", 2, 0.5, 1],
    ["plain", 3.37, 0.8, 0],
    ["plain", 1.5, 1, 1],
    ["16 bit", 4, 1, 0],
    ["16 bit", 2, 0.5, 0],
    ["profile", 4, 1, 0],
    ["profile", 2, 0.5, 1],
    ["gray", 4, 1, 0],
    ["gray", 2, 0.7, 0],
    ["alpha", 4, 1, 0],
    ["alpha", 2, 0.5, 1],
  ] as const)("%s, %f times, strength %f, %i levels down", async (kind, factor, strength, shrink) => {
    const folder = tempDir();
    const source = await photo(folder, kind);
    const output = join(folder, "out.png");
    const request = await requestFor(source, folder, { target: timesOf(factor), strength, output, tilePx: 32 });
    const { patch, result, shown, wanted } = await bothWays(request, folder, RECT, shrink);
    expect(apart(shown, wanted).largest).toBeLessThanOrEqual(1);
    expect(patch.isWhole).toBe(true);
    const { area } = patch;
    expect(area.x).toBeLessThanOrEqual(RECT.x);
    expect(area.y).toBeLessThanOrEqual(RECT.y);
    expect(area.x + area.width).toBeGreaterThanOrEqual(RECT.x + RECT.width);
    expect(area.y + area.height).toBeGreaterThanOrEqual(RECT.y + RECT.height);
    expect(patch.tilesInferred).toBeGreaterThan(0);
    expect(result.tilesResumed, "what was looked at is not inferred again").toBe(patch.tilesInferred);
    expect(result.tilesInferred).toBe(5 * 4 - patch.tilesInferred);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])("orientation %i, up to every edge", async (orientation) => {
    const folder = tempDir();
    const source = join(folder, "photo.jpg");
    await card(WIDTH, HEIGHT).withMetadata({ orientation }).jpeg({ quality: 95 }).toFile(source);
    const seen = orientation < 5 ? { width: WIDTH, height: HEIGHT } : { width: HEIGHT, height: WIDTH };
    const target = { width: seen.width * 2, height: seen.height * 2 };
    const request = await requestFor(source, folder, { target, output: join(folder, "out.png"), tilePx: 32 });
    for (const corner of [
      { x: 0, y: 0 },
      { x: seen.width - 9, y: seen.height - 7 },
    ]) {
      const own = { ...request, workDir: join(folder, `work${corner.x}`), receipt: join(folder, "receipt") };
      const { shown, wanted } = await bothWays(own, folder, { ...corner, width: 9, height: 7 }, 0);
      expect(apart(shown, wanted).largest).toBeLessThanOrEqual(1);
    }
  });
});

describe("without inferring", () => {
  test("nothing is decoded where nothing is there yet", async () => {
    const folder = tempDir();
    const source = await photo(folder, "plain");
    const request = await requestFor(source, folder, { output: join(folder, "out.png") });
    const enhancer = new Enhancer({ cacheDir: folder, version: "1", open: fakeSession() });
    expect(await enhancer.live(live(request, RECT, 0, false))).toMatchObject({ isThere: false, isWhole: false });
    expect(existsSync(request.workDir) && readdirSync(request.workDir).length > 0).toBe(false);
  });

  test.each([4, 2])("what a canvas has is shown at %i times, and the rest is transparent", async (factor) => {
    const folder = tempDir();
    const source = await photo(folder, "plain");
    const request = await requestFor(source, folder, {
      output: join(folder, "out.png"),
      tilePx: 32,
      target: timesOf(factor),
    });
    const run = vi.fn(repeatPixels);
    const enhancer = new Enhancer({ cacheDir: folder, version: "1", open: fakeSession(run) });
    const part = await enhancer.live(live(request, RECT, 0));
    const made = readFileSync(join(folder, "patch"));
    const runs = run.mock.calls.length;
    const asked = live(request, { x: 0, y: 0, width: WIDTH, height: HEIGHT }, 0, false);
    const all = await enhancer.live(asked);
    expect(run.mock.calls.length).toBe(runs);
    expect(all).toMatchObject({ isThere: true, isWhole: false, ...timesOf(factor), tilesInferred: 0 });
    const rgba = readFileSync(asked.save);
    const [left, top] = [part.area.x * factor, part.area.y * factor];
    let there = 0;
    for (let y = 0; y < all.height; y++) {
      for (let x = 0; x < all.width; x++) {
        const px = rgba.subarray((y * all.width + x) * 4, (y * all.width + x + 1) * 4);
        const isIn = x >= left && x < left + part.width && y >= top && y < top + part.height;
        if (px[3] !== 0) there++;
        if (isIn) expect([...px]).toEqual([...made.subarray(((y - top) * part.width + x - left) * 4).subarray(0, 4)]);
        else expect([...px]).toEqual([0, 0, 0, 0]);
      }
    }
    expect(there).toBe(part.width * part.height);
    // Asked again when there is more of it, it has all that there is, as if it were asked for the first time.
    await enhancer.live({ ...live(request, { x: 0, y: 0, width: WIDTH, height: 20 }, 0), save: join(folder, "more") });
    const more = await enhancer.live(asked);
    const again = readFileSync(asked.save);
    const fresh = new Enhancer({ cacheDir: folder, version: "1", open: fakeSession() });
    expect(more.isWhole).toBe(false);
    expect(again.equals(rgba)).toBe(false);
    await fresh.live({ ...asked, save: join(folder, "fresh") });
    expect(again.equals(readFileSync(join(folder, "fresh")))).toBe(true);
    await fresh.release();
    await enhancer.release();
  });
});

test("a photo stays open from look to look, and one that is stopped while it is opened is not decoded twice", async () => {
  const folder = tempDir();
  const source = await photo(folder, "plain");
  const request = await requestFor(source, folder, { output: join(folder, "out.png"), tilePx: 32 });
  const enhancer = new Enhancer({ cacheDir: folder, version: "1", open: fakeSession() });
  const stop = new AbortController();
  const first = enhancer.live(live(request, RECT, 0), { signal: stop.signal });
  stop.abort();
  await expect(first).rejects.toMatchObject({ code: "CANCELLED" });
  await enhancer.live({ ...live(request, RECT, 0), save: join(folder, "second") });
  const decoded = () => readdirSync(request.workDir).filter((name) => name.endsWith(".src.tif"));
  expect(decoded()).toHaveLength(1);
  const before = await import("node:fs").then(
    ({ statSync }) => statSync(join(request.workDir, decoded()[0] ?? "")).ino,
  );
  await enhancer.live({ ...live(request, { ...RECT, x: 0 }, 0), save: join(folder, "third") });
  const after = statSync(join(request.workDir, decoded()[0] ?? "")).ino;
  expect(after).toBe(before);
  // Another photo takes its place.
  const other = join(folder, "other.png");
  await card(60, 40).png().toFile(other);
  const next = await requestFor(other, folder, {
    output: join(folder, "o.png"),
    tilePx: 32,
    workDir: join(folder, "w2"),
  });
  await enhancer.live({ ...live(next, { x: 0, y: 0, width: 9, height: 9 }, 0), save: join(folder, "fourth") });
  expect(decoded()).toHaveLength(0);
  await enhancer.release();
});

test("while a batch runs it comes next: at most the window that was under way is between", async () => {
  const folder = tempDir();
  const [looked, busy] = [join(folder, "looked.png"), join(folder, "busy.png")];
  await card(WIDTH, HEIGHT).png().toFile(looked);
  await card(WIDTH, HEIGHT + 1)
    .png()
    .toFile(busy);
  let windows = 0;
  let begun: () => void = () => {};
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const run = (...args: Parameters<typeof repeatPixels>) => {
    if (++windows === 2) begun();
    return repeatPixels(...args);
  };
  const enhancer = new Enhancer({ cacheDir: folder, version: "1", open: fakeSession(run) });
  const job = enhancer.enhance(
    await requestFor(busy, folder, {
      output: join(folder, "busy-out.png"),
      tilePx: 16,
      workDir: join(folder, "w1"),
      receipt: join(folder, "r1"),
    }),
    {},
  );
  const request = await requestFor(looked, folder, { output: join(folder, "out.png"), tilePx: 32 });
  await isBegun;
  const before = windows;
  const patch = await enhancer.live(live(request, RECT, 0));
  expect(windows - before).toBeLessThanOrEqual(patch.tilesInferred + 1);
  await job;
  expect(windows).toBeGreaterThan(before + patch.tilesInferred + 1);
  await enhancer.release();
});

test("a patch that is too large is refused before anything is inferred", async () => {
  const folder = tempDir();
  const source = join(folder, "large.png");
  await sharp({ create: { width: 2200, height: 2200, channels: 3, background: "#456" } })
    .png()
    .toFile(source);
  const request = await requestFor(source, folder, { output: join(folder, "out.png"), model: FAKE_MODEL });
  const run = vi.fn(repeatPixels);
  const enhancer = new Enhancer({ cacheDir: folder, version: "1", open: fakeSession(run) });
  const asked = live(request, { x: 0, y: 0, width: 2200, height: 2200 }, 0);
  await expect(enhancer.live(asked)).rejects.toMatchObject({ code: "USAGE" });
  const beside = live(request, { x: 3000, y: 0, width: 5, height: 5 }, 0);
  await expect(enhancer.live(beside)).rejects.toMatchObject({ code: "USAGE" });
  expect(run).not.toHaveBeenCalled();
  await enhancer.release();
});
