import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { layoutPinPage, pinCrop } from "../../main/core/pin-sheet.ts";
import { layoutSheet, pairsOnPage } from "../../main/core/sheet.ts";
import { Ledger } from "../../main/queue/ledger.ts";
import { ofType, silvergrain } from "../helpers/cli.ts";
import { colourOf, writeCoordinates } from "../helpers/coordinate-picture.ts";
import { exportedIn, sha256Of, someOf, writeEnhanced } from "../helpers/enhanced-folder.ts";
import { exiftool, tagsOf } from "../helpers/exiftool.ts";
import { ROOT } from "../helpers/models.ts";
import { pngPixels } from "../helpers/png-reader.ts";
import { tempDir } from "../helpers/temp.ts";
import { toyModel } from "../helpers/toy-models.ts";

let home: string;
let enhanced: string;

/** A folder of thirty results. */
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "silvergrain-export-"));
  enhanced = await writeEnhanced(home, 30);
  return () => rmSync(home, { recursive: true, force: true });
});

/** What a reader of PDF that shares nothing with ours finds on each page. */
function pdfPages(path: string): readonly { readonly width: number; readonly sha256?: string }[] {
  const script = readFileSync(join(ROOT, "tests", "helpers", "pdf_pages.py"), "utf8");
  return JSON.parse(execFileSync("python3", ["-c", script, path], { encoding: "utf8" }));
}

