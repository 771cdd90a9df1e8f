import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { levelsOf, tileOffset, tileSize } from "../../main/core/pyramid.ts";
import { shorts } from "../../main/core/tiff-ifd.ts";
import type { TileRow } from "../../main/core/viewing.ts";
import { EngineClient } from "../../main/engine/client.ts";
import { makePyramid } from "../../main/engine/pyramid.ts";
import { spawnEngine } from "../../main/engine/spawn.ts";
import { TiffRowWriter } from "../../main/engine/tiff-writer.ts";
import { levelFile, manifestFile, manifestFrom, previewFile } from "../../main/system/pyramid-files.ts";
import { CACHE_DIR } from "../helpers/cli.ts";
import { exifBlock, withExif } from "../helpers/exif.ts";
import { ROOT } from "../helpers/models.ts";
import { apart, card, testCard } from "../helpers/photos.ts";
import { inSrgb, P3, profileBytes, tagged } from "../helpers/profiles.ts";
import { tempDir } from "../helpers/temp.ts";

const requestOf = (path: string, folder: string) => ({
  path,
  folder: join(folder, "key"),
  maxMegapixels: 500,
  stamp: undefined,
});

/** The first level, or another, put together from its tiles without their aprons. */
function levelOf(folder: string, picture: { width: number; height: number }, number = 0): Uint8Array {
  const level = levelsOf(picture)[number];
  if (level === undefined) throw new Error("no such level");
  const file = readFileSync(levelFile(join(folder, "key"), number));
  const { width, height } = level.size;
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < level.down; y++) {
    for (let x = 0; x < level.across; x++) {
      const size = tileSize(level, x, y) ?? { width: 0, height: 0 };
      for (let row = 0; row < size.height - 8; row++) {
        const from = tileOffset(level, x, y) + ((row + 4) * size.width + 4) * 3;
        rgb.set(file.subarray(from, from + (size.width - 8) * 3), ((y * 512 + row) * width + x * 512) * 3);
      }
    }
  }
  return rgb;
}

async function made(path: string, folder: string): Promise<{ width: number; height: number; rgb: Uint8Array }> {
  const picture = await makePyramid(requestOf(path, folder));
  return { ...picture, rgb: levelOf(folder, picture) };
}

