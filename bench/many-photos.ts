import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";

/** Pictures that are really drawn; the others differ from one of them in a comment, so that each has bytes of its own. */
const DRAWN = 40;
const IN_FOLDER = 1000;

/**
 * Makes a folder of synthetic photos: small JPEGs of three shapes, in folders of a thousand. Every file's bytes, and so
 * its thumbnail, are its own.
 */
export async function makeManyPhotos(folder: string, count: number): Promise<void> {
  const drawn: Buffer[] = [];
  for (let i = 0; i < Math.min(DRAWN, count); i++) drawn.push(await draw(i));
  for (let i = 0; i < count; i++) {
    const inner = join(folder, `roll-${String(Math.floor(i / IN_FOLDER)).padStart(2, "0")}`);
    if (i % IN_FOLDER === 0) mkdirSync(inner, { recursive: true });
    writeFileSync(join(inner, `IMG_${i}.jpg`), withComment(drawn[i % drawn.length] as Buffer, `photo ${i}`));
  }
}

async function draw(i: number): Promise<Buffer> {
  const [width, height] = (
    [
      [480, 320],
      [320, 480],
      [420, 420],
    ] as const
  )[i % 3] as readonly [number, number];
  const samples = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      samples[at] = 128 + 100 * Math.sin(x / (7 + i) + i);
      samples[at + 1] = 128 + 100 * Math.sin(y / (9 + i));
      samples[at + 2] = (x * y * (i + 1)) / 400;
    }
  }
  return sharp(samples, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 80 })
    .toBuffer();
}

/** Puts a COM segment behind the start marker (ITU-T T.81, B.2.4.5). */
function withComment(jpeg: Buffer, text: string): Buffer {
  const comment = Buffer.from(text);
  const head = Buffer.from([0xff, 0xfe, 0, comment.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, comment, jpeg.subarray(2)]);
}