describe("composites", () => {
  /** Two photos with results of two models, each px of which says where it is. */
  async function enhancedTwice(folder: string, width: number, height: number): Promise<readonly [string, string]> {
    const outs = ["one", "two"].map((name) => join(folder, name)) as [string, string];
    mkdirSync(join(folder, "photos"), { recursive: true });
    const names = ["茶园.png", "b.png"];
    for (const name of names) {
      const path = join(folder, "photos", name);
      await writeCoordinates(path, width, height);
      exiftool("-q", "-overwrite_original", "-EXIF:Model=A7", "-EXIF:DateTimeOriginal=2024:02:03 04:05:06", path);
    }
    const model = join(folder, "repeater.onnx");
    writeFileSync(model, toyModel({ scale: 4, isUnit: true }));
    const env = { SILVERGRAIN_DATA_DIR: join(folder, "data") };
    expect((await silvergrain(["models", "import", model, "--id", "repeater"], { env })).code).toBe(0);
    const [one, two] = outs;
    const enhance = (out: string, ...args: readonly string[]) =>
      silvergrain(["enhance", join(folder, "photos"), "--out", out, ...args], { env });
    expect((await enhance(one, "--model", "repeater")).code).toBe(0);
    expect((await enhance(two, "--model", "repeater", "--strength", "0.5")).code).toBe(0);
    return [one, two];
  }

  /** Photos of 31 × 17 px, which no test changes. */
  let folder: string;
  let enhanced: readonly [string, string];
  beforeAll(async () => {
    folder = join(home, "composites");
    enhanced = await enhancedTwice(folder, 31, 17);
  });

  test("have the px of both files, names, EXIF and a profile, as readers see them that share nothing with us", async () => {
    const to = tempDir();
    const looks = ["--format", "png", "--baseline", "nearest", "--no-captions"];
    const args = [...looks, "--name", "{date:YYYY}-{name}-{camera}", "--to", to];
    expect((await silvergrain(["export", enhanced[0], "--side-by-side", ...args])).code).toBe(0);
    const path = join(to, "2024-茶园-A7.png");
    const { width, height, pixels } = pngPixels(path, [
      [0, 0],
      [123, 67],
      [50, 30],
    ]);
    const gap = width - 2 * 31 * 4;
    expect([gap > 0, height]).toEqual([true, 17 * 4]);
    const at = (x: number, y: number) => [...colourOf({ x, y })];
    expect(pixels.slice(0, 3)).toEqual([at(0, 0), at(30, 16), at(12, 7)]);
    const right = pngPixels(path, [
      [124 + gap, 0],
      [247 + gap, 67],
    ]);
    expect(right.pixels).toEqual([at(0, 0), at(30, 16)]);
    const tags = tagsOf(path);
    expect(tags["IFD0:Model"] ?? tags["ExifIFD:Model"]).toBe("A7");
    expect(String(tags["ICC_Profile:ProfileDescription"])).toMatch(/sRGB/i);

    // The same again, then split: left of the line is the original, right of it the result, which are the same px here.
    const again = await silvergrain(["export", enhanced[0], "--side-by-side", ...args, "--json"]);
    expect(ofType(again, "summary")).toMatchObject([{ done: 0, skipped: 2 }]);
    expect((await silvergrain(["export", enhanced[0], "--split", ...args, "--name", "{name}-split"])).code).toBe(0);
    expect(pngPixels(join(to, "b-split.png"), [[3, 5]]).pixels).toEqual([at(0, 1)]);

    const frame = ["--margin", "7", "--divider", "3", "--background", "#102030", "--name", "{name}-framed"];
    expect((await silvergrain(["export", enhanced[0], "--side-by-side", ...args, ...frame])).code).toBe(0);
    const framed = pngPixels(join(to, "b-framed.png"), [
      [0, 0],
      [7, 7],
      [7 + 124 + 1, 30],
      [7 + 124 + 3, 7],
    ]);
    expect([framed.width, framed.height]).toEqual([2 * 124 + 3 + 2 * 7, 68 + 2 * 7]);
    expect(framed.pixels).toEqual([[16, 32, 48], at(0, 0), [16, 32, 48], at(0, 0)]);
  });

  test("of pins are sheets with the results' px to the last bit, in PNG and PDF", async () => {
    const to = tempDir();
    const pins = ["--pin", "50%,25%,eye", "--pin", "0.999,1"];
    const args = [
      ...(await enhancedTwice(tempDir(), 200, 150)),
      "--pin-sheet",
      ...pins,
      "--baseline",
      "nearest",
      "--to",
      to,
    ];
    expect((await silvergrain(["export", ...args, "--sheet-format", "png"])).code).toBe(0);
    const page = { paper: "a4", isLandscape: false } as const;
    const crop = pinCrop(page, 3);
    // Places of the two pins' crops on the page, and in the results, which have four times the 200 × 150 px.
    const labels = ["", ""];
    const block = { title: "", captions: ["", "", ""], labels, first: 0, crop };
    const strip = { width: 3 * crop.width, height: 2 * crop.height };
    const { crops } = layoutPinPage({ kind: "pin-page", ...page, heading: "", blocks: [block] }, [strip]);
    const left = [400 - crop.width / 2, 800 - crop.width].map(Math.round);
    const top = [Math.max(0, 150 - crop.height / 2), 600 - crop.height].map(Math.round);
    const inside = [
      [0, 0],
      [crop.width - 1, crop.height - 1],
      [101, 57],
    ] as const;
    const places = crops.flatMap(({ x, y }) => inside.map(([dx, dy]) => [x + dx, y + dy] as const));
    const wanted = crops.flatMap((_, i) => {
      const row = Math.floor(i / 3);
      return inside.map(([dx, dy]) => {
        const [x, y] = [(left[row] ?? 0) + dx, (top[row] ?? 0) + dy];
        return [...colourOf({ x: x >> 2, y: y >> 2 })];
      });
    });
    const { width, height, pixels } = pngPixels(join(to, "pin-sheet-001.png"), places);
    expect([width, height]).toEqual([2480, 3508]);
    // The second model's result is another; the first's is the original with each px repeated.
    const seen = pixels.filter((_, i) => Math.floor(i / inside.length) % 3 < 2);
    expect(seen).toEqual(wanted.filter((_, i) => Math.floor(i / inside.length) % 3 < 2));

    expect((await silvergrain(["export", ...args])).code).toBe(0);
    const raw = await sharp(join(to, "pin-sheet-001.png")).raw().toBuffer();
    const sha256 = createHash("sha256").update(raw).digest("hex");
    expect(pdfPages(join(to, "pin-sheet.pdf"))).toEqual([{ box: [0, 0, 595.2, 841.92], width, height, sha256 }]);
    expect(readdirSync(join(to, ".silvergrain", "export"))).toEqual([]);
  });

  test("and pages say where a photo was taken, or do not", async () => {
    const own = tempDir();
    const source = join(own, "b.png");
    copyFileSync(join(folder, "photos", "b.png"), source);
    exiftool("-q", "-overwrite_original", "-GPSLatitude=47", "-GPSLatitudeRef=N", source);
    // What was enhanced is the file as it was before.
    const out = join(own, "three");
    const env = { SILVERGRAIN_DATA_DIR: join(folder, "data") };
    expect((await silvergrain(["enhance", source, "--out", out, "--model", "repeater"], { env })).code).toBe(0);
    const pictures = async (to: string, ...args: readonly string[]) => {
      const run = await silvergrain(["export", out, "--html", "--to", join(own, to), ...args]);
      expect(run.code, run.stderr).toBe(0);
      const html = readFileSync(join(own, to, "comparison.html"), "utf8");
      return [...html.matchAll(/<script type="text\/plain" id="(p0-\w+)">([^<]*)/g)].map(([, id, base64]) => {
        const path = join(own, to, `${id}.picture`);
        writeFileSync(path, Buffer.from(base64 as string, "base64"));
        return tagsOf(path);
      });
    };
    const hasPlace = (tags: Readonly<Record<string, unknown>>) => Object.keys(tags).some((name) => /GPS/.test(name));
    expect((await pictures("open")).map(hasPlace)).toEqual([true, true]);
    const closed = await pictures("closed", "--strip-gps");
    expect(closed.map(hasPlace)).toEqual([false, false]);
    expect(closed.map((tags) => [tags["File:ImageWidth"], tags["File:ImageHeight"]])).toEqual([
      [31, 17],
      [124, 68],
    ]);
  });

  test("of two models have three pictures, two by two; several folders are for these alone", async () => {
    const to = tempDir();
    const args = ["--to", to, "--format", "png", "--baseline", "nearest", "--no-captions"];
    expect((await silvergrain(["export", ...enhanced, "--grid", ...args])).code).toBe(0);
    const { width, height, pixels } = pngPixels(join(to, "b.png"), [[0, 0]]);
    expect(width).toBeGreaterThanOrEqual(2 * 124);
    expect(height).toBeGreaterThanOrEqual(2 * 68);
    expect(pixels).toEqual([[...colourOf({ x: 0, y: 0 })]]);
    // A result of the photo as it was in between is not one of this photo.
    const photo = join(folder, "photos", "b.png");
    copyFileSync(photo, join(folder, "kept.png"));
    await writeCoordinates(photo, 31, 18);
    const env = { SILVERGRAIN_DATA_DIR: join(folder, "data") };
    const remade = await silvergrain(["enhance", photo, "--out", enhanced[1], "--model", "repeater"], { env });
    expect(remade.code, remade.stderr).toBe(0);
    copyFileSync(join(folder, "kept.png"), photo);
    expect((await silvergrain(["export", ...enhanced, "--grid", ...args, "--name", "{name}-two"])).code).toBe(0);
    expect(pngPixels(join(to, "b-two.png"), [[0, 0]]).height).toBeLessThan(2 * 68);
    const refused = await silvergrain(["export", ...enhanced, "--split", ...args]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("--grid")]);
    const both = await silvergrain(["export", enhanced[0], "--split", "--grid", ...args]);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining("one kind at a time")]);
  });
});

