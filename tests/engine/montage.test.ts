import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Rect, Size } from "../../main/core/geometry.ts";
import { profileName } from "../../main/core/icc-name.ts";
import { layoutMontage } from "../../main/core/montage.ts";
import type { MontageProgress, MontageRequest } from "../../main/core/montage-request.ts";
import type { MontageLayout, Placement } from "../../main/core/montage-spec.ts";
import { numbersOf } from "../../main/core/tiff-ifd.ts";
import { EngineClient } from "../../main/engine/client.ts";
import { canWriteJpegXl, encodeResult } from "../../main/engine/codec.ts";
import { Montages } from "../../main/engine/montage.ts";
import { spawnEngine } from "../../main/engine/spawn.ts";
import { readTiffDirectory, TIFF } from "../../main/engine/tiff-pixels.ts";
import { TiffRowWriter } from "../../main/engine/tiff-writer.ts";
import { colourOf, coordinateSamples, writeCoordinates } from "../helpers/coordinate-picture.ts";
import { ascii, exifBlock, withExif } from "../helpers/exif.ts";
import { ROOT } from "../helpers/models.ts";
import { card, testCard } from "../helpers/photos.ts";
import { profileBytes, tagged } from "../helpers/profiles.ts";
import { tempDir } from "../helpers/temp.ts";

const BACKGROUND = [250, 240, 230] as const;
const DIVIDER = [10, 20, 30] as const;

/** A request that shows px and nothing else; everything can be replaced. */
function requestOf(folder: string, pictures: readonly string[], changes: Partial<MontageRequest> = {}): MontageRequest {
  return {
    kind: "side-by-side",
    pictures: pictures.map((path) => ({ path, caption: "" })),
    baseline: "nearest",
    split: { angle: 0, at: 0.5 },
    marginPx: 7,
    dividerPx: 3,
    captionPx: 0,
    background: BACKGROUND,
    dividerColour: DIVIDER,
    pins: [],
    cropPx: 16,
    encoding: { format: "png" },
    sharpen: "none",
    keepMetadata: false,
    stripGps: false,
    output: join(folder, "out", "composite.png"),
    workDir: join(folder, "work"),
    maxMegapixels: 100,
    ...changes,
  };
}

interface Shown extends Size {
  readonly samples: Uint8Array | Uint16Array;
}

/** A file as it was written: RGB, whatever its profile. */
async function read(path: string, bits: 8 | 16 = 8): Promise<Shown> {
  const image = sharp(path, { ignoreIcc: true, limitInputPixels: false }).toColourspace(bits === 16 ? "rgb16" : "srgb");
  const { data, info } = await image
    .removeAlpha()
    .raw({ depth: bits === 16 ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true });
  const samples = bits === 16 ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : new Uint8Array(data);
  return { width: info.width, height: info.height, samples };
}

function cut({ width, samples }: Shown, part: Rect): Uint8Array | Uint16Array {
  const found = samples.slice(0, part.width * part.height * 3);
  for (let y = 0; y < part.height; y++) {
    const from = ((part.y + y) * width + part.x) * 3;
    found.set(samples.subarray(from, from + part.width * 3), y * part.width * 3);
  }
  return found;
}

function pixel(shown: Shown, x: number, y: number): readonly number[] {
  return [...cut(shown, { x, y, width: 1, height: 1 })];
}

async function made(request: MontageRequest, bits: 8 | 16 = 8): Promise<Shown> {
  await new Montages().make(request);
  return read(request.output, bits);
}

async function layoutOf(request: MontageRequest): Promise<MontageLayout> {
  const sizes: Size[] = [];
  for (const { path } of request.pictures) {
    const { autoOrient } = await sharp(path).metadata();
    sizes.push({ width: autoOrient.width, height: autoOrient.height });
  }
  const captions = request.pictures.map(({ caption }) => caption);
  return layoutMontage({ ...request, pictures: sizes, captions, area: request.area, fit: request.fit });
}

const rectOf = ({ x, y, part }: Placement): Rect => ({ x, y, width: part.width, height: part.height });

/** Enlarged a whole number of times by repeating px; written apart from the code. */
function repeated(samples: Uint8Array, { width, height }: Size, times: number): Shown {
  const large = new Uint8Array(width * height * 3 * times * times);
  for (let y = 0; y < height * times; y++) {
    for (let x = 0; x < width * times; x++) {
      const from = (Math.floor(y / times) * width + Math.floor(x / times)) * 3;
      large.set(samples.subarray(from, from + 3), (y * width * times + x) * 3);
    }
  }
  return { width: width * times, height: height * times, samples: large };
}

/** An original of odd size and a result of three times its size. */
async function pair(folder: string, size: Size = { width: 37, height: 23 }, times = 3) {
  const paths = [join(folder, "before.png"), join(folder, "after.png")] as const;
  await card(size.width, size.height).png().toFile(paths[0]);
  await writeCoordinates(paths[1], size.width * times, size.height * times);
  const before = repeated(testCard(size.width, size.height), size, times);
  const after = { ...before, samples: coordinateSamples(before.width, before.height) };
  return { paths, before, after };
}

