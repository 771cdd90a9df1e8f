import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cameraName, factsOf, NO_FACTS, takenMsOf } from "../../main/core/facts.ts";
import { shownText, textOf } from "../../main/core/text.ts";
import { longs, shorts } from "../../main/core/tiff-ifd.ts";
import { ascii, exifBlock, rational } from "../helpers/exif.ts";

const WHOLE = exifBlock({
  main: [ascii(0x010f, "NIKON CORPORATION"), ascii(0x0110, "NIKON D850")],
  exif: [
    rational(0x829a, 1, 250),
    rational(0x829d, 28, 10),
    shorts(0x8827, 640),
    ascii(0x9003, "2019:07:14 18:30:05"),
    ascii(0x9291, "25"),
    rational(0x920a, 85, 1),
    ascii(0xa434, "85mm f/1.8"),
  ],
});

describe("factsOf", () => {
  test("reads what a camera writes, with or without the marker before it", () => {
    const facts = {
      camera: "NIKON D850",
      lens: "85mm f/1.8",
      seconds: 0.004,
      fNumber: 2.8,
      iso: 640,
      focalLength: 85,
      takenMs: Date.UTC(2019, 6, 14, 18, 30, 5, 250),
    };
    expect(factsOf(WHOLE)).toEqual(facts);
    expect(factsOf(Buffer.concat([Buffer.from("Exif\0\0", "latin1"), WHOLE]))).toEqual(facts);
  });

  test("a tag that leads out of the block costs only itself", () => {
    const block = exifBlock({
      main: [ascii(0x0110, "A camera"), ascii(0x013b, "An artist of some length")],
      exif: [rational(0x829d, 4, 1)],
    });
    const at = block.indexOf(Buffer.from([0x3b, 0x01, 2, 0]));
    block.writeUInt32LE(0x7fff0000, at + 8);
    expect(factsOf(block)).toEqual({ ...NO_FACTS, camera: "A camera", fNumber: 4 });
  });

  test("an EXIF directory that is not there leaves the camera", () => {
    expect(factsOf(exifBlock({ main: [ascii(0x0110, "A camera"), longs(0x8769, 0xfffffff0)] }))).toEqual({
      ...NO_FACTS,
      camera: "A camera",
    });
  });

  test.each([
    ["0/0", rational(0x829a, 0, 0)],
    ["1/0", rational(0x829a, 1, 0)],
    ["0", rational(0x829a, 0, 10)],
    ["years", rational(0x829a, 0xffffffff, 1)],
    ["no fraction", longs(0x829a, 3)],
  ])("an exposure time of %s is none", (_name, entry) => {
    expect(factsOf(exifBlock({ exif: [entry] })).seconds).toBeUndefined();
  });

  test("a sensitivity beyond 16 bits lies in another tag", () => {
    expect(factsOf(exifBlock({ exif: [shorts(0x8827, 65_535), longs(0x8832, 102_400)] })).iso).toBe(102_400);
    expect(factsOf(exifBlock({ exif: [shorts(0x8827, 0)] })).iso).toBeUndefined();
  });

  test("garbage is never thrown at and never kept", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        factsOf(bytes);
      }),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(WHOLE.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 }),
        fc.nat(WHOLE.length),
        (changes, length) => {
          const block = Uint8Array.from(WHOLE);
          for (const [at, value] of changes) block[at] = value;
          const { camera, lens, ...numbers } = factsOf(block.subarray(0, length));
          for (const text of [camera, lens]) expect(text ?? "a").toMatch(/^\P{C}{1,250}$/u);
          for (const number of Object.values(numbers)) expect(Number.isFinite(number ?? 0)).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test("thousands of tags that claim the whole block cost no time", () => {
    const count = 4096;
    const block = Buffer.alloc(8 + 2 + count * 12 + 4 + 4_000_000);
    block.write("MM\0*\0\0\0\x08", "latin1");
    block.writeUInt16BE(count, 8);
    for (let i = 0; i < count; i++) {
      const at = 10 + i * 12;
      block.writeUInt16BE(i, at);
      block.writeUInt16BE(3, at + 2);
      block.writeUInt32BE(2_000_000, at + 4);
    }
    const start = performance.now();
    factsOf(block);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe("cameraName", () => {
  test.each([
    ["Canon", "Canon EOS 5D Mark III", "Canon EOS 5D Mark III"],
    ["NIKON CORPORATION", "NIKON D850", "NIKON D850"],
    ["NIKON CORPORATION", "Z 6", "NIKON Z 6"],
    ["SONY", "ILCE-7M3", "SONY ILCE-7M3"],
    ["EASTMAN KODAK COMPANY", "KODAK DC240 ZOOM", "KODAK DC240 ZOOM"],
    ["OLYMPUS IMAGING CORP.", "E-M5", "OLYMPUS E-M5"],
    ["Konica Minolta Camera, Inc.", "DYNAX 7D", "Konica Minolta DYNAX 7D"],
    ["Apple", "iPhone 12", "Apple iPhone 12"],
    [undefined, "X100", "X100"],
    ["FUJIFILM", undefined, "FUJIFILM"],
    [undefined, undefined, undefined],
  ])("%s, %s is %s", (make, model, name) => {
    expect(cameraName(make, model)).toBe(name);
  });
});

describe("takenMsOf", () => {
  test.each([
    ["2020:02:29 23:59:59", Date.UTC(2020, 1, 29, 23, 59, 59)],
    ["1899-12-31T00:00:00", Date.UTC(1899, 11, 31)],
    ["0000:00:00 00:00:00", undefined],
    ["2021:02:29 12:00:00", undefined],
    ["2021:13:01 12:00:00", undefined],
    ["2021:12:01 24:00:00", undefined],
    ["2021:12:01 12:60:00", undefined],
    ["2021:12:01 12:00:61", undefined],
    ["0050:12:01 12:00:00", undefined],
    ["    :  :     :  :  ", undefined],
    ["yesterday", undefined],
    ["", undefined],
  ])("%j", (text, ms) => {
    expect(takenMsOf(text, "")).toBe(ms);
  });

  test("decimals of the second count, and nonsense in their place does not", () => {
    const ms = Date.UTC(2020, 0, 1);
    expect(takenMsOf("2020:01:01 00:00:00", "5")).toBe(ms + 500);
    expect(takenMsOf("2020:01:01 00:00:00", "0423  ")).toBe(ms + 42);
    expect(takenMsOf("2020:01:01 00:00:00", "x9")).toBe(ms);
  });
});

describe("text out of files", () => {
  test("is one short line that can be shown", () => {
    expect(shownText("  EF\u0000\u0007 85mm\r\n f/1.8\u202eGPJ\u200b ")).toBe("EF 85mm f/1.8 GPJ");
    expect(shownText("x".repeat(5000))).toHaveLength(120);
    expect(shownText("----")).toBeUndefined();
    expect(shownText("\u{1f4f7}a".repeat(200))).toMatch(/^(\u{1f4f7}a){60}$/u);
  });

  test("is UTF-8, or Latin-1 where it is not", () => {
    expect(textOf(Buffer.from("Zeiß ★\0rest", "utf8"))).toBe("Zeiß ★");
    expect(textOf(Buffer.from("Zeiß", "latin1"))).toBe("Zeiß");
  });
});