describe("an engine that dies in the middle of a composite", () => {
  const point = { SILVERGRAIN_FAIL_POINT: "mid-composite" };

  test("once is started again for it, and leaves nothing behind", async () => {
    const { folder, enhanced: results } = someOf(home, 3);
    const args = (to: string) => ["export", results, "--split", "--to", join(folder, to), "--json"];
    expect((await silvergrain(args("whole"))).code).toBe(0);
    const once = { SILVERGRAIN_FAIL_SKIP: "1", SILVERGRAIN_FAIL_ONCE: join(folder, "died") };
    const run = await silvergrain(args("hurt"), { env: { ...point, ...once } });
    expect([run.code, existsSync(join(folder, "died"))]).toEqual([0, true]);
    expect(exportedIn(join(folder, "hurt"))).toEqual(exportedIn(join(folder, "whole")));
    expect(readdirSync(join(folder, "hurt", ".silvergrain", "export"))).toEqual([]);
  });

  test("always is told for every photo by its name; run again, all of them are there and the same", async () => {
    const { folder, enhanced: results } = someOf(home, 2);
    const args = (to: string) => ["export", results, "--split", "--to", join(folder, to), "--json"];
    const run = await silvergrain(args("hurt"), { env: point });
    expect(run.code).toBe(1);
    const failed = ofType(run, "failed");
    const told = (name: string) => expect.stringMatching(new RegExp(`engine .*${name}\\.jpg.*open them elsewhere`));
    expect(failed.map(({ code, message }) => [code, message])).toEqual(
      ["photo-0", "photo-1"].map((name) => ["ENGINE_DIED", told(name)]),
    );
    expect(readdirSync(join(folder, "hurt", ".silvergrain", "export"))).toEqual([]);
    // A page is made of pictures with names that nobody knows.
    const page = ["export", results, "--html", "--strip-gps", "--to", join(folder, "page"), "--json"];
    expect(ofType(await silvergrain(page, { env: point }), "failed")[0]?.message).toContain(" photo-0.png.");

    expect((await silvergrain(args("hurt"))).code).toBe(0);
    expect((await silvergrain(args("whole"))).code).toBe(0);
    expect(exportedIn(join(folder, "hurt"))).toEqual(exportedIn(join(folder, "whole")));
  });
});