function expectSame(found: Uint8Array | Uint16Array, wanted: Uint8Array | Uint16Array): void {
  expect(found.length).toBe(wanted.length);
  expect(found.findIndex((value, i) => value !== wanted[i])).toBe(-1);
}

describe("the px of a composite", () => {
  test.each(["side-by-side", "top-bottom"] as const)("are those of the pictures, %s", async (kind) => {
    const folder = tempDir();
    const { paths, before, after } = await pair(folder);
    const request = requestOf(folder, paths, { kind });
    const shown = await made(request);
    const { size, panes, dividers } = await layoutOf(request);
    expect({ width: shown.width, height: shown.height }).toEqual(size);
    expectSame(cut(shown, panes[0] as Rect), before.samples);
    expectSame(cut(shown, panes[1] as Rect), after.samples);
    const { x, y, width, height } = dividers[0] as Rect;
    expect(pixel(shown, x, y)).toEqual(DIVIDER);
    expect(pixel(shown, x + width - 1, y + height - 1)).toEqual(DIVIDER);
    expect(pixel(shown, 0, 0)).toEqual(BACKGROUND);
    expect(pixel(shown, 6, 7)).toEqual(BACKGROUND);
    expect(pixel(shown, size.width - 7, size.height - 8)).toEqual(BACKGROUND);
  });

  test("are left at 1:1 in the middle, where that is wanted", async () => {
    const folder = tempDir();
    const { paths } = await pair(folder);
    const request = requestOf(folder, paths, { baseline: "as-is" });
    const shown = await made(request);
    const [placement] = (await layoutOf(request)).placements;
    expectSame(cut(shown, rectOf(placement as Placement)), testCard(37, 23));
    const [pane] = (await layoutOf(request)).panes;
    expect(pixel(shown, (pane as Rect).x, (pane as Rect).y)).toEqual(BACKGROUND);
  });

  test("are those of a part", async () => {
    const folder = tempDir();
    const { paths, before, after } = await pair(folder);
    const area = { x: 11, y: 13, width: 50, height: 31 };
    const request = requestOf(folder, paths, { area });
    const shown = await made(request);
    const { panes } = await layoutOf(request);
    expectSame(cut(shown, panes[0] as Rect), cut(before, area));
    expectSame(cut(shown, panes[1] as Rect), cut(after, area));
  });

  test.each(["bicubic", "lanczos"] as const)("of a part by %s are those of the whole", async (baseline) => {
    const folder = tempDir();
    const { paths } = await pair(folder);
    const whole = requestOf(folder, paths, { baseline });
    const area = { x: 30, y: 20, width: 41, height: 37 };
    const part = { ...whole, area, output: join(folder, "out", "part.png") };
    const all = await made(whole);
    const some = await made(part);
    const [pane] = (await layoutOf(whole)).panes as [Rect];
    const [cell] = (await layoutOf(part)).panes as [Rect];
    expectSame(cut(some, cell), cut(all, { ...area, x: pane.x + area.x, y: pane.y + area.y }));
  });

  test("are enlarged by the baseline that is asked for, in place", async () => {
    const folder = tempDir();
    const flat = join(folder, "flat.png");
    const ramp = new Uint8Array(40 * 30 * 3).map((_, i) => 20 + (Math.floor(i / 3) % 40) * 5);
    await sharp(ramp, { raw: { width: 40, height: 30, channels: 3 } })
      .png()
      .toFile(flat);
    const after = join(folder, "after.png");
    await writeCoordinates(after, 160, 120);
    for (const baseline of ["bicubic", "lanczos"] as const) {
      const request = requestOf(folder, [flat, after], { baseline, output: join(folder, `${baseline}.png`) });
      const shown = await made(request);
      const [pane] = (await layoutOf(request)).panes as [Rect];
      // A ramp stays one: a px of the result lies (x + 0.5) / 4 - 0.5 px into it, to the step that the kernel ripples by.
      for (const x of [40, 81, 122]) {
        const [red = 0] = pixel(shown, pane.x + x, pane.y + 60);
        expect(Math.abs(red - (20 + ((x + 0.5) / 4 - 0.5) * 5))).toBeLessThan(1);
      }
    }
  });

  test("of four pictures stand in a grid, those of another shape in the middle of theirs", async () => {
    const folder = tempDir();
    const paths = ["a", "b", "c", "d"].map((name) => join(folder, `${name}.png`));
    await writeCoordinates(paths[0] as string, 60, 40);
    await card(60, 40)
      .png()
      .toFile(paths[1] as string);
    await card(20, 30)
      .png()
      .toFile(paths[2] as string);
    await writeCoordinates(paths[3] as string, 1, 1);
    const request = requestOf(folder, paths, { kind: "grid", baseline: "as-is" });
    const shown = await made(request);
    const { panes, placements } = await layoutOf(request);
    expectSame(cut(shown, panes[0] as Rect), coordinateSamples(60, 40));
    expectSame(cut(shown, panes[1] as Rect), testCard(60, 40));
    expectSame(cut(shown, rectOf(placements[2] as Placement)), testCard(20, 30));
    const dot = rectOf(placements[3] as Placement);
    expect(dot).toMatchObject({ width: 1, height: 1 });
    expect(pixel(shown, dot.x, dot.y)).toEqual(colourOf({ x: 0, y: 0 }));
    expect(pixel(shown, dot.x + 1, dot.y)).toEqual(BACKGROUND);
  });

  test("of a single px fill a pane", async () => {
    const folder = tempDir();
    const dot = join(folder, "dot.png");
    await sharp(Buffer.from([9, 99, 199]), { raw: { width: 1, height: 1, channels: 3 } })
      .png()
      .toFile(dot);
    for (const baseline of ["nearest", "bicubic", "lanczos"] as const) {
      const after = join(folder, "after.png");
      await writeCoordinates(after, 4, 4);
      const request = requestOf(folder, [dot, after], { baseline });
      const shown = await made(request);
      const [pane] = (await layoutOf(request)).panes as [Rect];
      for (const [x, y] of [
        [0, 0],
        [3, 3],
      ] as const)
        expect(pixel(shown, pane.x + x, pane.y + y)).toEqual([9, 99, 199]);
    }
    const both = requestOf(folder, [dot, dot], { output: join(folder, "dots.png"), marginPx: 0, dividerPx: 0 });
    expect(await made(both)).toMatchObject({ width: 2, height: 1 });
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])("are upright from orientation %i", async (orientation) => {
    const folder = tempDir();
    const turned = join(folder, "turned.png");
    await writeCoordinates(turned, 40, 30, orientation);
    const request = requestOf(folder, [turned, turned]);
    const shown = await made(request);
    const { panes } = await layoutOf(request);
    const { data } = await sharp(turned).autoOrient().removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expectSame(cut(shown, panes[1] as Rect), new Uint8Array(data));
    expect(panes[0]).toMatchObject(orientation > 4 ? { width: 30, height: 40 } : { width: 40, height: 30 });
  });

  test("lie on the background where they are transparent, at any depth", async () => {
    const folder = tempDir();
    for (const bits of [8, 16] as const) {
      const top = bits === 8 ? 255 : 65_535;
      const Store = bits === 8 ? Uint8Array : Uint16Array;
      const samples = new Store(4 * 4 * 4);
      for (let i = 0; i < 16; i++) samples.set([top, 0, 0, [0, top, Math.round(top / 2), top][i % 4] as number], i * 4);
      const path = join(folder, `alpha-${bits}.png`);
      await sharp(samples, { raw: { width: 4, height: 4, channels: 4 } })
        .toColourspace(bits === 16 ? "rgb16" : "srgb")
        .png()
        .toFile(path);
      const request = requestOf(folder, [path, path], { output: join(folder, `on-${bits}.png`) });
      const { notes } = await new Montages().make(request);
      expect(notes).toContain("alpha-on-background");
      const shown = await read(request.output, bits);
      const step = top / 255;
      const [pane] = (await layoutOf(request)).panes as [Rect];
      expect(pixel(shown, pane.x, pane.y)).toEqual(BACKGROUND.map((value) => value * step));
      expect(pixel(shown, pane.x + 1, pane.y)).toEqual([top, 0, 0]);
      for (const [channel, value] of pixel(shown, pane.x + 2, pane.y).entries()) {
        const wanted = (((channel === 0 ? 255 : 0) + (BACKGROUND[channel] as number)) / 2) * step;
        expect(Math.abs(value - wanted)).toBeLessThanOrEqual(step);
      }
      // What has no picture is the same colour, to the sample.
      expect(pixel(shown, 0, 0)).toEqual(pixel(shown, pane.x, pane.y));
    }
  });

  test("are sharpened for print, and type and dividers are not", async () => {
    const folder = tempDir();
    const { paths } = await pair(folder);
    const plain = requestOf(folder, paths, { captionPx: 20, pictures: paths.map((path) => ({ path, caption: "Ag" })) });
    const print = { ...plain, sharpen: "print" as const, output: join(folder, "out", "print.png") };
    const [before, after] = [await made(plain), await made(print)];
    const { panes, dividers, captions } = await layoutOf(plain);
    const gain = contrast(cut(after, panes[0] as Rect)) / contrast(cut(before, panes[0] as Rect));
    expect(gain).toBeGreaterThan(1.1);
    for (const rect of [...dividers, ...captions.map((caption) => caption.rect)]) {
      expectSame(cut(after, rect), cut(before, rect));
    }
  });
});

