import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import type { EnhanceRequest, EnhanceResult } from "../../main/core/enhance.ts";
import { Enhancer } from "../../main/engine/enhancer.ts";
import { exiftool, tagsOf } from "../helpers/exiftool.ts";
import { fakeSession } from "../helpers/models.ts";
import { apart, card, pixelsOf, requestFor, testCard } from "../helpers/photos.ts";
import { profileBytes, tagged } from "../helpers/profiles.ts";
import { tempDir } from "../helpers/temp.ts";

/** Enhances with a model that repeats pixels, so that every pixel of the result is known. */
async function enhance(
  source: string,
  folder: string,
  changes: Partial<EnhanceRequest> = {},
): Promise<EnhanceResult & { path: string }> {
  const enhancer = new Enhancer({ cacheDir: folder, version: "1.2.3", open: fakeSession() });
  const request = await requestFor(source, folder, changes);
  return { ...(await enhancer.enhance(request, {})), path: request.output };
}

/** Every fourth pixel of a result at 4×: the source as it was read. */
async function everyFourth(path: string): Promise<Buffer> {
  const { data, info } = await pixelsOf(path);
  const width = info.width / 4;
  const height = info.height / 4;
  const out = Buffer.alloc(width * height * info.channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data.copy(
        out,
        (y * width + x) * info.channels,
        (y * 4 * info.width + x * 4) * info.channels,
        (y * 4 * info.width + x * 4 + 1) * info.channels,
      );
    }
  }
  return out;
}

describe("every kind of file is read", () => {
  const W = 70;
  const H = 45;
  const kinds: Readonly<Record<string, () => Sharp>> = {
    "baseline.jpg": () => card(W, H).jpeg({ quality: 100, chromaSubsampling: "4:4:4" }),
    "progressive.jpg": () => card(W, H).jpeg({ quality: 100, progressive: true, chromaSubsampling: "4:4:4" }),
    "gray.jpg": () => card(W, H).toColourspace("b-w").jpeg({ quality: 100 }),
    "8.png": () => card(W, H).png(),
    "interlaced.png": () => card(W, H).png({ progressive: true }),
    "palette.png": () => card(W, H).png({ palette: true, colours: 256 }),
    "gray.png": () => card(W, H).toColourspace("b-w").png(),
    "16.png": () => card(W, H).toColourspace("rgb16").png(),
    "lossless.webp": () => card(W, H).webp({ lossless: true }),
    "lzw.tif": () => card(W, H).tiff({ compression: "lzw" }),
    "deflate.tif": () => card(W, H).tiff({ compression: "deflate", tile: true }),
    "16.tif": () => card(W, H).toColourspace("rgb16").tiff({ compression: "none" }),
    "lossless.avif": () => card(W, H).avif({ lossless: true }),
    "one.gif": () => card(W, H).gif(),
  };

  test.each(Object.keys(kinds))("%s", async (name) => {
    const folder = tempDir();
    const source = join(folder, name);
    await (kinds[name] as () => Sharp)().toFile(source);
    const result = await enhance(source, folder);
    const read = await sharp(source)
      .toColourspace(name.startsWith("gray") ? "b-w" : "srgb")
      .raw()
      .toBuffer();
    const written = await sharp(await sharp(result.path).png().toBuffer())
      .toColourspace(name.startsWith("gray") ? "b-w" : "srgb")
      .resize(W, H, { kernel: "nearest" })
      .raw()
      .toBuffer();
    expect(apart(read, written).largest).toBeLessThanOrEqual(1);
    expect(result.flags).toEqual([]);
  });

  test("a CMYK JPEG goes through sRGB and says so", async () => {
    const folder = tempDir();
    const source = join(folder, "cmyk.jpg");
    await card(W, H).toColourspace("cmyk").jpeg({ quality: 95 }).withIccProfile("cmyk").toFile(source);
    expect((await sharp(source).metadata()).space).toBe("cmyk");
    const result = await enhance(source, folder);
    expect(result.notes).toContain("converted-to-srgb");
    const { space, icc } = await sharp(result.path).metadata();
    expect(space).toBe("srgb");
    expect(icc).toBeUndefined();
    const colours = await sharp(source).toColourspace("srgb").raw().toBuffer();
    expect(apart(await everyFourth(result.path), colours).mean).toBeLessThan(2);
  });

  test("of several pages the first is taken, and of an animation the first frame, and it is said", async () => {
    const folder = tempDir();
    const pages = [1, 2].map((n) => ({
      create: { width: 20, height: 20, channels: 3 as const, background: { r: n * 100, g: 0, b: 0 } },
    }));
    for (const [name, note] of [
      ["pages.tif", "first-page"],
      ["moving.gif", "first-frame"],
      ["moving.webp", "first-frame"],
    ] as const) {
      const source = join(folder, name);
      const frames = await Promise.all(pages.map((page) => sharp(page).png().toBuffer()));
      const joined = sharp(frames, { join: { animated: true } });
      await (name.endsWith("tif")
        ? joined.tiff()
        : name.endsWith("gif")
          ? joined.gif()
          : joined.webp({ lossless: true })
      ).toFile(source);
      const result = await enhance(source, folder, { target: { width: 80, height: 80 } });
      expect(result.notes).toContain(note);
      expect((await everyFourth(result.path))[0]).toBe(100);
    }
  });
});

