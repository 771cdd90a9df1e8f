import { describe, expect, test } from "vitest";
import { bleedColour, blend, fromPlanar, toPlanar } from "../../main/core/pixels.ts";
import { describeBytes, describeDuration, TimeLeft } from "../../main/core/progress.ts";
import { checkTile, checkWhole, difference } from "../../main/core/self-check.ts";
import { sniffFormat } from "../../main/core/sniff.ts";

describe("pixels", () => {
  test("to planar and back keeps every value of 8 and of 16 bits", () => {
    for (const bits of [8, 16] as const) {
      const samples = bits === 8 ? new Uint8Array(256 * 3) : new Uint16Array(65_536 * 3);
      samples.forEach((_, i) => {
        samples[i] = Math.floor(i / 3);
      });
      const width = samples.length / 3;
      const planar = new Float32Array(samples.length);
      toPlanar(samples, 3, bits, [0, 1], planar);
      const back = bits === 8 ? new Uint8Array(samples.length) : new Uint16Array(samples.length);
      fromPlanar(planar, { width, height: 1 }, { x: 0, y: 0, width, height: 1 }, 3, bits, [0, 1], back, width);
      expect(back).toEqual(samples);
    }
  });

  test("NaN, infinities and values out of range are stored clamped and counted", () => {
    const planar = Float32Array.of(Number.NaN, 2, -1, 0.5, 0.5, 0.5, Number.POSITIVE_INFINITY, 0, 1);
    const out = new Uint8Array(9);
    const found = fromPlanar(
      planar,
      { width: 3, height: 1 },
      { x: 0, y: 0, width: 3, height: 1 },
      3,
      8,
      [0, 1],
      out,
      3,
    );
    expect(found.nonFinite).toBe(2);
    expect([...out]).toEqual([0, 128, 255, 255, 128, 0, 0, 128, 255]);
    expect(checkTile({ low: 0, high: 1 }, found)).toEqual(["not-a-number"]);
  });

  test("strength 0 is the baseline, 1 the result", () => {
    const out = new Uint8Array(1);
    blend([200], [100], 0, 8, out);
    expect(out[0]).toBe(100);
    blend([200], [100], 1, 8, out);
    expect(out[0]).toBe(200);
    blend([200], [100], 0.25, 8, out);
    expect(out[0]).toBe(125);
  });

  test("colour bleeds under what is transparent, to the nearest pixel that is seen", () => {
    const colour = Uint8Array.of(9, 0, 0, 0, 7);
    bleedColour(colour, 1, Uint8Array.of(255, 0, 0, 0, 1), { width: 5, height: 1 });
    expect([...colour]).toEqual([9, 9, 9, 7, 7]);
  });

  test("a flat tile of a photo with detail is noticed, a flat tile of a flat sky is not", () => {
    const flat = { nonFinite: 0, low: 0.5, high: 0.5 };
    expect(checkTile({ low: 0.1, high: 0.9 }, flat)).toEqual(["flat-tile"]);
    expect(checkTile({ low: 0.5, high: 0.51 }, flat)).toEqual([]);
  });

  test("a shifted colour and a black block are both far from the source", () => {
    const source = new Uint8Array(1000).fill(120);
    const shifted = source.map((value) => value + 10);
    const blocked = source.map((value, i) => (i < 4 ? 0 : value));
    expect(checkWhole(difference(source, source))).toEqual([]);
    expect(checkWhole(difference(source, shifted))).toEqual(["differs-from-source"]);
    expect(checkWhole(difference(source, blocked))).toEqual(["differs-from-source"]);
  });
});

describe("what is told", () => {
  test("time left follows what was measured, and a known speed until then", () => {
    const left = new TimeLeft(2);
    expect(left.msFor(10)).toBe(20);
    left.add(10, 50);
    expect(left.msFor(10)).toBe(50);
    expect(new TimeLeft(undefined).msFor(10)).toBeUndefined();
  });

  test("durations and sizes as people say them", () => {
    expect([7800, 200_000, 1_230_000, 7_500_000].map(describeDuration)).toEqual([
      "8 s",
      "3 min 20 s",
      "21 min",
      "2 h 5 min",
    ]);
    expect([12, 167_000, 1_160_000_000].map(describeBytes)).toEqual(["12 B", "167 kB", "1.2 GB"]);
  });

  test("formats are known by their content", () => {
    expect(sniffFormat(Buffer.from("GIF89a…"))).toBe("gif");
    expect(sniffFormat(Buffer.from("\0\0\0\x1cftypheic"))).toBe("heic");
    expect(sniffFormat(Buffer.from("hello"))).toBeUndefined();
  });
});