/** Mean difference of neighbours. */
function contrast(samples: Uint8Array | Uint16Array): number {
  let sum = 0;
  for (let i = 3; i < samples.length; i++) sum += Math.abs((samples[i] as number) - (samples[i - 3] as number));
  return sum / samples.length;
}

describe("a split composite", () => {
  test.each([0, 33, 90, 135, 180, 222, 270])("at %i° shows each px of one picture, by one rule", async (angle) => {
    const folder = tempDir();
    const { paths, before, after } = await pair(folder);
    const at = 0.4;
    const request = requestOf(folder, paths, { kind: "split", split: { angle, at }, dividerPx: 0 });
    const shown = await made(request);
    const [pane] = (await layoutOf(request)).panes as [Rect];
    const { width, height } = before;
    // The rule, written out: along the normal, from the pane's first corner to its last.
    const normal = { x: Math.cos((angle * Math.PI) / 180), y: Math.sin((angle * Math.PI) / 180) };
    const along = (x: number, y: number) => normal.x * x + normal.y * y;
    const corners = [along(0, 0), along(width, 0), along(0, height), along(width, height)];
    const least = Math.min(...corners) + at * (Math.max(...corners) - Math.min(...corners));
    let originals = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const isOriginal = along(x + 0.5, y + 0.5) < least;
        if (Math.abs(along(x + 0.5, y + 0.5) - least) < 1e-6) continue;
        if (isOriginal) originals++;
        expect(pixel(shown, pane.x + x, pane.y + y)).toEqual(pixel(isOriginal ? before : after, x, y));
      }
    }
    expect(originals).toBeGreaterThan(100);
    expect(originals).toBeLessThan(width * height - 100);
  });

  test("has a divider of its thickness on the line", async () => {
    const folder = tempDir();
    const { paths, before, after } = await pair(folder, { width: 40, height: 20 }, 2);
    const request = requestOf(folder, paths, { kind: "split", dividerPx: 4 });
    const shown = await made(request);
    const [pane] = (await layoutOf(request)).panes as [Rect];
    for (const y of [0, 17, 39]) {
      const row = Array.from({ length: 80 }, (_, x) => pixel(shown, pane.x + x, pane.y + y));
      expect(row.slice(38, 42)).toEqual(Array.from({ length: 4 }, () => [...DIVIDER]));
      expect(row[37]).toEqual(pixel(before, 37, y));
      expect(row[42]).toEqual(pixel(after, 42, y));
    }
  });

  test("shows no result through the gaps of an original that is left as it is", async () => {
    const folder = tempDir();
    const { paths } = await pair(folder);
    const request = requestOf(folder, paths, { kind: "split", baseline: "as-is", dividerPx: 0 });
    const shown = await made(request);
    const [pane] = (await layoutOf(request)).panes as [Rect];
    expect(pixel(shown, pane.x, pane.y)).toEqual(BACKGROUND);
    expect(pixel(shown, pane.x + 60, pane.y)).toEqual(colourOf({ x: 60, y: 0 }));
  });
});

