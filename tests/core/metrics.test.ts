import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Size } from "../../main/core/geometry.ts";
import { compareImages } from "../../main/core/metrics/compare.ts";
import { haarPsi } from "../../main/core/metrics/haarpsi.ts";
import { cropBorder, luma } from "../../main/core/metrics/luma.ts";
import { psnr } from "../../main/core/metrics/psnr.ts";
import { ssim } from "../../main/core/metrics/ssim.ts";
import { textureDistance } from "../../main/core/metrics/texture.ts";

/** The same noise everywhere, also in other languages: s ← (75 s + 74) mod 65537, of which the low byte. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (75 * state + 74) % 65537;
    return state % 256;
  });
}

function mix(a: Uint8Array, b: Uint8Array, share: number): Uint8Array {
  return a.map((value, i) => Math.floor((1 - share) * value + share * (b[i] as number)));
}

/** A picture with edges and gradients at several scales. */
function picture({ width, height }: Size): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const x = Math.floor(i / 3) % width;
    const y = Math.floor(i / 3 / width);
    const tile = (Math.floor(x / 7) + Math.floor(y / 5)) % 2 === 0 ? 60 : 0;
    return 90 + tile + 40 * Math.sin(x / 9 + (i % 3)) + 40 * Math.cos(y / 6);
  });
}

/** Every pixel the mean of itself and the ones beside, above and below it. */
function blurred(samples: Uint8Array, { width, height }: Size): Uint8Array {
  return samples.map((_, i) => {
    const x = Math.floor(i / 3) % width;
    const y = Math.floor(i / 3 / width);
    const at = (dx: number, dy: number) => {
      const column = Math.max(0, Math.min(width - 1, x + dx));
      const row = Math.max(0, Math.min(height - 1, y + dy));
      return samples[(row * width + column) * 3 + (i % 3)] as number;
    };
    return Math.round((at(0, 0) + at(-1, 0) + at(1, 0) + at(0, -1) + at(0, 1)) / 5);
  });
}

/** SSIM by the letter: for every window its weighted means, variances about them, and covariance. */
function directSsim(a: Float64Array, b: Float64Array, { width, height }: Size, sigma = 1.5): number {
  const across = Math.min(11, width);
  const down = Math.min(11, height);
  const local: number[] = [];
  for (let top = 0; top + down <= height; top++) {
    for (let left = 0; left + across <= width; left++) {
      const pixels = Array.from({ length: across * down }, (_, i) => {
        const dx = (i % across) - (across - 1) / 2;
        const dy = Math.floor(i / across) - (down - 1) / 2;
        const at = (top + Math.floor(i / across)) * width + left + (i % across);
        return { w: Math.exp(-(dx * dx + dy * dy) / (2 * sigma ** 2)), a: a[at] as number, b: b[at] as number };
      });
      const total = pixels.reduce((sum, { w }) => sum + w, 0);
      const mean = (of: (pixel: { a: number; b: number }) => number) =>
        pixels.reduce((sum, pixel) => sum + pixel.w * of(pixel), 0) / total;
      const meanA = mean((p) => p.a);
      const meanB = mean((p) => p.b);
      const varianceA = mean((p) => (p.a - meanA) ** 2);
      const varianceB = mean((p) => (p.b - meanB) ** 2);
      const covariance = mean((p) => (p.a - meanA) * (p.b - meanB));
      local.push(
        ((2 * meanA * meanB + 6.5025) / (meanA ** 2 + meanB ** 2 + 6.5025)) *
          ((2 * covariance + 58.5225) / (varianceA + varianceB + 58.5225)),
      );
    }
  }
  return local.reduce((sum, value) => sum + value, 0) / local.length;
}

/** Two images of the same size, up to 24 pixels a side. */
const pairs = fc
  .record({ width: fc.integer({ min: 1, max: 24 }), height: fc.integer({ min: 1, max: 24 }) })
  .chain((size) => {
    const image = fc.uint8Array({ minLength: size.width * size.height * 3, maxLength: size.width * size.height * 3 });
    return fc.record({ size: fc.constant(size), a: image, b: image });
  });

