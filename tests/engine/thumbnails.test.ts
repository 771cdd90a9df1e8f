import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import sharp from "sharp";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { shorts } from "../../main/core/tiff-ifd.ts";
import { EngineClient } from "../../main/engine/client.ts";
import { PhotoViewer } from "../../main/engine/photo-viewer.ts";
import { spawnEngine } from "../../main/engine/spawn.ts";
import { TiffRowWriter } from "../../main/engine/tiff-writer.ts";
import { pngOfSize, writeBadFiles } from "../helpers/bad-files.ts";
import { CACHE_DIR } from "../helpers/cli.ts";
import { exifBlock, withExif } from "../helpers/exif.ts";
import { exiftool } from "../helpers/exiftool.ts";
import { ROOT } from "../helpers/models.ts";
import { apart, card, pixelsOf } from "../helpers/photos.ts";
import { ADOBE, inSrgb, P3, profileBytes, srgb, tagged } from "../helpers/profiles.ts";
import { tempDir } from "../helpers/temp.ts";

const viewer = new PhotoViewer();
const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

function thumbnailOf(path: string, folder: string, longEdgePx = 256) {
  return viewer.thumbnail({ path, folder: join(folder, "cache"), maxMegapixels: 400, longEdgePx });
}

const shaOf = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** The colour at a place of a picture, 0 to 1 across and down. */
async function colourAt(path: string, across: number, down: number): Promise<readonly number[]> {
  const { data, info } = await pixelsOf(path);
  const at = Math.floor(down * info.height) * info.width + Math.floor(across * info.width);
  return Array.from({ length: 3 }, (_, i) => data[at * info.channels + (info.channels === 3 ? i : 0)] ?? 0);
}

function expectNear(found: readonly number[], wanted: readonly number[], tolerance = 6): void {
  expect(apart(found, wanted).largest, `found ${found}, wanted ${wanted}`).toBeLessThanOrEqual(tolerance);
}

const QUARTERS = {
  "0.25 0.25": [200, 40, 40],
  "0.75 0.25": [40, 190, 40],
  "0.25 0.75": [40, 40, 210],
  "0.75 0.75": [220, 220, 60],
};

/**
 * Four colours as a camera stores them that was held so: where each stored pixel lies in the upright picture is written
 * out from the table of EXIF's Orientation ("row 0 is … , column 0 is …").
 */
function storedQuarters(width: number, height: number, orientation: number): Buffer {
  const places: Readonly<Record<number, (r: number, c: number) => readonly [x: number, y: number]>> = {
    1: (r, c) => [c, r],
    2: (r, c) => [width - 1 - c, r],
    3: (r, c) => [width - 1 - c, height - 1 - r],
    4: (r, c) => [c, height - 1 - r],
    5: (r, c) => [r, c],
    6: (r, c) => [width - 1 - r, c],
    7: (r, c) => [width - 1 - r, height - 1 - c],
    8: (r, c) => [r, height - 1 - c],
  };
  const [columns, rows] = orientation < 5 ? [width, height] : [height, width];
  const stored = Buffer.alloc(width * height * 3);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const [x, y] = places[orientation]?.(r, c) ?? [0, 0];
      const quarter = `${x < width / 2 ? 0.25 : 0.75} ${y < height / 2 ? 0.25 : 0.75}` as keyof typeof QUARTERS;
      stored.set(QUARTERS[quarter], (r * columns + c) * 3);
    }
  }
  return stored;
}

async function quartersJpeg(width: number, height: number, orientation: number): Promise<Buffer> {
  const raw = orientation < 5 ? { width, height } : { width: height, height: width };
  return sharp(storedQuarters(width, height, orientation), { raw: { ...raw, channels: 3 } })
    .jpeg({ quality: 95, chromaSubsampling: "4:4:4" })
    .toBuffer();
}

async function expectQuarters(path: string): Promise<void> {
  for (const [place, colour] of Object.entries(QUARTERS)) {
    const [across = 0, down = 0] = place.split(" ").map(Number);
    expectNear(await colourAt(path, across, down), colour);
  }
}