describe("the pins of a composite", () => {
  test("are px of both pictures at 1:1, within the picture, whatever the composite fits into", async () => {
    const folder = tempDir();
    const { paths, before, after } = await pair(folder, { width: 90, height: 60 });
    const pins = [
      { x: 0.5, y: 0.5, name: "" },
      { x: 0, y: 1, name: "" },
      { x: 0.77, y: 0.1, name: "" },
    ];
    for (const fit of [undefined, { width: 150, height: 220 }]) {
      const request = requestOf(folder, paths, { pins, cropPx: 20, fit, output: join(folder, `${fit?.width}.png`) });
      const shown = await made(request);
      const { crops } = await layoutOf(request);
      expect(crops).toHaveLength(6);
      const parts = [
        { x: 125, y: 80 },
        { x: 0, y: 160 },
        { x: 198, y: 8 },
      ].map((corner) => ({ ...corner, width: 20, height: 20 }));
      for (const [i, part] of parts.entries()) {
        expectSame(cut(shown, crops[2 * i] as Rect), cut(before, part));
        expectSame(cut(shown, crops[2 * i + 1] as Rect), cut(after, part));
      }
    }
  });
});

describe("captions", () => {
  async function captioned(captions: readonly string[], changes: Partial<MontageRequest> = {}) {
    const folder = tempDir();
    const { paths } = await pair(folder, { width: 60, height: 40 }, 4);
    const pictures = paths.map((path, i) => ({ path, caption: captions[i] ?? "" }));
    const request = requestOf(folder, paths, { pictures, captionPx: 24, ...changes });
    const shown = await made(request);
    const layout = await layoutOf(request);
    return { shown, layout, bands: layout.captions.map(({ rect }) => cut(shown, rect)) };
  }

  /** How many px of a band are not background. */
  const ink = (band: Uint8Array | Uint16Array) => {
    let count = 0;
    for (let i = 0; i < band.length; i += 3) if (band[i] !== BACKGROUND[0]) count++;
    return count;
  };

  test("are there, differ, and change nothing else", async () => {
    const { shown, layout, bands } = await captioned(["Before", "After"]);
    expect(bands).toHaveLength(2);
    for (const band of bands) expect(ink(band)).toBeGreaterThan(200);
    expect(Buffer.compare(bands[0] as Uint8Array, bands[1] as Uint8Array)).not.toBe(0);
    expectSame(cut(shown, layout.panes[1] as Rect), coordinateSamples(240, 160));
    // Dark type on a light background.
    expect(Math.min(...(bands[0] as Uint8Array))).toBeLessThan(40);
  });

  test("of Chinese are not boxes: each character has a shape of its own", async () => {
    const shapes = new Set<string>();
    for (const character of "之后鹪鹩照片") {
      const { bands } = await captioned([character]);
      expect(ink(bands[0] as Uint8Array)).toBeGreaterThan(60);
      shapes.add(Buffer.from(bands[0] as Uint8Array).toString("base64"));
    }
    expect(shapes.size).toBe(6);
  });

  test("of a script that our faces do not have are set in the machine's, to their end and within the pane", async () => {
    const shapes = new Set<string>();
    for (const text of ["사진", "제주", "צילום", "صورة", "<b>사진</b>", "사진 & 제주"]) {
      const { bands } = await captioned([text]);
      expect(ink(bands[0] as Uint8Array)).toBeGreaterThan(60);
      shapes.add(Buffer.from(bands[0] as Uint8Array).toString("base64"));
    }
    expect(shapes.size).toBe(6);
    const long = await captioned(["제주도의 바다 ".repeat(40), "תמונה ".repeat(60)]);
    const [left, right] = long.layout.captions.map((caption) => caption.rect) as [Rect, Rect];
    for (const band of long.bands) expect(ink(band)).toBeGreaterThan(300);
    expect(ink(cut(long.shown, { ...left, x: left.x + left.width, width: right.x - left.x - left.width }))).toBe(0);
  });

  test("that are too long end within the pane, and nothing in them is markup", async () => {
    const long = await captioned([
      "<b>A very long caption</b> & one without an end, ".repeat(9),
      "很长的标题".repeat(30),
    ]);
    const { rect } = long.layout.captions[0] as { rect: Rect };
    expect(rect.width).toBe(240);
    for (const band of long.bands) expect(ink(band)).toBeGreaterThan(300);
    // Nothing is written beside the panes: not in the margins, and not between them.
    const [left, right] = long.layout.captions.map((caption) => caption.rect) as [Rect, Rect];
    for (const [x, width] of [
      [0, left.x],
      [left.x + left.width, right.x - left.x - left.width],
      [right.x + right.width, long.shown.width - right.x - right.width],
    ] as const) {
      expect(ink(cut(long.shown, { ...left, x, width }))).toBe(0);
    }
    const [marked, bare] = [await captioned(["<b>x</b>"]), await captioned(["x"])];
    expect(ink(marked.bands[0] as Uint8Array)).toBeGreaterThan(3 * ink(bare.bands[0] as Uint8Array));
  });

  test("are light on a dark background", async () => {
    const { bands } = await captioned(["Before"], { background: [20, 20, 20] });
    expect(Math.max(...(bands[0] as Uint8Array))).toBeGreaterThan(220);
  });

  test.each([
    [0, "start"],
    [180, "end"],
  ] as const)("of a split at %i° stand on their picture's side", async (angle, align) => {
    const { layout } = await captioned(["Before", "After"], { kind: "split", split: { angle, at: 0.5 } });
    expect(layout.captions.find(({ text }) => text === "Before")?.align).toBe(align);
  });

  test("that say nothing take no room", async () => {
    const { layout, shown } = await captioned(["", ""]);
    expect(layout.captions).toEqual([]);
    expect(shown.height).toBe(160 + 14);
    // Only control characters: the room is there, but nothing is written.
    const { bands } = await captioned(["\u202e\u0007"]);
    expect(ink(bands[0] as Uint8Array)).toBe(0);
  });
});

