import { join } from "node:path";
import sharp from "sharp";
import { TiffRowWriter } from "../../main/engine/tiff-writer.ts";

/** A photo with a profile attached and its numbers left as they are. */
export async function tagged(
  png: Buffer,
  channels: 1 | 3,
  icc: Buffer,
  format: "jpeg" | "tiff",
  path: string,
): Promise<void> {
  const { data, info } = await sharp(png)
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const carrier = join(path, "..", "carrier.tif");
  const writer = new TiffRowWriter(carrier, info, info.channels, 8, { icc, iptc: undefined, density: 300 });
  writer.write(new Uint8Array(data));
  writer.close();
  const image = sharp(carrier, { ignoreIcc: true })
    .toColourspace(info.channels === 1 ? "b-w" : "srgb")
    .keepMetadata();
  await (format === "jpeg" ? image.jpeg({ quality: 100, chromaSubsampling: "4:4:4" }) : image.tiff()).toFile(path);
}

/** Minimal matrix/TRC and gray profiles of version 2, written out from their primaries (ICC.1:2001-04). */
export function profileBytes(name: string): Buffer {
  if (name === "gray.icc")
    return iccProfile("GRAY", [
      ["kTRC", curve(2.2)],
      ["wtpt", xyz(0.9642, 1, 0.8249)],
    ]);
  const [r, g, b] = name === "p3.icc" ? P3 : ADOBE;
  const tags = (["rXYZ", "gXYZ", "bXYZ"] as const).map(
    (tag, i) => [tag, xyz(...([r, g, b][i] as readonly [number, number, number]))] as const,
  );
  const curves = (["rTRC", "gTRC", "bTRC"] as const).map((tag) => [tag, curve(2.2)] as const);
  return iccProfile("RGB ", [...tags, ...curves, ["wtpt", xyz(0.9642, 1, 0.8249)]]);
}

function xyz(x: number, y: number, z: number): Buffer {
  const data = Buffer.alloc(20);
  data.write("XYZ ");
  [x, y, z].forEach((value, i) => {
    data.writeInt32BE(Math.round(value * 65_536), 8 + i * 4);
  });
  return data;
}

function curve(gamma: number): Buffer {
  const data = Buffer.alloc(16);
  data.write("curv");
  data.writeUInt32BE(1, 8);
  data.writeUInt16BE(Math.round(gamma * 256), 12);
  return data;
}

export function iccProfile(space: string, tags: readonly (readonly [string, Buffer])[]): Buffer {
  const text = Buffer.alloc(12 + 8);
  text.write("text");
  text.write("CC0\0", 8);
  const desc = Buffer.alloc(12 + 5 + 78);
  desc.write("desc");
  desc.writeUInt32BE(5, 8);
  desc.write("test\0", 12);
  const all = [["desc", desc] as const, ["cprt", text] as const, ...tags];
  const table = Buffer.alloc(4 + all.length * 12);
  table.writeUInt32BE(all.length, 0);
  let at = 128 + table.length;
  const bodies: Buffer[] = [];
  all.forEach(([tag, body], i) => {
    table.write(tag, 4 + i * 12);
    table.writeUInt32BE(at, 8 + i * 12);
    table.writeUInt32BE(body.length, 12 + i * 12);
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    bodies.push(padded);
    at += padded.length;
  });
  const head = Buffer.alloc(128);
  head.writeUInt32BE(at, 0);
  head.writeUInt32BE(0x02400000, 8);
  head.write("mntr", 12);
  head.write(space, 16);
  head.write("XYZ ", 20);
  head.write("acsp", 36);
  [0.9642, 1, 0.8249].forEach((value, i) => {
    head.writeInt32BE(Math.round(value * 65_536), 68 + i * 4);
  });
  return Buffer.concat([head, table, ...bodies]);
}

/** Primaries adapted to D50, columns of XYZ: Display P3 from Apple's profile, Adobe RGB (1998) from its specification, annex C. */
export const P3 = [
  [0.5151, 0.2412, -0.0011],
  [0.292, 0.6922, 0.0419],
  [0.1571, 0.0666, 0.7841],
] as const;
export const ADOBE = [
  [0.6097, 0.3111, 0.0195],
  [0.2053, 0.6257, 0.0609],
  [0.1492, 0.0632, 0.7446],
] as const;

/** From linear light, 0 to 1, to a level of 255 (IEC 61966-2-1). */
export const srgb = (x: number) => 255 * (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055);

/** Numbers in such a profile as sRGB: by the formulas of its primaries and sRGB's, not by a library. */
export function inSrgb(primaries: readonly (readonly number[])[], rgb: readonly number[]): readonly number[] {
  const linear = rgb.map((level) => (level / 255) ** 2.2);
  const xyz = [0, 1, 2].map((i) => linear.reduce((sum, level, j) => sum + level * (primaries[j]?.[i] ?? 0), 0));
  const toLinear = [
    [3.1338561, -1.6168667, -0.4906146],
    [-0.9787684, 1.9161415, 0.033454],
    [0.0719453, -0.2289914, 1.4052427],
  ];
  return toLinear.map((row) => {
    const value = row.reduce((sum, factor, i) => sum + factor * (xyz[i] ?? 0), 0);
    return srgb(Math.max(0, Math.min(1, value)));
  });
}