describe("luma", () => {
  test("is that of BT.601 with foot and head room", () => {
    const rgb = Uint8Array.of(0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255);
    const wanted = [16, 235, 81.481, 144.553, 40.966];
    for (const [i, value] of luma(rgb, 3).entries()) expect(value).toBeCloseTo(wanted[i] as number, 10);
  });

  test("of gray is that of equal red, green and blue, and stays within 16..235", () => {
    const gray = Uint8Array.from({ length: 256 }, (_, i) => i);
    const rgb = Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3));
    expect(luma(gray, 1)).toEqual(luma(rgb, 3));
    expect(luma(gray, 1)[128]).toBeCloseTo(16 + (219 * 128) / 255, 10);
    for (const value of luma(noise(3000, 1), 3)) expect(Math.abs(value - 125.5)).toBeLessThanOrEqual(109.5);
  });

  test("refuses half a pixel", () => {
    expect(() => luma(new Uint8Array(4), 3)).toThrow("3 samples a pixel");
  });
});

describe("cropping the border", () => {
  test("keeps what lies inside", () => {
    const plane = Float64Array.from({ length: 20 }, (_, i) => i);
    const cropped = cropBorder(plane, { width: 5, height: 4 }, 1);
    expect(cropped).toEqual({ plane: Float64Array.of(6, 7, 8, 11, 12, 13), size: { width: 3, height: 2 } });
    expect(cropBorder(plane, { width: 5, height: 4 }, 0).plane).toEqual(plane);
  });

  test("keeps whole pixels of interleaved samples", () => {
    const samples = Uint8Array.from({ length: 27 }, (_, i) => i);
    expect(cropBorder(samples, { width: 3, height: 3 }, 1, 3).plane).toEqual(Uint8Array.of(12, 13, 14));
  });

  test("refuses to leave nothing, and what is no border or no such image", () => {
    const plane = new Float64Array(20);
    expect(() => cropBorder(plane, { width: 5, height: 4 }, 2)).toThrow("more than 4 pixels a side");
    expect(() => cropBorder(plane, { width: 5, height: 4 }, -1)).toThrow("received -1");
    expect(() => cropBorder(plane, { width: 5, height: 4 }, 0.5)).toThrow("received 0.5");
    expect(() => cropBorder(plane, { width: 5, height: 5 }, 1)).toThrow("25 samples");
  });
});

describe("PSNR", () => {
  test("of a constant offset is that of its square, and without end for none", () => {
    const plane = Float64Array.from(noise(100, 5));
    for (const [offset, decibels] of [
      [255, 0],
      [25.5, 20],
      [2.55, 40],
      [1, 48.1308036086791],
    ] as const) {
      expect(
        psnr(
          plane,
          plane.map((value) => value + offset),
        ),
      ).toBeCloseTo(decibels, 10);
    }
    expect(psnr(plane, plane.slice())).toBe(Number.POSITIVE_INFINITY);
  });

  test("refuses planes that are empty or differ in length", () => {
    expect(() => psnr(new Float64Array(0), new Float64Array(0))).toThrow("at least one sample");
    expect(() => psnr(new Float64Array(3), new Float64Array(2))).toThrow("3 samples");
  });
});

describe("SSIM", () => {
  test("of two constants is what the means alone give", () => {
    const size = { width: 16, height: 12 };
    const a = new Float64Array(192).fill(100);
    const b = new Float64Array(192).fill(110);
    expect(ssim(a, b, size)).toBeCloseTo(22006.5025 / 22106.5025, 9);
  });

  test("is the mean over every window, by the letter of the paper, also where the window had to shrink", () => {
    for (const size of [
      { width: 23, height: 17 },
      { width: 11, height: 11 },
      { width: 8, height: 30 },
      { width: 3, height: 1 },
    ]) {
      const a = Float64Array.from(noise(size.width * size.height, 3));
      const b = a.map((value, i) => 0.6 * value + 0.4 * (noise(a.length, 77)[i] as number));
      expect(ssim(a, b, size)).toBeCloseTo(directSsim(a, b, size), 10);
      if (size.width > 8) expect(Math.abs(ssim(a, b, size) - directSsim(a, b, size, 1.4))).toBeGreaterThan(1e-4);
    }
  });

  test("is 1 for equal planes, never more, and the same both ways", () => {
    fc.assert(
      fc.property(pairs, ({ size, a, b }) => {
        const [planeA, planeB] = [luma(a, 3), luma(b, 3)];
        expect(ssim(planeA, planeA, size)).toBeCloseTo(1, 8);
        expect(ssim(planeA, planeB, size)).toBeLessThanOrEqual(1 + 1e-9);
        expect(ssim(planeA, planeB, size)).toBeCloseTo(ssim(planeB, planeA, size), 10);
      }),
    );
  });

  test("refuses planes of another size", () => {
    expect(() => ssim(new Float64Array(4), new Float64Array(6), { width: 2, height: 2 })).toThrow("the second plane");
    expect(() => ssim(new Float64Array(0), new Float64Array(0), { width: 0, height: 2 })).toThrow("0 × 2");
  });
});