describe("the file of a composite", () => {
  async function deepPair(folder: string) {
    const samples = new Uint16Array(30 * 20 * 3).map((_, i) => (i * 2_654_435_761) % 65_536);
    const path = join(folder, "deep.png");
    await sharp(samples, { raw: { width: 30, height: 20, channels: 3 } })
      .toColourspace("rgb16")
      .png()
      .toFile(path);
    return { path, samples };
  }

  test.each(["png", "tiff"] as const)("keeps 16 bits as %s", async (format) => {
    const folder = tempDir();
    const { path, samples } = await deepPair(folder);
    const request = requestOf(folder, [path, path], { encoding: { format } });
    expect(await new Montages().make(request)).toMatchObject({ bits: 16, notes: [] });
    const shown = await read(request.output, 16);
    const { panes } = await layoutOf(request);
    expectSame(cut(shown, panes[1] as Rect), samples);
    expect(pixel(shown, 0, 0)).toEqual(BACKGROUND.map((value) => value * 257));
  });

  test("has 8 bits where that is asked for, where a picture has no more, or where the format has not", async () => {
    const folder = tempDir();
    const { path } = await deepPair(folder);
    const { paths } = await pair(folder);
    for (const [pictures, encoding] of [
      [[path, path], { format: "tiff", bits: 8 }],
      [[paths[0], path], { format: "tiff" }],
      [[path, path], { format: "jpeg" }],
    ] as const) {
      const request = requestOf(folder, pictures, { encoding });
      expect(await new Montages().make(request)).toMatchObject({ bits: 8, notes: ["reduced-to-8-bit"] });
      expect((await sharp(request.output).metadata()).depth).toBe("uchar");
    }
  });

  test("is in sRGB and says so, whatever the pictures are in", async () => {
    const folder = tempDir();
    const wide = join(folder, "p3.tif");
    await tagged(await card(40, 30).png().toBuffer(), 3, profileBytes("p3.icc"), "tiff", wide);
    const gray = join(folder, "gray.png");
    await card(40, 30).toColourspace("b-w").png().toFile(gray);
    const request = requestOf(folder, [gray, wide]);
    const shown = await made(request);
    const { icc } = await sharp(request.output).metadata();
    expect(profileName(icc as Uint8Array)).toMatch(/^sRGB/);
    const { panes } = await layoutOf(request);
    const wanted = (await sharp(wide).toColourspace("srgb").raw().toBuffer()) as Uint8Array;
    const found = cut(shown, panes[1] as Rect);
    expect(Math.max(...found.map((value, i) => Math.abs(value - (wanted[i] as number))))).toBeLessThanOrEqual(1);
    const [red, green, blue] = pixel(shown, (panes[0] as Rect).x + 5, (panes[0] as Rect).y + 5);
    expect([green, blue]).toEqual([red, red]);
  });

  test("of 16 bits is in sRGB too, where the pictures are in another space", async () => {
    const folder = tempDir();
    const path = join(folder, "deep-p3.png");
    const flat = new Uint8Array(8 * 8 * 3).map((_, i) => [202, 78, 35][i % 3] as number);
    await sharp(flat, { raw: { width: 8, height: 8, channels: 3 } })
      .withIccProfile("p3")
      .png()
      .toFile(join(folder, "p3-8.png"));
    const eight = await sharp(join(folder, "p3-8.png"), { ignoreIcc: true }).raw().toBuffer();
    // The samples of the file are others than those that it stands for.
    expect(Math.abs((eight[0] as number) - 202)).toBeGreaterThan(5);
    const { icc } = await sharp(join(folder, "p3-8.png")).metadata();
    await writeDeep(path, eight, icc as Uint8Array);
    const request = requestOf(folder, [path, path], { encoding: { format: "tiff" } });
    const shown = await made(request, 16);
    const [pane] = (await layoutOf(request)).panes as [Rect];
    for (const [channel, value] of pixel(shown, pane.x + 3, pane.y + 3).entries()) {
      expect(Math.abs(value / 257 - (flat[channel] as number))).toBeLessThan(1);
    }
  });

  test("is packed as is asked for", async () => {
    const folder = tempDir();
    const { paths } = await pair(folder, { width: 100, height: 80 });
    const sizes: Record<string, number> = {};
    for (const [name, encoding] of Object.entries({
      lzw: { format: "tiff", tiffCompression: "lzw" },
      none: { format: "tiff", tiffCompression: "none" },
      deflate: { format: "tiff" },
      fast: { format: "png", pngLevel: 0 },
      small: { format: "png", pngLevel: 9 },
      lossless: { format: "webp", lossless: true },
      lossy: { format: "webp", quality: 60 },
      full: { format: "jpeg" },
      half: { format: "jpeg", chroma: "4:2:0" },
      moz: { format: "jpeg", mozjpeg: true },
      avif: { format: "avif", quality: 50 },
    } as const)) {
      const request = requestOf(folder, paths, { encoding, output: join(folder, name) });
      sizes[name] = (await new Montages().make(request)).bytes;
      expect(sizes[name]).toBe(statSync(request.output).size);
      const { format, chromaSubsampling, isProgressive } = await sharp(request.output).metadata();
      expect(format).toBe(name === "avif" ? "heif" : encoding.format);
      if (encoding.format === "jpeg") {
        expect(chromaSubsampling).toBe(name === "half" ? "4:2:0" : "4:4:4");
        expect(isProgressive).toBe(name === "moz");
      }
      // TIFF 6.0, section 3; 8 is Adobe's Deflate.
      if (encoding.format === "tiff") expect(compressionOf(request.output)).toBe({ lzw: 5, none: 1, deflate: 8 }[name]);
      if (["lzw", "none", "deflate", "fast", "small", "lossless"].includes(name)) {
        const { panes } = await layoutOf(request);
        expectSame(cut(await read(request.output), panes[1] as Rect), coordinateSamples(300, 240));
      }
    }
    expect(sizes.moz).toBeLessThan(sizes.full as number);
    expect(sizes.half).toBeLessThan(sizes.full as number);
    expect(sizes.small).toBeLessThan(sizes.fast as number);
    expect(sizes.lossy).toBeLessThan(sizes.lossless as number);
  });

  test("keeps the result's EXIF only where that is asked for, with its own size", async () => {
    const folder = tempDir();
    const before = join(folder, "a.png");
    await card(40, 30).png().toFile(before);
    const after = join(folder, "b.jpg");
    writeFileSync(
      after,
      withExif(await card(40, 30).jpeg().toBuffer(), exifBlock({ main: [ascii(0x010f, "Camera")] })),
    );
    for (const keepMetadata of [true, false]) {
      const request = requestOf(folder, [before, after], { keepMetadata, encoding: { format: "jpeg" } });
      await new Montages().make(request);
      const { exif, xmp, orientation } = await sharp(request.output).metadata();
      expect(exif?.includes("Camera") === true).toBe(keepMetadata);
      expect(orientation ?? 1).toBe(1);
      expect(xmp?.toString("utf8")).toContain('silvergrain:Kind="side-by-side"');
    }
  });

  test("wider than a tile of libvips can be is written and read", async () => {
    const folder = tempDir();
    const { paths } = await pair(folder, { width: 6001, height: 5 }, 2);
    const request = requestOf(folder, paths, { marginPx: 0 });
    const shown = await made(request);
    expect(shown.width).toBe(24_007);
    const { panes } = await layoutOf(request);
    const { data } = await sharp(paths[1]).raw().toBuffer({ resolveWithObject: true });
    expectSame(cut(shown, panes[1] as Rect), new Uint8Array(data));
  });

  test("that its format cannot hold is refused before anything is decoded", async () => {
    const folder = tempDir();
    const { paths } = await pair(folder, { width: 3000, height: 2 });
    const request = requestOf(folder, paths, { encoding: { format: "webp" } });
    await expect(new Montages().make(request)).rejects.toMatchObject({ code: "RESULT_TOO_LARGE" });
    expect(existsSync(request.output)).toBe(false);
  });
});