describe("a photo that turns out to be cut off", () => {
  test.each([
    ["--sheet", "contact-sheet.pdf"],
    ["--pin-sheet", "pin-sheet.pdf"],
    ["--html", "comparison.html"],
  ])("%s is made of the others, and again until it is whole", async (kind, file) => {
    const { folder, enhanced: results } = someOf(home, 3, 1);
    const to = join(folder, "to");
    const args = ["export", results, kind, "--pin", "50%,50%", "--strip-gps", "--to", to, "--json"];
    for (const _time of [1, 2]) {
      const run = await silvergrain(args);
      expect([run.code, ofType(run, "failed").map(({ source, code }) => [source, code])]).toEqual([
        1,
        [[join(home, "photos", "photo-1.png"), "SOURCE_CORRUPT"]],
      ]);
      expect(ofType(run, "summary")).toMatchObject([{ done: 2, skipped: 0, failed: 1 }]);
      expect(ofType(run, "progress").map(({ done }) => done)).toEqual([1, 2, 3]);
      expect(statSync(join(to, file)).size).toBeGreaterThan(1000);
      expect(readdirSync(join(to, ".silvergrain", "export"))).toEqual([]);
    }
  });
});

describe("contact sheets", () => {
  test("are a PDF that a reader of its own understands; killed and run again it has the same bytes", async () => {
    const { folder, enhanced: results } = someOf(home, 30);
    const args = (to: string) => ["export", results, "--sheet", "--columns", "2", "--to", join(folder, to)];
    expect((await silvergrain(args("whole"))).code).toBe(0);
    const pdf = (to: string) => join(folder, to, "contact-sheet.pdf");
    const pages = pdfPages(pdf("whole"));
    const page = { box: [0, 0, 595.2, 841.92], width: 2480, height: 3508 };
    expect(pages).toEqual(
      Array(Math.ceil(30 / pairsOnPage({ paper: "a4", isLandscape: false, columns: 2 }))).fill(page),
    );
    const killed = await silvergrain(args("killed"), { env: { SILVERGRAIN_FAIL_POINT: "export-named" } });
    expect(killed.code).not.toBe(0);
    expect((await silvergrain(args("killed"))).code).toBe(0);
    expect(sha256Of(pdf("killed"))).toBe(sha256Of(pdf("whole")));
    expect(readdirSync(join(folder, "killed", ".silvergrain", "export"))).toEqual([]);
  });

  test("are pictures, one a page, with the photos' colours in their places", async () => {
    const { folder, enhanced: results } = someOf(home, 30);
    const to = join(folder, "pages");
    const args = ["export", results, "--sheet", "--sheet-format", "png", "--columns", "1", "--to", to];
    expect((await silvergrain(args)).code).toBe(0);
    const pages = readdirSync(to).filter((name) => name.endsWith(".png"));
    expect(pages).toHaveLength(Math.ceil(30 / pairsOnPage({ paper: "a4", isLandscape: false, columns: 1 })));
    const sizes = Array.from({ length: 2 }, () => ({ width: 8, height: 8 }));
    const { panes } = layoutSheet(
      { kind: "contact", paper: "a4", isLandscape: false, columns: 1, places: [0, 1], heading: "", captions: [] },
      sizes,
    );
    const places = panes.map(({ x, y }) => [x + 4, y + 4] as const);
    const page = sharp(join(to, "contact-sheet-001.png"));
    const { data, info } = await page.raw().toBuffer({ resolveWithObject: true });
    const pixels = places.map(([x, y]) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)]);
    // Read as JPEG in between.
    for (const [red = 0, green = 0, blue = 0] of pixels) {
      expect(Math.max(red, green)).toBeLessThanOrEqual(4);
      expect(Math.abs(blue - 90)).toBeLessThanOrEqual(4);
    }
  });
});