describe("orientation", () => {
  const cases = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((orientation) => [
    ["jpeg", orientation] as const,
    ["tiff", orientation] as const,
  ]);

  test.each(cases)("%s with orientation %i comes out upright, and is marked upright", async (format, orientation) => {
    const folder = tempDir();
    const source = join(folder, `o.${format === "jpeg" ? "jpg" : "tif"}`);
    await card(40, 24)
      .toFormat(format, format === "jpeg" ? { quality: 100, chromaSubsampling: "4:4:4" } : {})
      .withMetadata({ orientation })
      .toFile(source);
    const result = await enhance(source, folder, { format });
    const upright = await sharp(source).autoOrient().raw().toBuffer({ resolveWithObject: true });
    expect([result.width, result.height]).toEqual([upright.info.width * 4, upright.info.height * 4]);
    expect((await sharp(result.path).metadata()).orientation ?? 1).toBe(1);
    const small = await sharp(result.path)
      .resize(upright.info.width, upright.info.height, { kernel: "nearest" })
      .raw()
      .toBuffer();
    // Another orientation of this card is some 50 levels away.
    expect(apart(small, upright.data).mean).toBeLessThan(4);
  });
});

/** CIEDE2000 (Sharma, Wu, Dalal 2005) of two Lab colours. */
function deltaE00([l1, a1, b1]: readonly number[], [l2, a2, b2]: readonly number[]): number {
  const [L1, A1, B1, L2, A2, B2] = [l1, a1, b1, l2, a2, b2] as [number, number, number, number, number, number];
  const radians = Math.PI / 180;
  const chroma = (Math.hypot(A1, B1) + Math.hypot(A2, B2)) / 2;
  const g = 0.5 * (1 - Math.sqrt(chroma ** 7 / (chroma ** 7 + 25 ** 7)));
  const p1 = A1 * (1 + g);
  const p2 = A2 * (1 + g);
  const c1 = Math.hypot(p1, B1);
  const c2 = Math.hypot(p2, B2);
  const hue = (b: number, a: number) => (a === 0 && b === 0 ? 0 : (Math.atan2(b, a) / radians + 360) % 360);
  const h1 = hue(B1, p1);
  const h2 = hue(B2, p2);
  const turn = c1 * c2 === 0 ? 0 : ((h2 - h1 + 540) % 360) - 180;
  const dH = 2 * Math.sqrt(c1 * c2) * Math.sin((turn * radians) / 2);
  const meanL = (L1 + L2) / 2;
  const meanC = (c1 + c2) / 2;
  const meanH =
    c1 * c2 === 0 ? h1 + h2 : Math.abs(h1 - h2) <= 180 ? (h1 + h2) / 2 : (h1 + h2 + (h1 + h2 < 360 ? 360 : -360)) / 2;
  const t =
    1 -
    0.17 * Math.cos((meanH - 30) * radians) +
    0.24 * Math.cos(2 * meanH * radians) +
    0.32 * Math.cos((3 * meanH + 6) * radians) -
    0.2 * Math.cos((4 * meanH - 63) * radians);
  const sl = 1 + (0.015 * (meanL - 50) ** 2) / Math.sqrt(20 + (meanL - 50) ** 2);
  const sc = 1 + 0.045 * meanC;
  const sh = 1 + 0.015 * meanC * t;
  const rt =
    -Math.sin(60 * Math.exp(-(((meanH - 275) / 25) ** 2)) * radians) *
    2 *
    Math.sqrt(meanC ** 7 / (meanC ** 7 + 25 ** 7));
  const dL = (L2 - L1) / sl;
  const dC = (c2 - c1) / sc;
  return Math.sqrt(dL ** 2 + dC ** 2 + (dH / sh) ** 2 + rt * dC * (dH / sh));
}