function compressionOf(tiff: string): number | undefined {
  const fd = openSync(tiff, "r");
  try {
    return numbersOf(readTiffDirectory(fd).entries, TIFF.compression)[0];
  } finally {
    closeSync(fd);
  }
}

/** Writes 8-bit samples as a PNG of 16 bits with a profile, its numbers left as they are. */
async function writeDeep(path: string, eight: Uint8Array, icc: Uint8Array): Promise<void> {
  const carrier = `${path}.tif`;
  const writer = new TiffRowWriter(carrier, { width: 8, height: 8 }, 3, 16, { icc, iptc: undefined, density: 72 });
  writer.write(Uint16Array.from(eight, (value) => value * 257));
  writer.close();
  await sharp(carrier, { ignoreIcc: true }).toColourspace("rgb16").keepIccProfile().png().toFile(path);
}

describe("a result that is encoded", () => {
  const options = {
    format: "png",
    quality: undefined,
    bits: 8,
    gray: false,
    hasAlpha: false,
    convertToSrgb: false,
    xmp: "<x/>",
    exifReserve: undefined,
    rawBytes: 1,
  } as const;

  test("is sharpened where that is asked for, and keeps its profile and density", async () => {
    const folder = tempDir();
    const working = join(folder, "working.tif");
    const icc = profileBytes("p3.icc");
    const writer = new TiffRowWriter(working, { width: 50, height: 40 }, 3, 8, { icc, iptc: undefined, density: 240 });
    writer.write(new Uint8Array(testCard(50, 40)));
    writer.close();
    const shown: Record<string, Shown> = {};
    for (const sharpen of [undefined, "none", "screen", "print"] as const) {
      const path = join(folder, `${sharpen}.png`);
      await encodeResult(working, path, { ...options, sharpen });
      shown[`${sharpen}`] = await read(path);
      const metadata = await sharp(path).metadata();
      expect(metadata.density).toBe(240);
      expect(metadata.icc?.equals(icc)).toBe(true);
    }
    const contrasts = ["none", "screen", "print"].map((name) => contrast((shown[name] as Shown).samples));
    expectSame((shown.undefined as Shown).samples, testCard(50, 40));
    expectSame((shown.none as Shown).samples, testCard(50, 40));
    expect(contrasts[1]).toBeGreaterThan((contrasts[0] as number) * 1.02);
    expect(contrasts[2]).toBeGreaterThan((contrasts[1] as number) * 1.02);
    expect(readdirSync(folder).filter((name) => name.includes("sharpened"))).toEqual([]);
  });

  test("says whether JPEG XL can be written, which sharp's own build cannot", () => {
    expect(canWriteJpegXl()).toBe(sharp.format.jxl?.output.file === true);
  });
});