describe("a thumbnail", () => {
  test.each(ORIENTATIONS)("is upright with orientation %i", async (orientation) => {
    const folder = tempDir();
    const path = join(folder, "a.jpg");
    const block = exifBlock({ main: [shorts(0x0112, orientation)] });
    writeFileSync(path, withExif(await quartersJpeg(1200, 800, orientation), block));
    const { size, file } = await thumbnailOf(path, folder);
    expect(size).toEqual({ width: 256, height: 171 });
    await expectQuarters(file);
  });

  test("is a JPEG without metadata, named after the photo's bytes, and what is told of it is true", async () => {
    const folder = tempDir();
    const path = join(folder, "a.jpg");
    await card(900, 600).withMetadata({ orientation: 3 }).withXmp("<x/>").keepIccProfile().jpeg().toFile(path);
    const made = await thumbnailOf(path, folder);
    expect(made).toEqual({
      sha256: shaOf(path),
      size: { width: 256, height: 171 },
      file: join(folder, "cache", `${shaOf(path)}.jpg`),
      bytes: statSync(made.file).size,
    });
    const { format, width, exif, icc, xmp, iptc } = await sharp(made.file).metadata();
    expect({ format, width, exif, icc, xmp, iptc }).toEqual({ format: "jpeg", width: 256 });
    expect(readdirSync(join(folder, "cache"))).toHaveLength(1);
  });

  test("looks like the photo", async () => {
    const folder = tempDir();
    const path = join(folder, "a.png");
    await card(1024, 512).png().toFile(path);
    const { file } = await thumbnailOf(path, folder);
    const wanted = await sharp(path).resize(256, 128, { kernel: "lanczos3" }).raw().toBuffer();
    // The card's fine stripes cost a JPEG of quality 80 some 7 levels; another picture of it is some 50 away.
    expect(apart((await pixelsOf(file)).data, wanted).mean).toBeLessThan(9);
  });

  test.each([
    ["1 px", 1, 1, { width: 1, height: 1 }],
    ["small", 100, 60, { width: 100, height: 60 }],
    ["very wide", 20_000, 10, { width: 256, height: 1 }],
    ["very high", 10, 20_000, { width: 1, height: 256 }],
    ["a row", 3000, 1, { width: 256, height: 1 }],
  ])("of a photo that is %s is not enlarged and never empty", async (_name, width, height, size) => {
    for (const ending of ["jpg", "png"]) {
      const folder = tempDir();
      const path = join(folder, `a.${ending}`);
      await sharp({ create: { width, height, channels: 3, background: "#c86432" } }).toFile(path);
      const made = await thumbnailOf(path, folder);
      expect(made.size).toEqual(size);
      const { info } = await pixelsOf(made.file);
      expect([info.width, info.height]).toEqual([size.width, size.height]);
      expectNear(await colourAt(made.file, 0.5, 0.5), [200, 100, 50], 4);
    }
  });

  test("of several pages or frames shows the first", async () => {
    const folder = tempDir();
    const frames = await Promise.all(
      ["#c80000", "#00c800"].map((background) =>
        sharp({ create: { width: 20, height: 20, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    for (const name of ["a.gif", "a.webp", "a.tif"]) {
      const path = join(folder, name);
      await sharp(frames, { join: { animated: true } }).toFile(path);
      const { file, size } = await thumbnailOf(path, folder);
      expect(size).toEqual({ width: 20, height: 20 });
      expectNear(await colourAt(file, 0.5, 0.5), [200, 0, 0]);
    }
  });
});

describe("colours of a thumbnail", () => {
  const RGB = [180, 110, 70];

  test.each([
    ["Display P3", "p3.icc", P3],
    ["Adobe RGB", "adobe.icc", ADOBE],
  ] as const)("%s of 8 and of 16 bits becomes sRGB", async (_name, profile, primaries) => {
    const folder = tempDir();
    const icc = profileBytes(profile);
    const wanted = inSrgb(primaries, RGB);
    expect(apart(wanted, RGB).largest, "else nothing would be tested").toBeGreaterThan(10);
    const plain = sharp({ create: { width: 64, height: 48, channels: 3, background: `rgb(${RGB.join()})` } });
    await tagged(await plain.png().toBuffer(), 3, icc, "jpeg", join(folder, "8.jpg"));
    const deep = new TiffRowWriter(join(folder, "16.tif"), { width: 64, height: 48 }, 3, 16, {
      icc,
      iptc: undefined,
      density: undefined,
    });
    deep.write(Uint16Array.from({ length: 64 * 48 * 3 }, (_, i) => (RGB[i % 3] ?? 0) * 257));
    deep.close();
    for (const name of ["8.jpg", "16.tif"]) {
      const { file } = await thumbnailOf(join(folder, name), folder, 32);
      expectNear(await colourAt(file, 0.5, 0.5), wanted, 3);
    }
  });

  test("gray through a profile, of 8 and of 16 bits", async () => {
    const folder = tempDir();
    const icc = profileBytes("gray.icc").fill(0);
    // A gamma of 1.8, which is some 20 levels away from sRGB.
    profileBytes("gray.icc").copy(icc);
    icc.writeUInt16BE(Math.round(1.8 * 256), icc.indexOf("curv") + 12);
    const wanted = srgb((120 / 255) ** 1.8);
    expect(Math.abs(wanted - 120)).toBeGreaterThan(10);
    for (const bits of [8, 16] as const) {
      const path = join(folder, `${bits}.tif`);
      const tags = { icc, iptc: undefined, density: undefined };
      const writer = new TiffRowWriter(path, { width: 64, height: 48 }, 1, bits, tags);
      const samples = bits === 8 ? new Uint8Array(64 * 48).fill(120) : new Uint16Array(64 * 48).fill(120 * 257);
      writer.write(samples);
      writer.close();
      const { file } = await thumbnailOf(path, folder, 32);
      expectNear(await colourAt(file, 0.5, 0.5), [wanted, wanted, wanted], 3);
    }
  });

  test("16 bits and gray without a profile keep their numbers", async () => {
    const folder = tempDir();
    const plain = () => sharp({ create: { width: 64, height: 48, channels: 3, background: `rgb(${RGB.join()})` } });
    await plain().toColourspace("rgb16").png().toFile(join(folder, "16.png"));
    await plain().linear(0, 130).toColourspace("b-w").png().toFile(join(folder, "gray.png"));
    await plain().linear(0, 130).toColourspace("grey16").png().toFile(join(folder, "gray16.png"));
    for (const [name, wanted] of [
      ["16.png", RGB],
      ["gray.png", [130, 130, 130]],
      ["gray16.png", [130, 130, 130]],
    ] as const) {
      const { file } = await thumbnailOf(join(folder, name), folder, 32);
      expectNear(await colourAt(file, 0.5, 0.5), wanted, 3);
    }
  });

  test("CMYK with and without a profile becomes sRGB", async () => {
    const folder = tempDir();
    const plain = () => sharp({ create: { width: 64, height: 48, channels: 3, background: `rgb(${RGB.join()})` } });
    await plain().toColourspace("cmyk").jpeg({ quality: 100 }).withIccProfile("cmyk").toFile(join(folder, "icc.jpg"));
    await plain().toColourspace("cmyk").jpeg({ quality: 100 }).toFile(join(folder, "bare.jpg"));
    for (const name of ["icc.jpg", "bare.jpg"]) {
      const { file } = await thumbnailOf(join(folder, name), folder, 32);
      expect((await sharp(file).metadata()).space).toBe("srgb");
      // The inks on the way cannot hold the colour quite; taken for their opposite they would give 75, 145, 185.
      expectNear(await colourAt(file, 0.5, 0.5), RGB, 26);
    }
  });

  test("what is transparent lies on neutral gray", async () => {
    const folder = tempDir();
    const half = {
      create: { width: 64, height: 48, channels: 4 as const, background: { r: 255, g: 0, b: 0, alpha: 0 } },
    };
    const solid = await sharp({ create: { width: 32, height: 48, channels: 4, background: "#28b43c" } })
      .png()
      .toBuffer();
    const image = () => sharp(half).composite([{ input: solid, left: 0, top: 0 }]);
    await image().png().toFile(join(folder, "8.png"));
    await sharp(await image().png().toBuffer())
      .toColourspace("rgb16")
      .png()
      .toFile(join(folder, "16.png"));
    await image().webp({ lossless: true }).toFile(join(folder, "a.webp"));
    await sharp({ create: { width: 64, height: 48, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } } })
      .toColourspace("b-w")
      .png()
      .toFile(join(folder, "gray.png"));
    for (const name of ["8.png", "16.png", "a.webp", "gray.png"]) {
      const { file } = await thumbnailOf(join(folder, name), folder, 32);
      expectNear(await colourAt(file, 0.9, 0.5), [128, 128, 128], 4);
      if (name !== "gray.png") expectNear(await colourAt(file, 0.1, 0.5), [40, 180, 60], 6);
    }
  });
});

describe("what is there already", () => {
  test("is not made again, and made again where it is not whole or of another size", async () => {
    const folder = tempDir();
    const path = join(folder, "a.jpg");
    await card(900, 600).jpeg().toFile(path);
    const first = await thumbnailOf(path, folder);
    utimesSync(first.file, 1, 1);
    expect(await thumbnailOf(path, folder)).toEqual(first);
    expect(statSync(first.file).mtimeMs, "it was left alone").toBe(1000);
    const whole = readFileSync(first.file);
    for (const broken of [whole.subarray(0, whole.length / 2), Buffer.alloc(0), Buffer.alloc(whole.length)]) {
      writeFileSync(first.file, broken);
      expect(await thumbnailOf(path, folder)).toEqual(first);
      expect(Buffer.compare(readFileSync(first.file), whole)).toBe(0);
    }
    expect((await thumbnailOf(path, folder, 128)).size).toEqual({ width: 128, height: 85 });
    expect((await sharp(first.file).metadata()).width).toBe(128);
  });

  test("a photo that is changed all the time never gets the thumbnail of other bytes", async () => {
    const folder = tempDir();
    const path = join(folder, "a.png");
    const versions = await Promise.all(
      ["#c80000", "#00c800"].map((background) =>
        sharp({ create: { width: 300, height: 300, channels: 3, background } })
          .png({ compressionLevel: 0 })
          .toBuffer(),
      ),
    );
    const colours = new Map(versions.map((bytes, i) => [createHash("sha256").update(bytes).digest("hex"), i]));
    let made = 0;
    for (let i = 0; i < 40; i++) {
      writeFileSync(path, versions[i % 2] ?? "");
      const making = thumbnailOf(path, join(folder, String(i)));
      const changing = setTimeout(i / 8).then(() => writeFileSync(path, versions[(i + 1) % 2] ?? ""));
      const answer = await making.catch((error: unknown) => error);
      await changing;
      if (answer instanceof Error) {
        expect(answer).toMatchObject({ code: "SOURCE_CORRUPT" });
        continue;
      }
      const { sha256, file } = answer as { sha256: string; file: string };
      // One that was read while it was written is of neither version; then it can be anything that decodes.
      const version = colours.get(sha256);
      if (version !== undefined) expectNear(await colourAt(file, 0.5, 0.5), version === 0 ? [200, 0, 0] : [0, 200, 0]);
      made++;
    }
    expect(made).toBeGreaterThan(5);
  });
});

describe("files that are no good", () => {
  test("are refused with their code, and leave nothing behind", async () => {
    const folder = tempDir();
    const progressive = await card(800, 600).jpeg({ progressive: true }).toBuffer();
    const codes = {
      ...writeBadFiles(folder, await card(2000, 1500).jpeg().toBuffer()),
      "bad-progressive.jpg": "SOURCE_CORRUPT",
      "bad-end.jpg": "SOURCE_CORRUPT",
    };
    writeFileSync(join(folder, "bad-progressive.jpg"), progressive.subarray(0, progressive.length * 0.6));
    const large = await card(2000, 1500).jpeg().toBuffer();
    writeFileSync(join(folder, "bad-end.jpg"), large.subarray(0, large.length * 0.9));
    for (const [name, code] of Object.entries(codes)) {
      const made = thumbnailOf(join(folder, name), folder);
      await expect(made, name).rejects.toMatchObject({ code, message: expect.stringContaining(name) });
    }
    expect(existsSync(join(folder, "cache"))).toBe(false);
    await expect(thumbnailOf(join(folder, "none.jpg"), folder)).rejects.toMatchObject({ code: "SOURCE_MISSING" });
    await expect(thumbnailOf(folder, folder)).rejects.toMatchObject({ code: "SOURCE_UNSUPPORTED" });
  });

  test("a header that says more megapixels than are taken is refused before anything is decoded", async () => {
    const folder = tempDir();
    writeFileSync(join(folder, "bomb.png"), pngOfSize(60_000, 60_000, 1));
    const start = performance.now();
    await expect(thumbnailOf(join(folder, "bomb.png"), folder)).rejects.toMatchObject({ code: "SOURCE_TOO_LARGE" });
    expect(performance.now() - start).toBeLessThan(500);
  });

  test("a folder that cannot be written to is told as such", async () => {
    const folder = tempDir();
    const path = join(folder, "a.png");
    await card(30, 20).png().toFile(path);
    writeFileSync(join(folder, "cache"), "");
    await expect(thumbnailOf(path, folder)).rejects.toMatchObject({ name: "SilvergrainError" });
  });
});

describe("the camera's own thumbnail", () => {
  test.each(ORIENTATIONS)("is upright with orientation %i, and its bars are cut off", async (orientation) => {
    const folder = tempDir();
    const path = join(folder, "a.jpg");
    const upright = orientation < 5 ? { width: 600, height: 400 } : { width: 400, height: 600 };
    const small = orientation < 5 ? { width: 160, height: 106 } : { width: 106, height: 160 };
    const padded = await sharp(await quartersJpeg(small.width, small.height, orientation))
      .extend({ top: 7, bottom: 7, background: "#000000" })
      .jpeg({ quality: 95 })
      .toBuffer();
    const block = exifBlock({ main: [shorts(0x0112, orientation)], thumbnail: padded });
    writeFileSync(path, withExif(await quartersJpeg(upright.width, upright.height, orientation), block));
    const save = join(folder, "embedded.jpg");
    expect(await viewer.embedded(path, save)).toEqual(small);
    const { info } = await pixelsOf(save);
    expect({ width: info.width, height: info.height }).toEqual(small);
    await expectQuarters(save);
    for (const place of [0.02, 0.98]) {
      expect(Math.max(...(await colourAt(save, place, 0.25))), "no bar is left").toBeGreaterThan(100);
      expect(Math.max(...(await colourAt(save, 0.25, place))), "no bar is left").toBeGreaterThan(100);
    }
    expect(readdirSync(folder).sort()).toEqual(["a.jpg", "embedded.jpg"]);
  });

  test("is found where another program put it", async () => {
    const folder = tempDir();
    const path = join(folder, "a.jpg");
    await card(600, 400).jpeg().toFile(path);
    await card(150, 100).jpeg().toFile(join(folder, "small.jpg"));
    exiftool("-q", "-overwrite_original", `-ThumbnailImage<=${join(folder, "small.jpg")}`, path);
    const save = join(folder, "embedded.jpg");
    expect(await viewer.embedded(path, save)).toEqual({ width: 150, height: 100 });
    const wanted = (await pixelsOf(join(folder, "small.jpg"))).data;
    expect(apart((await pixelsOf(save)).data, wanted).mean).toBeLessThan(5);
  });

  test("is none where it is no JPEG, is cut off or is too large, and in a file of another kind", async () => {
    const folder = tempDir();
    const photo = await card(600, 400).jpeg().toBuffer();
    const small = await card(150, 100).jpeg().toBuffer();
    const bad = {
      "png.jpg": await card(150, 100).png().toBuffer(),
      "cut.jpg": small.subarray(0, small.length / 2),
      "large.jpg": await sharp({ create: { width: 600, height: 400, channels: 3, background: "#808080" } })
        .jpeg()
        .toBuffer(),
      "text.jpg": Buffer.from("This is not a photo."),
    };
    const save = join(folder, "embedded.jpg");
    for (const [name, thumbnail] of Object.entries(bad)) {
      writeFileSync(join(folder, name), withExif(photo, exifBlock({ thumbnail })));
      expect(await viewer.embedded(join(folder, name), save), name).toBeUndefined();
    }
    await card(30, 20).png().toFile(join(folder, "a.png"));
    expect(await viewer.embedded(join(folder, "a.png"), save)).toBeUndefined();
    expect(existsSync(save)).toBe(false);
    await expect(viewer.embedded(join(folder, "none.jpg"), save)).rejects.toMatchObject({ code: "SOURCE_MISSING" });
  });
});

describe("over the channel", () => {
  function engine(environment: Readonly<Record<string, string>> = {}) {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    let started = 0;
    const client = new EngineClient({
      start: () => {
        started++;
        return spawnEngine({
          nodePath: process.execPath,
          entryPath: join(ROOT, "dist", "engine.js"),
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

  async function photosIn(folder: string, count: number): Promise<readonly string[]> {
    await card(900, 600).jpeg().toFile(join(folder, "0.jpg"));
    return Array.from({ length: count }, (_, i) => {
      const path = join(folder, `${i}.jpg`);
      if (i > 0) copyFileSync(join(folder, "0.jpg"), path);
      // Other bytes, the same picture.
      writeFileSync(path, `${i}`, { flag: "a" });
      return path;
    });
  }

  const requestOf = (path: string, folder: string) => ({ path, folder, maxMegapixels: 400, longEdgePx: 256 });

  test("all three are answered", async () => {
    const folder = tempDir();
    const [path = ""] = await photosIn(folder, 1);
    const { client } = engine();
    expect((await client.details(path, 400)).facts).toEqual((await viewer.details(path, 400)).facts);
    expect(await client.thumbnail(requestOf(path, folder))).toMatchObject({ sha256: shaOf(path) });
    expect(await client.embedded(path, join(folder, "e.jpg"))).toBeUndefined();
    await expect(client.details(join(folder, "none.jpg"), 400)).rejects.toMatchObject({ code: "SOURCE_MISSING" });
  });

  test("an engine that is killed in the middle of one makes them all at the next try, and leaves no half file", async () => {
    const folder = tempDir();
    const cache = join(folder, "cache");
    const paths = await photosIn(folder, 6);
    const { client, started } = engine({
      SILVERGRAIN_FAIL_POINT: "mid-thumbnail",
      SILVERGRAIN_FAIL_ONCE: join(folder, "died"),
    });
    const made = await Promise.all(paths.map((path) => client.thumbnail(requestOf(path, cache))));
    expect(started()).toBe(2);
    expect(new Set(made.map(({ sha256 }) => sha256)).size).toBe(6);
    for (const { file, bytes } of made) expect(statSync(file).size).toBe(bytes);
    expect(readdirSync(cache)).toHaveLength(6);
  });

  test("a photo that always kills the engine fails by name, and costs no other its thumbnail", async () => {
    const folder = tempDir();
    const [bad = "", ...good] = await photosIn(folder, 6);
    const { client, started } = engine({ SILVERGRAIN_FAIL_POINT: "mid-thumbnail", SILVERGRAIN_FAIL_FILE: "0.jpg" });
    const failing = client.thumbnail(requestOf(bad, folder));
    const others = Promise.all(good.map((path) => client.thumbnail(requestOf(path, folder))));
    await expect(failing).rejects.toMatchObject({ code: "ENGINE_DIED", message: expect.stringContaining("0.jpg") });
    expect(await others).toHaveLength(5);
    expect(started()).toBeLessThanOrEqual(3);
  });

  test("one that waits for its turn is stopped at once", async () => {
    const folder = tempDir();
    const paths = await photosIn(folder, 8);
    const { client } = engine();
    const stop = new AbortController();
    const calls = paths.map((path, i) => client.thumbnail(requestOf(path, folder), i < 2 ? undefined : stop.signal));
    stop.abort();
    const settled = await Promise.allSettled(calls);
    expect(settled.slice(0, 2).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    for (const each of settled.slice(2))
      expect(each).toMatchObject({ status: "rejected", reason: { code: "CANCELLED" } });
  });
});
