import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Samples } from "../../main/core/resample.ts";
import { SHARPENING, sharpenStrips } from "../../main/core/sharpen.ts";

async function sharpened(
  picture: Samples,
  {
    width,
    channels,
    rows = 1,
    sharpening = SHARPENING.print,
  }: {
    readonly width: number;
    readonly channels: number;
    readonly rows?: number;
    readonly sharpening?: { readonly sigmaPx: number; readonly amount: number };
  },
): Promise<Samples> {
  async function* strips(): AsyncGenerator<Samples> {
    // The buffer is used again, as by those that read files.
    const strip = picture.slice(0, rows * width * channels);
    for (let at = 0; at < picture.length; at += strip.length) {
      const part = picture.subarray(at, at + strip.length);
      strip.set(part);
      yield strip.subarray(0, part.length);
    }
  }
  const bits = picture instanceof Uint16Array ? 16 : 8;
  const all: number[] = [];
  for await (const strip of sharpenStrips(strips(), width, channels, bits, sharpening)) all.push(...strip);
  return bits === 16 ? Uint16Array.from(all) : Uint8Array.from(all);
}

/** The same by its definition: every px from all px around it, in both directions at once. */
function byDefinition(picture: Uint8Array, width: number, { sigmaPx, amount }: { sigmaPx: number; amount: number }) {
  const height = picture.length / width;
  const reach = Math.ceil(sigmaPx * 3);
  const at = (x: number, y: number) =>
    picture[Math.max(0, Math.min(height - 1, y)) * width + Math.max(0, Math.min(width - 1, x))] as number;
  return Array.from(picture, (value, i) => {
    let sum = 0;
    let total = 0;
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const weight = Math.exp(-(dx * dx + dy * dy) / (2 * sigmaPx * sigmaPx));
        sum += weight * at((i % width) + dx, Math.floor(i / width) + dy);
        total += weight;
      }
    }
    return Math.max(0, Math.min(255, value + amount * (value - sum / total)));
  });
}

const noise = (count: number) => Uint8Array.from({ length: count }, (_, i) => (i * 2_654_435_761) % 251);

describe("sharpening", () => {
  test.each(["screen", "print"] as const)("for %s is an unsharp mask", async (purpose) => {
    const picture = noise(23 * 17);
    const found = await sharpened(picture, { width: 23, channels: 1, sharpening: SHARPENING[purpose] });
    const wanted = byDefinition(picture, 23, SHARPENING[purpose]);
    expect(Math.max(...wanted.map((value, i) => Math.abs(value - (found[i] as number))))).toBeLessThan(0.51);
  });

  test("does not depend on how the picture is cut into strips", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        async (width, height, rows) => {
          const picture = noise(width * height * 3);
          expect(await sharpened(picture, { width, channels: 3, rows })).toEqual(
            await sharpened(picture, { width, channels: 3, rows: height }),
          );
        },
      ),
    );
  });

  test("leaves what is flat, and alpha, and hues", async () => {
    const flat = new Uint16Array(8 * 8 * 3).fill(40_000);
    expect(await sharpened(flat, { width: 8, channels: 3 })).toEqual(flat);
    const picture = noise(8 * 8 * 4).map((value) => 90 + (value >> 3));
    const found = await sharpened(picture, { width: 8, channels: 4 });
    for (let i = 0; i < picture.length; i += 4) {
      expect(found[i + 3]).toBe(picture[i + 3]);
      // All channels go up or down together.
      const change = (channel: number) => (found[i + channel] as number) - (picture[i + channel] as number);
      expect(Math.abs(change(0) - change(1))).toBeLessThanOrEqual(1);
      expect(Math.abs(change(0) - change(2))).toBeLessThanOrEqual(1);
    }
  });
});