describe("making a composite", () => {
  const leftIn = (request: MontageRequest) =>
    [request.workDir, join(request.output, "..")].flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []));

  test("leaves nothing but the file, and an older one is replaced in one step", async () => {
    const folder = tempDir();
    const { paths } = await pair(folder);
    const request = requestOf(folder, paths);
    await made(request);
    const first = readFileSync(request.output);
    await made({ ...request, background: [0, 0, 0] });
    expect(Buffer.compare(first, readFileSync(request.output))).not.toBe(0);
    expect(leftIn(request)).toEqual(["composite.png"]);
  });

  test("of a damaged picture fails by its name and leaves nothing", async () => {
    const folder = tempDir();
    const { paths } = await pair(folder, { width: 200, height: 200 }, 1);
    writeFileSync(paths[0], readFileSync(paths[0]).subarray(0, 2000));
    const request = requestOf(folder, paths);
    await expect(new Montages().make(request)).rejects.toMatchObject({
      code: "SOURCE_CORRUPT",
      message: expect.stringContaining("before.png"),
    });
    expect(leftIn(request)).toEqual([]);
  });

  test("of a picture that is another one by now is refused", async () => {
    const folder = tempDir();
    const { paths } = await pair(folder);
    const { size: bytes, mtimeMs } = statSync(paths[0]);
    utimesSync(paths[0], 1, 1);
    const request = requestOf(folder, paths);
    const [first, ...rest] = request.pictures;
    const stamped = { ...request, pictures: [{ ...first, stamp: { bytes, mtimeMs } }, ...rest] } as MontageRequest;
    const told: MontageProgress[] = [];
    const making = new Montages().make(stamped, { onProgress: (progress) => told.push(progress) });
    await expect(making).rejects.toMatchObject({ code: "SOURCE_CHANGED" });
    // Before anything was decoded.
    expect(told).toEqual([]);
  });

  test.each(["decode", "compose", "encode"] as const)(
    "is stopped while it is at %s, and leaves nothing",
    async (stage) => {
      const folder = tempDir();
      const { paths } = await pair(folder, { width: 700, height: 500 });
      const request = requestOf(folder, paths);
      const stop = new AbortController();
      const montages = new Montages();
      const told = new Set<string>();
      const onProgress = (progress: MontageProgress) => {
        told.add(progress.stage);
        if (progress.stage === stage) stop.abort();
      };
      const making = montages.make(request, { signal: stop.signal, onProgress });
      await expect(making).rejects.toMatchObject({ code: "CANCELLED" });
      expect([...told].at(-1)).toBe(stage);
      // The next one begins when all of that is gone.
      await montages.make({ ...request, output: join(folder, "other", "next.png") });
      expect(leftIn(request)).toEqual([]);
    },
  );
});

