import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import type { Size } from "../../main/core/geometry.ts";
import { LANCZOS3, resampleStrips } from "../../main/core/resample.ts";
import { cellSide } from "../../main/core/trust.ts";
import { makePyramid } from "../../main/engine/pyramid.ts";
import { measureTrust } from "../../main/engine/trust.ts";
import { testCard } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

async function pyramidOf(samples: Uint8Array, size: Size, folder: string, name: string) {
  const path = join(folder, `${name}.png`);
  await sharp(samples, { raw: { ...size, channels: 3 } })
    .png()
    .toFile(path);
  const made = join(folder, name);
  await makePyramid({ path, stamp: undefined, maxMegapixels: 100, folder: made });
  return { folder: made, ...size };
}

/** Mean absolute difference of every square, from whole pictures. */
function mapOf(small: ArrayLike<number>, source: Uint8Array, size: Size): readonly number[] {
  const cell = cellSide(size);
  const across = Math.ceil(size.width / cell);
  const sums = new Array(across * Math.ceil(size.height / cell)).fill(0);
  const counts = [...sums];
  for (let i = 0; i < source.length; i++) {
    const [x, y] = [Math.floor(i / 3) % size.width, Math.floor(i / 3 / size.width)];
    const at = Math.floor(y / cell) * across + Math.floor(x / cell);
    sums[at] += Math.abs((small[i] as number) - (source[i] as number));
    counts[at]++;
  }
  return sums.map((sum, i) => sum / counts[i]);
}

const near = (made: readonly number[], wanted: readonly number[]) => {
  expect(made).toHaveLength(wanted.length);
  for (const [i, each] of wanted.entries()) expect(made[i], `square ${i}`).toBeCloseTo(each, 3);
};

describe("a result against its source", () => {
  test("at a whole ratio is the mean of what each px covers, less the source, across all tiles", async () => {
    const folder = tempDir();
    const size = { width: 303, height: 181 };
    const large = { width: 1212, height: 724 };
    const source = new Uint8Array(testCard(size.width, size.height));
    const result = new Uint8Array(testCard(large.width, large.height));
    const means = new Float64Array(source.length);
    for (let y = 0; y < large.height; y++) {
      for (let x = 0; x < large.width; x++) {
        for (let channel = 0; channel < 3; channel++) {
          const to = ((y >> 2) * size.width + (x >> 2)) * 3 + channel;
          means[to] = (means[to] ?? 0) + (result[(y * large.width + x) * 3 + channel] as number) / 16;
        }
      }
    }
    const map = await measureTrust({
      kind: "source",
      source: await pyramidOf(source, size, folder, "source"),
      result: await pyramidOf(result, large, folder, "result"),
    });
    expect(map).toMatchObject({ cellPx: 8, across: 38, down: 23 });
    near(map.cells, mapOf(means, source, size));
    expect(Math.max(...map.cells)).toBeGreaterThan(1);
  });

  test("at another ratio is antialiased Lanczos, held to what a picture can have", async () => {
    const folder = tempDir();
    const size = { width: 300, height: 181 };
    const large = { width: 1010, height: 609 };
    const source = new Uint8Array(testCard(size.width, size.height));
    const result = new Uint8Array(testCard(large.width, large.height)).map((sample) => (sample > 128 ? 255 : 0));
    const small: number[] = [];
    const rowSamples = large.width * 3;
    const read = (y: number, count: number) => result.subarray(y * rowSamples, (y + count) * rowSamples);
    for await (const { samples } of resampleStrips(large, size, 3, LANCZOS3, read, 50)) {
      for (const sample of samples) small.push(Math.max(0, Math.min(255, sample)));
    }
    const map = await measureTrust({
      kind: "source",
      source: await pyramidOf(source, size, folder, "source"),
      result: await pyramidOf(result, large, folder, "result"),
    });
    near(map.cells, mapOf(small, source, size));
  });

  test("that is the source itself, px repeated, is nothing", async () => {
    const folder = tempDir();
    const size = { width: 40, height: 30 };
    const source = new Uint8Array(testCard(size.width, size.height));
    const result = new Uint8Array(source.length * 4);
    for (let i = 0; i < result.length; i++) {
      const [x, y] = [Math.floor(i / 3) % 80, Math.floor(i / 3 / 80)];
      result[i] = source[((y >> 1) * 40 + (x >> 1)) * 3 + (i % 3)] as number;
    }
    const map = await measureTrust({
      kind: "source",
      source: await pyramidOf(source, size, folder, "source"),
      result: await pyramidOf(result, { width: 80, height: 60 }, folder, "result"),
    });
    expect(Math.max(...map.cells)).toBe(0);
  });
});

test("two models are compared where both are wanted, whatever their patches have around it", async () => {
  const folder = tempDir();
  const [a, b] = [join(folder, "a"), join(folder, "b")];
  const patch = (width: number, height: number, at: readonly [number, number], value: number) => {
    const rgba = new Uint8Array(width * height * 4).fill(77);
    for (let y = 0; y < 32; y++) {
      for (let x = 0; x < 64; x++) {
        rgba.set([value, value, x < 32 ? value : value + 3, 255], ((at[1] + y) * width + at[0] + x) * 4);
      }
    }
    return rgba;
  };
  writeFileSync(a, patch(70, 40, [5, 3], 10));
  writeFileSync(
    b,
    patch(90, 50, [0, 11], 14).map((sample, i) => (i % 4 === 2 && sample === 17 ? 13 : sample)),
  );
  const map = await measureTrust({
    kind: "models",
    faithful: { path: a, size: { width: 70, height: 40 }, part: { x: 5, y: 3, width: 64, height: 32 } },
    realistic: { path: b, size: { width: 90, height: 50 }, part: { x: 0, y: 11, width: 64, height: 32 } },
    scale: 4,
  });
  expect(map).toEqual({ cellPx: 8, across: 2, down: 1, cells: [4, (4 + 4 + 0) / 3] });
});