describe("HaarPSI", () => {
  test("of four pixels, by hand: halved to one pixel, each coefficient is its value over 2, 4 and 8", () => {
    const a = new Uint8Array(4).fill(100);
    const b = new Uint8Array(4).fill(200);
    const local = (10030 / 12530 + 2530 / 3155) / 2;
    expect(haarPsi(a, b, { width: 2, height: 2 }, 1)).toBeCloseTo(local ** 2, 12);
  });

  test("agrees with an independent calculation on odd sizes", () => {
    // From NumPy, by the paper's formulae with full two-dimensional convolutions of which the central part is taken.
    const size = { width: 29, height: 21 };
    const a = noise(size.width * size.height * 3, 11);
    const b = mix(a, noise(a.length, 4242), 0.25);
    expect(haarPsi(a, b, size, 3)).toBeCloseTo(0.82874487846387, 10);
    const gray = { width: 63, height: 29 };
    expect(haarPsi(a, b, gray, 1)).toBeCloseTo(0.74029281075921, 10);
  });

  test("is 1 for equal images, within 0..1, and the same both ways", () => {
    fc.assert(
      fc.property(pairs, ({ size, a, b }) => {
        expect(haarPsi(a, a, size, 3)).toBeCloseTo(1, 10);
        const score = haarPsi(a, b, size, 3);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(haarPsi(b, a, size, 3)).toBeCloseTo(score, 12);
      }),
    );
    expect(haarPsi(new Uint8Array(12), new Uint8Array(12), { width: 2, height: 2 }, 3)).toBe(1);
  });

  test("falls with every step of noise and of blur, and when only the colours change", () => {
    const size = { width: 64, height: 48 };
    const sharp = picture(size);
    const grain = noise(sharp.length, 9);
    const noisy = [0.1, 0.2, 0.4, 0.8].map((share) => haarPsi(sharp, mix(sharp, grain, share), size, 3));
    const soft: number[] = [];
    for (let image = sharp; soft.length < 4; soft.push(haarPsi(sharp, image, size, 3))) image = blurred(image, size);
    for (const scores of [noisy, soft]) {
      expect(scores[0]).toBeLessThan(0.999);
      expect(scores.toSorted((a, b) => b - a)).toEqual(scores);
      expect(new Set(scores).size).toBe(scores.length);
    }
    const swapped = sharp.map((_, i) => sharp[i - (i % 3) + ((i + 1) % 3)] as number);
    expect(haarPsi(sharp, swapped, size, 3)).toBeLessThan(0.9);
  });
});

describe("comparing images", () => {
  const size = { width: 40, height: 36 };
  const reference = picture(size);

  test("takes PSNR and SSIM of Y and HaarPSI of the colours, all without the border", () => {
    const candidate = mix(reference, noise(reference.length, 2), 0.2);
    const inner = { width: 32, height: 28 };
    const planes = [reference, candidate].map((image) => cropBorder(luma(image, 3), size, 4).plane);
    const [a, b] = planes as [Float64Array, Float64Array];
    const colours = [reference, candidate].map((image) => cropBorder(image, size, 4, 3).plane);
    const [rgbA, rgbB] = colours as [Uint8Array, Uint8Array];
    expect(compareImages(reference, candidate, size, 3, 4)).toEqual({
      psnr: psnr(a, b),
      ssim: ssim(a, b, inner),
      haarPsi: haarPsi(rgbA, rgbB, inner, 3),
      texture: textureDistance(a, b, inner),
    });
  });

  test("what differs in the border alone does not count, unless the border is narrower", () => {
    const candidate = reference.slice();
    candidate.fill(0, 0, 40 * 3 * 2);
    const same = compareImages(reference, candidate, size, 3, 2);
    expect(same.psnr).toBe(Number.POSITIVE_INFINITY);
    expect(same.ssim).toBeCloseTo(1, 10);
    expect(same.haarPsi).toBeCloseTo(1, 10);
    const other = compareImages(reference, candidate, size, 3, 1);
    expect(other.psnr).toBeLessThan(30);
    expect(other.ssim).toBeLessThan(0.9999);
    expect(other.haarPsi).toBeLessThan(0.99);
  });

  test("says which image is of the wrong size", () => {
    expect(() => compareImages(reference, reference.subarray(3), size, 3, 0)).toThrow("the candidate");
    expect(() => compareImages(reference, reference, size, 1, 0)).toThrow("the reference");
  });
});