describe("an engine's composite", () => {
  function engine() {
    const client = new EngineClient({
      start: () =>
        spawnEngine({
          nodePath: process.execPath,
          entryPath: join(ROOT, "dist", "engine.js"),
          cacheDir: tempDir(),
          version: "test",
          onLog: () => {},
        }),
    });
    onTestFinished(() => client.close());
    return client;
  }

  test("is the same, and tells how far it is", async () => {
    const folder = tempDir();
    const { paths } = await pair(folder);
    const pictures = paths.map((path) => ({ path, caption: "照片" }));
    const request = requestOf(folder, paths, { pictures, captionPx: 20 });
    const here = await made(request);
    const there = { ...request, output: join(folder, "there.png") };
    const told: MontageProgress[] = [];
    const result = await engine().montage(there, { onProgress: (progress) => told.push(progress) });
    expect(result).toMatchObject({ width: here.width, height: here.height, bits: 8, notes: [] });
    expectSame((await read(there.output)).samples, here.samples);
    expect(told.map(({ stage }) => stage)).toEqual(["decode", "decode", "compose", "compose", "encode"]);
    expect(told[3]).toEqual({ stage: "compose", done: here.height, total: here.height });
  });

  test("is stopped and fails by name", async () => {
    const folder = tempDir();
    const { paths } = await pair(folder, { width: 700, height: 500 });
    const client = engine();
    const stop = new AbortController();
    const onProgress = () => stop.abort();
    const request = requestOf(folder, paths);
    await expect(client.montage(request, { signal: stop.signal, onProgress })).rejects.toMatchObject({
      code: "CANCELLED",
    });
    const missing = {
      ...request,
      pictures: [{ path: join(folder, "none.png"), caption: "" }, ...request.pictures.slice(1)],
    };
    await expect(client.montage(missing)).rejects.toMatchObject({
      code: "SOURCE_MISSING",
      message: expect.stringContaining("none.png"),
    });
  });
});
