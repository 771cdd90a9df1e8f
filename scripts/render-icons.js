// @ts-check
// `npm run icons`: makes every icon of the app of assets/icon.svg.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

const root = fileURLToPath(new URL("..", import.meta.url));
export const ICONS = join(root, "assets", "icons");

/** Sides in px: what Linux's icon themes have, and what the containers below take. */
export const SIZES = /** @type {const} */ ([16, 24, 32, 48, 64, 128, 256, 512, 1024]);
/** Up to here an icon has no margin: there are too few px for one. */
const FULL_BLEED_PX = 32;

const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256];
/** The types of PNGs by their sides; those of screens with two px a point are others. */
const ICNS_TYPES = /** @type {const} */ ([
  ["icp4", 16],
  ["ic11", 32],
  ["icp5", 32],
  ["ic12", 64],
  ["ic07", 128],
  ["ic13", 256],
  ["ic08", 256],
  ["ic14", 512],
  ["ic09", 512],
  ["ic10", 1024],
]);

/**
 * The icon as a PNG.
 * @param {number} px its side
 * @returns {Promise<Buffer>}
 */
export async function renderIcon(px) {
  const drawn = readFileSync(join(root, "assets", "icon.svg"), "utf8");
  const svg = px <= FULL_BLEED_PX ? drawn.replace('viewBox="0 0 1024 1024"', 'viewBox="40 40 944 944"') : drawn;
  // Drawn at four times its size and averaged, so that thin lines are.
  const large = await sharp(Buffer.from(svg.replace("<svg ", `<svg width="${px * 4}" height="${px * 4}" `)))
    .png()
    .toBuffer();
  return sharp(large).resize(px, px).png({ compressionLevel: 9, effort: 10, palette: false }).toBuffer();
}

/**
 * An ICO container: https://learn.microsoft.com/previous-versions/ms997538(v=msdn.10)
 * @param {readonly { px: number, png: Buffer }[]} pictures
 */
export function icoOf(pictures) {
  const header = Buffer.alloc(6 + 16 * pictures.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(pictures.length, 4);
  let offset = header.length;
  for (const [i, { px, png }] of pictures.entries()) {
    const at = 6 + 16 * i;
    // 0 means 256.
    header.writeUInt8(px % 256, at);
    header.writeUInt8(px % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(png.length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += png.length;
  }
  return Buffer.concat([header, ...pictures.map(({ png }) => png)]);
}

/**
 * An ICNS container: chunks of a type, a length with that of its own eight bytes, and a PNG.
 * @param {readonly { type: string, png: Buffer }[]} pictures
 */
export function icnsOf(pictures) {
  const chunk = (/** @type {string} */ type, /** @type {Buffer} */ content) => {
    const head = Buffer.alloc(8);
    head.write(type, "latin1");
    head.writeUInt32BE(8 + content.length, 4);
    return Buffer.concat([head, content]);
  };
  return chunk("icns", Buffer.concat(pictures.map(({ type, png }) => chunk(type, png))));
}

export async function renderIcons() {
  /** @type {Map<number, Buffer>} */
  const pngs = new Map(await Promise.all(SIZES.map(async (px) => /** @type {const} */ ([px, await renderIcon(px)]))));
  const png = (/** @type {number} */ px) => pngs.get(px) ?? Buffer.alloc(0);
  mkdirSync(ICONS, { recursive: true });
  for (const px of SIZES) writeFileSync(join(ICONS, `${px}x${px}.png`), png(px));
  writeFileSync(join(ICONS, "icon.ico"), icoOf(ICO_SIZES.map((px) => ({ px, png: png(px) }))));
  writeFileSync(join(ICONS, "icon.icns"), icnsOf(ICNS_TYPES.map(([type, px]) => ({ type, png: png(px) }))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await renderIcons();