async function labOf(path: string, size: { width: number; height: number }): Promise<Float32Array> {
  const { data } = await sharp(path)
    .resize(size.width, size.height, { kernel: "nearest" })
    .toColourspace("lab")
    .raw({ depth: "float" })
    .toBuffer({ resolveWithObject: true });
  return new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);
}

describe("colour", () => {
  test("the ΔE00 of the test is right: pairs 1, 7 and 25 of Sharma's table", () => {
    expect(deltaE00([50, 2.6772, -79.7751], [50, 0, -82.7485])).toBeCloseTo(2.0425, 4);
    expect(deltaE00([50, 0, 0], [50, -1, 2])).toBeCloseTo(2.3669, 4);
    expect(deltaE00([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387])).toBeCloseTo(1.2644, 4);
  });

  test.each([
    ["Display P3", "p3.icc", 3],
    ["Adobe RGB", "adobe.icc", 3],
    ["gray", "gray.icc", 1],
  ] as const)("a photo in %s keeps its profile and its colours", async (_name, profile, channels) => {
    const folder = tempDir();
    const icc = profileBytes(profile);
    const file = join(folder, profile);
    writeFileSync(file, icc);
    const size = { width: 60, height: 40 };
    for (const format of ["jpeg", "png", "webp", "tiff", "avif"] as const) {
      const source = join(folder, `in.${format === "jpeg" ? "jpg" : format}`);
      const pixels = channels === 3 ? card(60, 40) : card(60, 40).toColourspace("b-w");
      await tagged(
        await pixels.png().toBuffer(),
        channels,
        icc,
        format === "jpeg" ? "jpeg" : "tiff",
        source.replace(/\.[a-z]+$/, format === "jpeg" ? ".jpg" : ".tif"),
      );
      const from = source.replace(/\.[a-z]+$/, format === "jpeg" ? ".jpg" : ".tif");
      const result = await enhance(from, folder, { format, quality: 100 });
      const embedded = (await sharp(result.path).metadata()).icc;
      if (channels === 1 && (format === "webp" || format === "avif")) {
        // Neither has one channel with a profile for it: the colours are converted, and that is said.
        expect(result.notes).toContain("converted-to-srgb");
      } else expect(embedded === undefined ? undefined : Buffer.compare(embedded, icc), `${format} profile`).toBe(0);
      const [a, b] = [await labOf(from, size), await labOf(result.path, size)];
      let sum = 0;
      for (let i = 0; i < a.length; i += 3) sum += deltaE00([...a.subarray(i, i + 3)], [...b.subarray(i, i + 3)]);
      const mean = sum / (a.length / 3);
      console.log(`${profile} ${format}: mean ΔE00 ${mean.toFixed(3)}`);
      expect(mean).toBeLessThanOrEqual(1);
    }
  });
});

describe("depth", () => {
  test.each(["png", "tiff"] as const)("a 16-bit ramp stays 16-bit in %s", async (format) => {
    const folder = tempDir();
    const source = join(folder, "ramp.png");
    const ramp = Uint16Array.from({ length: 1024 * 8 * 3 }, (_, i) => (Math.floor(i / 3) % 1024) * 64);
    await sharp(ramp, { raw: { width: 1024, height: 8, channels: 3 } })
      .toColourspace("rgb16")
      .png()
      .toFile(source);
    const result = await enhance(source, folder, { format, tilePx: 512 });
    const { data } = await sharp(result.path)
      .toColourspace("rgb16")
      .raw({ depth: "ushort" })
      .toBuffer({ resolveWithObject: true });
    const levels = new Set(new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2));
    expect(levels.size).toBe(1024);
    expect((await sharp(result.path).metadata()).depth).toBe("ushort");
  });

  test("a format of 8 bits says what was lost", async () => {
    const folder = tempDir();
    const source = join(folder, "deep.png");
    await card(20, 20).toColourspace("rgb16").png().toFile(source);
    expect((await enhance(source, folder, { format: "jpeg" })).notes).toContain("reduced-to-8-bit");
  });
});