function pixel({ width, rgb }: { width: number; rgb: Uint8Array }, x: number, y: number): readonly number[] {
  return [...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
}

describe("the px of a pyramid", () => {
  test("are those of the file", async () => {
    const folder = tempDir();
    const path = join(folder, "a.png");
    await card(1301, 777).png().toFile(path);
    const { rgb, ...picture } = await made(path, folder);
    expect(picture).toEqual({ width: 1301, height: 777 });
    expect(Buffer.compare(rgb, testCard(1301, 777))).toBe(0);
    const manifest = manifestFrom(readFileSync(manifestFile(join(folder, "key")), "utf8"));
    expect(manifest?.checks.map((checks) => checks.length)).toEqual([6, 2, 1]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])("are turned upright from orientation %i", async (orientation) => {
    const folder = tempDir();
    const path = join(folder, "a.jpg");
    // The corner of the stored picture at row 0, column 0 is red, at its end green, below it blue.
    const stored = new Uint8Array(60 * 40 * 3).fill(128);
    const block = (x: number, y: number, colour: readonly number[]) => {
      for (let i = 0; i < 100; i++) stored.set(colour, ((y + Math.floor(i / 10)) * 60 + x + (i % 10)) * 3);
    };
    block(0, 0, [250, 10, 10]);
    block(50, 0, [10, 250, 10]);
    block(0, 30, [10, 10, 250]);
    const jpeg = await sharp(stored, { raw: { width: 60, height: 40, channels: 3 } })
      .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
      .toBuffer();
    writeFileSync(path, withExif(jpeg, exifBlock({ main: [shorts(0x0112, orientation)] })));
    const picture = await made(path, folder);
    // Where row 0 and column 0 of what is stored are to be seen: EXIF 2.32, 4.6.4.A, Orientation.
    const seen: Readonly<Record<number, readonly [row0: "top" | "bottom" | "left" | "right", column0: string]>> = {
      1: ["top", "left"],
      2: ["top", "right"],
      3: ["bottom", "right"],
      4: ["bottom", "left"],
      5: ["left", "top"],
      6: ["right", "top"],
      7: ["right", "bottom"],
      8: ["left", "bottom"],
    };
    const [row0 = "top", column0 = "left"] = seen[orientation] ?? [];
    const { width, height } = picture;
    expect([width, height]).toEqual(orientation < 5 ? [60, 40] : [40, 60]);
    const place = (sides: readonly string[]) =>
      pixel(picture, sides.includes("left") ? 4 : width - 5, sides.includes("top") ? 4 : height - 5);
    const opposite: Readonly<Record<string, string>> = { top: "bottom", bottom: "top", left: "right", right: "left" };
    expect(apart(place([row0, column0]), [250, 10, 10]).largest).toBeLessThan(12);
    expect(apart(place([row0, opposite[column0] ?? ""]), [10, 250, 10]).largest).toBeLessThan(12);
    expect(apart(place([opposite[row0] ?? "", column0]), [10, 10, 250]).largest).toBeLessThan(12);
  });

  test("of a wide gamut are in sRGB, also with 16 bits", async () => {
    const folder = tempDir();
    const icc = profileBytes("p3.icc");
    const eight = join(folder, "a.tif");
    const png = await sharp({ create: { width: 50, height: 40, channels: 3, background: "rgb(200,100,50)" } })
      .png()
      .toBuffer();
    await tagged(png, 3, icc, "tiff", eight);
    const deep = join(folder, "b.tif");
    const writer = new TiffRowWriter(deep, { width: 50, height: 40 }, 3, 16, {
      icc,
      iptc: undefined,
      density: undefined,
    });
    writer.write(Uint16Array.from({ length: 50 * 40 * 3 }, (_, i) => ([200, 100, 50][i % 3] as number) * 257));
    writer.close();
    const wanted = inSrgb(P3, [200, 100, 50]);
    expect(apart(wanted, [200, 100, 50]).largest, "else nothing would be tested").toBeGreaterThan(10);
    for (const path of [eight, deep]) {
      expect(apart(pixel(await made(path, folder), 20, 20), wanted).largest).toBeLessThanOrEqual(3);
    }
  });

  test("of 16 bits are cut to 8, of gray are RGB, of what is transparent lie on middle gray", async () => {
    const folder = tempDir();
    const size = { width: 40, height: 30 };
    const deep = join(folder, "deep.png");
    const ramp = Uint16Array.from({ length: 40 * 30 * 3 }, (_, i) => i * 17);
    await sharp(ramp, { raw: { ...size, channels: 3 } })
      .toColourspace("rgb16")
      .png()
      .toFile(deep);
    expect(
      apart(
        (await made(deep, folder)).rgb,
        Array.from(ramp, (sample) => sample >> 8),
      ).largest,
    ).toBeLessThanOrEqual(1);
    for (const space of ["b-w", "grey16"] as const) {
      const gray = join(folder, `${space}.png`);
      const samples = space === "b-w" ? Uint8Array.from({ length: 1200 }, (_, i) => i) : ramp.subarray(0, 1200);
      await sharp(samples, { raw: { ...size, channels: 1 } })
        .toColourspace(space)
        .png()
        .toFile(gray);
      const wanted = Array.from({ length: 3600 }, (_, i) => {
        const sample = samples[Math.floor(i / 3)] as number;
        return space === "b-w" ? sample : sample >> 8;
      });
      expect(apart((await made(gray, folder)).rgb, wanted).largest).toBeLessThanOrEqual(1);
    }
    const clear = join(folder, "clear.png");
    await sharp({ create: { ...size, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } } })
      .png()
      .toFile(clear);
    expect(apart(pixel(await made(clear, folder), 3, 3), [192, 64, 64]).largest).toBeLessThanOrEqual(2);
  });
});

describe("while it is made", () => {
  test("rows of tiles are told when they can be read, coarse ones of a JPEG first as a preview", async () => {
    const folder = tempDir();
    const path = join(folder, "a.jpg");
    await card(4100, 2100).jpeg({ quality: 90 }).toFile(path);
    const told: TileRow[] = [];
    let preview: Buffer | undefined;
    const picture = await makePyramid(requestOf(path, folder), {
      onTiles: (row) => {
        told.push(row);
        const file = (row.isPreview ? previewFile : levelFile)(join(folder, "key"), row.level);
        const level = levelsOf({ width: 4100, height: 2100 })[row.level];
        expect(readFileSync(file).length, "what is told can be read").toBeGreaterThan(
          tileOffset(level as NonNullable<typeof level>, 0, row.row),
        );
        if (row.isPreview && row.level === 3) preview = readFileSync(file);
      },
    });
    const exact = told.filter(({ isPreview }) => !isPreview);
    expect(exact.filter(({ level }) => level === 0).map(({ row }) => row)).toEqual([0, 1, 2, 3, 4]);
    expect(exact.filter(({ level }) => level === 4)).toHaveLength(1);
    expect(told.filter(({ isPreview }) => isPreview).map(({ level }) => level)).toEqual(
      expect.arrayContaining([2, 3, 4]),
    );
    // Much like it, and gone when it is not needed any more.
    const file = readFileSync(levelFile(join(folder, "key"), 3));
    expect(apart(preview ?? Buffer.alloc(file.length), file).mean).toBeLessThan(6);
    expect(readdirSync(join(folder, "key")).sort()).toEqual([
      ...levelsOf(picture).map((_, level) => `level-${level}`),
      "tiles.json",
    ]);
    expect(readdirSync(folder).sort()).toEqual(["a.jpg", "key"]);
  });

  test.each([0.6, 0.98])("a file that ends at %f of it fails, and nothing is left", async (share) => {
    const folder = tempDir();
    const path = join(folder, "a.jpg");
    await card(1500, 1500).jpeg({ quality: 90 }).toFile(path);
    truncateSync(path, Math.floor(readFileSync(path).length * share));
    await expect(makePyramid(requestOf(path, folder))).rejects.toMatchObject({ code: "SOURCE_CORRUPT" });
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual(["a.jpg"]), { timeout: 20_000 });
  });

  test("it is stopped, and nothing is left", async () => {
    const folder = tempDir();
    const path = join(folder, "a.png");
    await card(3000, 3000).png().toFile(path);
    const stop = new AbortController();
    const making = makePyramid(requestOf(path, folder), { signal: stop.signal, onTiles: () => stop.abort() });
    await expect(making).rejects.toMatchObject({ code: "CANCELLED" });
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual(["a.png"]), { timeout: 10_000 });
  });

  test("a file that is another by the end of it is refused", async () => {
    const folder = tempDir();
    const path = join(folder, "a.png");
    await card(60, 50).png().toFile(path);
    const request = { ...requestOf(path, folder), stamp: { bytes: 1, mtimeMs: 2 } };
    await expect(makePyramid(request)).rejects.toMatchObject({ code: "SOURCE_CHANGED" });
    expect(existsSync(join(folder, "key"))).toBe(false);
  });

  test("memory does not grow with the picture", async () => {
    const folder = tempDir();
    const path = join(folder, "a.png");
    const size = { width: 13_000, height: 13_000 };
    await sharp({ create: { ...size, channels: 3, background: "#357" }, limitInputPixels: false })
      .png({ compressionLevel: 1 })
      .toFile(path);
    const before = process.memoryUsage().rss;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss - before);
    }, 5);
    onTestFinished(() => clearInterval(watch));
    await makePyramid(requestOf(path, folder));
    // All of it would be 507 MB.
    expect(most).toBeLessThan(250e6);
  });
});

