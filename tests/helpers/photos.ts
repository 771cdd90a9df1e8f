import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import sharp, { type OutputInfo, type Sharp } from "sharp";
import type { EnhanceRequest } from "../../main/core/enhance.ts";
import { FAKE_MODEL } from "./models.ts";

/** A picture with smooth, periodic and sharp content: interleaved RGB, 8 bit. */
export function testCard(width: number, height: number): Buffer {
  const samples = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const stripes = 30 * Math.sin(x * 0.9 + y * 0.2);
      const block = (Math.floor(x / 7) + Math.floor(y / 5)) % 2 === 0 ? 40 : 0;
      samples[at] = 60 + (120 * x) / width + stripes;
      samples[at + 1] = 50 + (130 * y) / height + block;
      samples[at + 2] = 90 + 50 * Math.cos(x * 0.05) * Math.sin(y * 0.07) - stripes / 2;
    }
  }
  return samples;
}

/** The test card as a sharp pipeline, ready to be encoded. */
export function card(width: number, height: number): Sharp {
  return sharp(testCard(width, height), { raw: { width, height, channels: 3 } });
}

/** A request for a source with the fake model; everything can be replaced. */
export async function requestFor(
  source: string,
  folder: string,
  changes: Partial<EnhanceRequest> = {},
): Promise<EnhanceRequest> {
  const { size, mtimeMs } = statSync(source);
  const { autoOrient } = await sharp(source, { limitInputPixels: false, failOn: "none" }).metadata();
  const target = { width: autoOrient.width * 4, height: autoOrient.height * 4 };
  return {
    source,
    sourceSha256: createHash("sha256").update(readFileSync(source)).digest("hex"),
    sourceStamp: { bytes: size, mtimeMs },
    output: join(folder, "out", "result"),
    receipt: join(folder, "work", "receipt"),
    workDir: join(folder, "work"),
    model: FAKE_MODEL,
    passes: 1,
    target,
    strength: 1,
    format: "png",
    quality: undefined,
    stripGps: false,
    device: "cpu",
    threads: 2,
    allowSpinning: true,
    tilePx: 64,
    maxMegapixels: 400,
    ...changes,
  };
}

/** Decodes to raw samples without touching colours. */
export async function pixelsOf(path: string): Promise<{ data: Buffer; info: OutputInfo }> {
  return sharp(path, { ignoreIcc: true, limitInputPixels: false }).raw().toBuffer({ resolveWithObject: true });
}

/** Largest and mean absolute difference of two sample buffers of one length. */
export function apart(a: ArrayLike<number>, b: ArrayLike<number>): { largest: number; mean: number; equal: number } {
  if (a.length !== b.length) throw new Error(`lengths differ: ${a.length} and ${b.length}`);
  let largest = 0;
  let sum = 0;
  let equal = 0;
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs((a[i] as number) - (b[i] as number));
    largest = Math.max(largest, d);
    sum += d;
    if (d === 0) equal++;
  }
  return { largest, mean: sum / a.length, equal: equal / a.length };
}