test("a list of results that names files outside of their folder moves none of them", async () => {
  const { folder, enhanced: results } = someOf(home, 1);
  const dear = join(folder, "dear.png");
  copyFileSync(join(enhanced, "photo-0.png"), dear);
  const ledger = Ledger.open(results);
  ledger.claim(
    "../dear.png",
    join(home, "photos", "photo-0.png"),
    sha256Of(join(home, "photos", "photo-0.png")),
    "key",
  );
  const { size: bytes, mtimeMs } = statSync(dear);
  const result = { bytes, sha256: sha256Of(dear), width: 8, height: 8, flags: [], notes: [] };
  ledger.finish("../dear.png", mtimeMs, result);
  ledger.close();
  const run = await silvergrain(["export", results, "--by", "move", "--to", join(folder, "to"), "--json"]);
  expect(ofType(run, "summary")).toMatchObject([{ done: 1 }]);
  expect([existsSync(dear), existsSync(join(results, "photo-0.png"))]).toEqual([true, false]);
});

describe("a command that cannot be done", () => {
  test.each([
    [["--name", "{nme}"], "There is no field"],
    [["--by", "carry"], "Expected copy, link, move"],
    [["--pin-sheet"], "none of these photos has one"],
    [["--pin", "50%,140%"], "a place within the photo"],
    [["--background", "red"], "Expected a colour"],
    [["--strip-gps"], "copies are the files as they are"],
    [[], "required option"],
  ])("%j is told in a sentence, and nothing is written", async (args, words) => {
    const to = args.length === 0 ? [] : ["--to", join(home, "nothing")];
    const run = await silvergrain(["export", enhanced, ...to, ...args]);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(words);
    expect(readdirSync(home)).not.toContain("nothing");
  });

  test("a folder that nothing was enhanced into is refused", async () => {
    const run = await silvergrain(["export", join(home, "photos"), "--to", join(home, "nothing")]);
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining("silvergrain enhance --out")]);
    expect(readdirSync(join(home, "photos"))).not.toContain(".silvergrain");
  });
});
