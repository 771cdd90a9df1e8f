import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { axisTaps, CUBIC, LANCZOS3, resampleStrips } from "../../main/core/resample.ts";

async function resample(row: readonly number[], to: number, kernel = LANCZOS3): Promise<readonly number[]> {
  const samples = Uint8Array.from(row);
  const size = { width: row.length, height: 1 };
  const strips = resampleStrips(size, { width: to, height: 1 }, 1, kernel, () => samples, 8);
  const { value } = await strips.next();
  return [...value.samples];
}

describe("resampling", () => {
  test("weights sum to one and a flat image stays flat, at every ratio", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 90 }), async (from, to) => {
        for (const kernel of [LANCZOS3, CUBIC]) {
          const out = await resample(
            Array.from({ length: from }, () => 200),
            to,
            kernel,
          );
          for (const value of out) expect(value).toBeCloseTo(200, 3);
        }
      }),
    );
  });

  test("nothing shifts: a ramp enlarged four times lies on the same line, sample centres at half-integers", async () => {
    const out = await resample(
      Array.from({ length: 40 }, (_, i) => i * 5),
      160,
      CUBIC,
    );
    for (let x = 20; x < 140; x++) expect(out[x]).toBeCloseTo(((x + 0.5) / 4 - 0.5) * 5, 3);
  });

  test("enlarging is Lanczos with three lobes: an impulse rings twice on each side", async () => {
    const { taps, starts, weights } = axisTaps(41, 41 * 4, LANCZOS3);
    const response = Array.from({ length: 41 * 4 }, (_, x) => {
      const tap = 20 - (starts[x] as number);
      return tap >= 0 && tap < taps ? (weights[x * taps + tap] as number) : 0;
    });
    const centre = 20.5 * 4;
    const at = (distance: number) => response[Math.round(centre + distance * 4 - 0.5)] as number;
    expect(at(1.375)).toBeLessThan(-0.1);
    expect(at(2.375)).toBeGreaterThan(0.01);
    expect(at(-1.375)).toBeCloseTo(at(1.375), 6);
  });

  test("shrinking averages: fine stripes become their mean, not a moiré", async () => {
    const out = await resample(
      Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 0 : 200)),
      50,
    );
    for (const value of out.slice(4, -4)) expect(Math.abs(value - 100)).toBeLessThan(1.5);
  });

  test("strips of any height give the same rows as one strip", async () => {
    const size = { width: 9, height: 23 };
    const image = Uint8Array.from({ length: 9 * 23 }, (_, i) => (i * 37) % 251);
    const read = (y: number, count: number) => image.subarray(y * 9, (y + count) * 9);
    const collect = async (rows: number) => {
      const all: number[] = [];
      for await (const strip of resampleStrips(size, { width: 31, height: 57 }, 1, LANCZOS3, read, rows))
        all.push(...strip.samples);
      return all;
    };
    expect(await collect(5)).toEqual(await collect(57));
  });
});