describe("over the channel", () => {
  function engine(environment: Readonly<Record<string, string>> = {}) {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    let started = 0;
    const client = new EngineClient({
      start: () => {
        started++;
        const entryPath = join(ROOT, "dist", "engine.js");
        return spawnEngine({
          nodePath: process.execPath,
          entryPath,
          cacheDir: CACHE_DIR,
          version: "test",
          onLog: () => {},
        });
      },
    });
    onTestFinished(() => {
      client.close();
      vi.unstubAllEnvs();
    });
    return { client, started: () => started };
  }

  test("rows are told, and an engine that is killed with one half made makes it anew", async () => {
    const folder = tempDir();
    const path = join(folder, "a.png");
    await card(700, 600).png().toFile(path);
    const { client, started } = engine({
      SILVERGRAIN_FAIL_POINT: "mid-pyramid",
      SILVERGRAIN_FAIL_ONCE: join(folder, "died"),
    });
    const told: TileRow[] = [];
    const picture = await client.pyramid(requestOf(path, folder), (row) => told.push(row));
    expect(started()).toBe(2);
    expect(picture).toEqual({ width: 700, height: 600 });
    expect(Buffer.compare(levelOf(folder, picture), testCard(700, 600))).toBe(0);
    expect(told.filter(({ level }) => level === 1)).toHaveLength(2);
  });

  test("a picture that always kills the engine fails by name", async () => {
    const folder = tempDir();
    const path = join(folder, "a.png");
    await card(70, 60).png().toFile(path);
    const { client } = engine({ SILVERGRAIN_FAIL_POINT: "mid-pyramid" });
    await expect(client.pyramid(requestOf(path, folder), () => {})).rejects.toMatchObject({
      code: "ENGINE_DIED",
      message: expect.stringContaining("a.png"),
    });
  });
});