describe("alpha", () => {
  test("a white disc on transparent black has no dark halo, and its inside stays opaque", async () => {
    const folder = tempDir();
    const source = join(folder, "disc.png");
    const px = 48;
    const samples = Buffer.alloc(px * px * 4);
    for (let i = 0; i < px * px; i++) {
      const away = Math.hypot((i % px) - 24, Math.floor(i / px) - 24);
      const opacity = Math.max(0, Math.min(1, 18 - away));
      samples.fill(opacity > 0 ? 255 : 0, i * 4, i * 4 + 3);
      samples[i * 4 + 3] = Math.round(opacity * 255);
    }
    await sharp(samples, { raw: { width: px, height: px, channels: 4 } })
      .png()
      .toFile(source);
    for (const format of ["png", "webp", "tiff"] as const) {
      const result = await enhance(source, folder, { format, quality: 100 });
      const { data, info } = await pixelsOf(result.path);
      expect(info.channels).toBe(4);
      let darkest = 255;
      let leastInside = 255;
      for (let i = 0; i < info.width * info.height; i++) {
        const alpha = data[i * 4 + 3] as number;
        if (alpha > 0) darkest = Math.min(darkest, data[i * 4] as number);
        const away = Math.hypot((i % info.width) - 97.5, Math.floor(i / info.width) - 97.5);
        // The cubic reaches 2 px of the source, 8 of the result, and the disc is opaque as far as 17.
        if (away < 60) leastInside = Math.min(leastInside, alpha);
      }
      console.log(`${format}: darkest visible sample ${darkest}, least alpha inside ${leastInside}`);
      expect(darkest).toBeGreaterThanOrEqual(format === "webp" ? 250 : 255);
      expect(leastInside).toBe(255);
    }
    const jpeg = await enhance(source, folder, { format: "jpeg" });
    expect(jpeg.notes).toContain("alpha-flattened");
    expect((await pixelsOf(jpeg.path)).data[0]).toBeGreaterThan(250);
  });
});

describe("size and strength", () => {
  test("two passes and a resampling land on the size that was asked for", async () => {
    const folder = tempDir();
    const source = join(folder, "small.png");
    await card(31, 17).png().toFile(source);
    const result = await enhance(source, folder, { target: { width: 31 * 8, height: 17 * 8 }, passes: 2 });
    const { info } = await pixelsOf(result.path);
    expect([info.width, info.height]).toEqual([248, 136]);
    const again = await enhance(source, folder, {
      target: { width: 31 * 8, height: 17 * 8 },
      passes: 2,
      strength: 0.9,
    });
    expect([result.tilesInferred, again.tilesInferred]).toEqual([expect.any(Number), 0]);
    const small = await sharp(result.path).resize(31, 17, { kernel: "lanczos3" }).raw().toBuffer();
    expect(apart(small, testCard(31, 17)).mean).toBeLessThan(6);
  });

  test("a new strength or format infers nothing, and strength 0 is the Lanczos baseline", async () => {
    const folder = tempDir();
    const source = join(folder, "small.png");
    await card(90, 60).png().toFile(source);
    const first = await enhance(source, folder);
    const half = await enhance(source, folder, { strength: 0.5 });
    const none = await enhance(source, folder, { strength: 0 });
    const other = await enhance(source, folder, { format: "tiff" });
    expect(first.tilesInferred).toBeGreaterThan(1);
    expect([half, none, other].map((result) => result.tilesInferred)).toEqual([0, 0, 0]);
    const baseline = (await pixelsOf((await enhance(source, folder, { strength: 0 })).path)).data;
    const whole = (await pixelsOf((await enhance(source, folder)).path)).data;
    const mixed = (await pixelsOf((await enhance(source, folder, { strength: 0.5 })).path)).data;
    const expectation = whole.map((value, i) => Math.floor((value + (baseline[i] as number)) / 2 + 0.5));
    expect(apart(mixed, expectation).largest).toBeLessThanOrEqual(1);
    expect(apart(whole, baseline).largest).toBeGreaterThan(10);
  });
});

describe("metadata", () => {
  test.each(["jpeg", "png", "webp", "tiff", "avif"] as const)(
    "a camera's EXIF, XMP and IPTC are kept and made true in %s",
    async (format) => {
      const folder = tempDir();
      const source = join(folder, "camera.jpg");
      await card(64, 48).jpeg().toFile(source);
      exiftool(
        "-q",
        "-overwrite_original",
        "-Make=Nikon",
        "-Model=Z 8",
        "-Orientation#=6",
        "-ExposureTime=1/250",
        "-FNumber=2.8",
        "-ISO=400",
        "-DateTimeOriginal=2026:11:24 10:00:00",
        "-ExifImageWidth=64",
        "-ExifImageHeight=48",
        "-GPSLatitude=48.2",
        "-GPSLatitudeRef=N",
        "-Copyright=© Ana",
        "-XMP:Rating=4",
        "-XMP:Title=Müller & Söhne",
        "-XMP-tiff:Orientation#=6",
        "-IPTC:Keywords=fox",
        source,
      );
      const result = await enhance(source, folder, { format, target: { width: 192, height: 256 } });
      const tags = tagsOf(result.path);
      expect(tags["IFD0:Make"]).toBe("Nikon");
      expect(tags["IFD0:Model"]).toBe("Z 8");
      expect(tags["IFD0:Orientation"]).toBe(1);
      expect(tags["ExifIFD:ExposureTime"]).toBe(0.004);
      expect(tags["ExifIFD:ISO"]).toBe(400);
      expect(tags["ExifIFD:DateTimeOriginal"]).toBe("2026:11:24 10:00:00");
      expect([tags["ExifIFD:ExifImageWidth"], tags["ExifIFD:ExifImageHeight"]]).toEqual([192, 256]);
      expect(tags["GPS:GPSLatitude"]).toBeCloseTo(48.2, 5);
      expect(tags["XMP-xmp:Rating"]).toBe(4);
      expect(tags["XMP-dc:Title"]).toBe("Müller & Söhne");
      expect(tags["XMP-tiff:Orientation"]).toBe(1);
      if (format === "jpeg" || format === "tiff") expect(tags["IPTC:Keywords"]).toBe("fox");
      expect((await sharp(result.path).metadata()).xmpAsString).toContain("silvergrain:SourceSHA256=");
      expect(String(tags["ExifTool:Warning"] ?? "")).toBe("");
      const plain = tagsOf(
        (await enhance(source, folder, { format, stripGps: true, target: { width: 192, height: 256 } })).path,
      );
      expect(Object.keys(plain).filter((tag) => /GPS[LAD]/.test(tag))).toEqual([]);
      expect(plain["IFD0:Make"]).toBe("Nikon");
    },
  );

  test("IPTC goes from JPEG to TIFF and back", async () => {
    const folder = tempDir();
    const source = join(folder, "a.jpg");
    await card(32, 32).jpeg().toFile(source);
    exiftool("-q", "-overwrite_original", "-IPTC:Keywords=a fox in the snow", source);
    const tiff = await enhance(source, folder, { format: "tiff", output: join(folder, "b.tif") });
    expect(tagsOf(tiff.path)["IPTC:Keywords"]).toBe("a fox in the snow");
    const jpeg = await enhance(join(folder, "b.tif"), folder, { format: "jpeg" });
    expect(tagsOf(jpeg.path)["IPTC:Keywords"]).toBe("a fox in the snow");
  });

  test("a TIFF's EXIF reaches a JPEG", async () => {
    const folder = tempDir();
    const source = join(folder, "scan.tif");
    await card(64, 48).tiff().toFile(source);
    exiftool("-q", "-overwrite_original", "-Make=Epson", "-ISO=100", "-GPSLatitude=48.2", "-GPSLatitudeRef=N", source);
    const tags = tagsOf((await enhance(source, folder, { format: "jpeg" })).path);
    expect([tags["IFD0:Make"], tags["ExifIFD:ISO"]]).toEqual(["Epson", 100]);
    expect(tags["GPS:GPSLatitude"]).toBeCloseTo(48.2, 5);
  });

  test("an unsound GPS directory costs the EXIF, not the result", async () => {
    const folder = tempDir();
    const source = join(folder, "gps.jpg");
    await card(32, 32).jpeg().toFile(source);
    exiftool("-q", "-overwrite_original", "-Make=N", "-GPSLatitude=48.2", "-GPSLatitudeRef=N", source);
    const bytes = readFileSync(source);
    const tag = bytes.indexOf(Buffer.from([0x88, 0x25, 0, 4, 0, 0, 0, 1]));
    expect(tag).toBeGreaterThan(0);
    bytes.writeUInt32BE(0x7fff_ff00, tag + 8);
    writeFileSync(source, bytes);
    for (const format of ["tiff", "jpeg"] as const) {
      expect((await enhance(source, folder, { format })).notes).toContain("metadata-partial");
    }
  });

  test("an XMP packet too long for a JPEG is cut to the note, and that is said", async () => {
    const folder = tempDir();
    const source = join(folder, "long.png");
    const packet = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:a="urn:a" a:b="${"y".repeat(70_000)}"/></rdf:RDF></x:xmpmeta>`;
    await card(32, 32).withXmp(packet).png().toFile(source);
    const result = await enhance(source, folder, { format: "jpeg" });
    expect(result.notes).toContain("metadata-partial");
    expect((await sharp(result.path).metadata()).xmpAsString).toContain("silvergrain:Model=");
    expect((await enhance(source, folder, { format: "webp" })).notes).not.toContain("metadata-partial");
  });

  test("EXIF that cannot be read is left out and said, and the photo is done", async () => {
    const folder = tempDir();
    const source = join(folder, "odd.jpg");
    const bytes = await card(32, 32).withMetadata({ orientation: 1 }).jpeg().toBuffer();
    const at = bytes.indexOf("Exif\0\0");
    // The first directory is said to begin far outside the block.
    bytes.fill(0x7f, at + 10, at + 14);
    writeFileSync(source, bytes);
    const result = await enhance(source, folder, { format: "jpeg" });
    expect(result.notes).toContain("metadata-partial");
  });
});

describe("self-check", () => {
  const broken = (spoil: (out: Float32Array) => void) =>
    fakeSession((planar, size, scale) => {
      const out = new Float32Array(planar.length * scale * scale);
      const wide = size.width * scale;
      for (let i = 0; i < out.length; i++) {
        const channel = Math.floor(i / (wide * size.height * scale));
        const y = Math.floor(i / wide) % (size.height * scale);
        out[i] = planar[
          (channel * size.height + Math.floor(y / scale)) * size.width + Math.floor((i % wide) / scale)
        ] as number;
      }
      spoil(out);
      return out;
    });

  test.each([
    ["a model that gives NaN", (out: Float32Array) => out.fill(Number.NaN, 0, 50), "not-a-number"],
    ["a model that gives one colour", (out: Float32Array) => out.fill(0.4), "flat-tile"],
    [
      "a model that swaps red and blue",
      (out: Float32Array) => {
        const plane = out.length / 3;
        const red = out.slice(0, plane);
        out.copyWithin(0, 2 * plane);
        out.set(red, 2 * plane);
      },
      "differs-from-source",
    ],
  ] as const)("%s is flagged, the result is kept, and a second run says so again", async (_name, spoil, flag) => {
    const folder = tempDir();
    const source = join(folder, "photo.png");
    await card(80, 60).png().toFile(source);
    const enhancer = new Enhancer({ cacheDir: folder, version: "1", open: broken(spoil) });
    for (let run = 0; run < 2; run++) {
      const request = await requestFor(source, folder);
      const result = await enhancer.enhance(request, {});
      expect(result.flags).toContain(flag);
      expect((await pixelsOf(request.output)).info.width).toBe(320);
    }
  });
});
