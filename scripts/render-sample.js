// Renders assets/sample.png: a still life by a lamp, with edges, text-like strokes, fur-like and regular texture.
// Rendered four times as large and averaged down, as a camera's pixels do.
import { fileURLToPath } from "node:url";
import sharp from "sharp";

const WIDTH = 360;
const HEIGHT = 240;
const SAMPLES = 4;

const clamp = (value, low = 0, high = 1) => Math.min(high, Math.max(low, value));
const mix = (a, b, t) => a.map((value, i) => value + (b[i] - value) * t);
const fract = (value) => value - Math.floor(value);
const hash = (x, y) => fract(Math.sin(x * 127.1 + y * 311.7) * 43758.5453);

function noise(x, y) {
  const [ix, iy, fx, fy] = [Math.floor(x), Math.floor(y), fract(x), fract(y)];
  const [sx, sy] = [fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy)];
  const top = hash(ix, iy) * (1 - sx) + hash(ix + 1, iy) * sx;
  const bottom = hash(ix, iy + 1) * (1 - sx) + hash(ix + 1, iy + 1) * sx;
  return top * (1 - sy) + bottom * sy;
}

const layered = (x, y) => noise(x, y) * 0.5 + noise(x * 2.1, y * 2.1) * 0.3 + noise(x * 4.3, y * 4.3) * 0.2;

/** A wall of evening light over a table of planed wood. */
function room(x, y) {
  const glow = Math.exp(-(((x - 250) / 190) ** 2 + ((y - 40) / 150) ** 2));
  if (y < 158) {
    const weave = 0.03 * Math.sin(x * 1.7) * Math.sin(y * 1.7);
    return mix([0.13, 0.16, 0.2], [0.86, 0.7, 0.48], glow).map(
      (value) => value + weave + 0.05 * (layered(x / 9, y / 9) - 0.5),
    );
  }
  const depth = (y - 158) / 82;
  const grain = Math.sin((y * 3 + 14 * layered(x / 60, y / 5)) * (1.2 - 0.6 * depth));
  const plank = Math.abs(fract((x - 180) / (70 + 60 * depth) + 0.5) - 0.5) < 0.012 ? 0.45 : 1;
  return [0.46, 0.3, 0.18].map((value) => value * plank * (0.72 + 0.1 * grain + 0.5 * glow));
}

/** A ball of brushed fur-like strokes, lit from the lamp. */
function ball(x, y) {
  const [cx, cy, r] = [118, 138, 56];
  const [dx, dy] = [(x - cx) / r, (y - cy) / r];
  const strands = 0.08 * (layered(Math.atan2(dy, dx) * 26, Math.hypot(dx, dy) * 5) - 0.4);
  const d2 = (dx * dx + dy * dy) / (1 + strands) ** 2;
  if (d2 > 1) return undefined;
  const dz = Math.sqrt(1 - d2);
  const light = clamp(dx * 0.55 - dy * 0.6 + dz * 0.58);
  const fur = 0.55 + 0.9 * layered(Math.atan2(dy, dx) * 34 + 3 * dz, Math.acos(dz) * 9);
  return [0.78, 0.42, 0.2].map((value) => value * fur * (0.1 + light) + 0.25 * light ** 18);
}

/** A standing book with ruled lines, and a ruler's ticks along its foot. */
function book(x, y) {
  const [u, v] = [(x - 214) / 96, (y - 74 + (x - 214) * 0.06) / 108];
  if (u < 0 || u > 1 || v < 0 || v > 1) return undefined;
  if (u < 0.07) return [0.35, 0.1, 0.1];
  const paper = [0.88, 0.86, 0.79].map((value) => value * (0.8 + 0.2 * u) - 0.03 * layered(x, y));
  const line = Math.floor(v * 15);
  const inText = line > 1 && line < 12 && u > 0.14 && u < (line === 11 ? 0.55 : 0.92);
  const stroke =
    fract(v * 15) > 0.3 && fract(v * 15) < 0.72 && hash(Math.floor(u * 70), line) > 0.35 && fract(u * 70) < 0.62;
  if (inText && stroke) return [0.12, 0.12, 0.15];
  const tick = v > 0.9 && fract(u * 40) < 0.3 && v > (Math.floor(u * 40) % 5 === 0 ? 0.9 : 0.95);
  return tick ? [0.2, 0.2, 0.22] : paper;
}

function shade(x, y) {
  const colour = ball(x, y) ?? book(x, y) ?? room(x, y);
  const shadow =
    y > 158
      ? clamp(
          1 -
            0.75 * Math.exp(-(((x - 104) / 62) ** 2 + ((y - 194) / 13) ** 2)) -
            0.5 * Math.exp(-(((x - 262) / 60) ** 2 + ((y - 188) / 9) ** 2)),
        )
      : 1;
  return ball(x, y) || book(x, y) ? colour : colour.map((value) => value * shadow);
}

const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
for (let y = 0; y < HEIGHT; y++) {
  for (let x = 0; x < WIDTH; x++) {
    const sum = [0, 0, 0];
    for (let s = 0; s < SAMPLES * SAMPLES; s++) {
      const colour = shade(x + ((s % SAMPLES) + 0.5) / SAMPLES, y + (Math.floor(s / SAMPLES) + 0.5) / SAMPLES);
      for (let channel = 0; channel < 3; channel++) sum[channel] += clamp(colour[channel]);
    }
    for (let channel = 0; channel < 3; channel++)
      pixels[(y * WIDTH + x) * 3 + channel] = Math.round(255 * (sum[channel] / SAMPLES ** 2) ** (1 / 1.15));
  }
}
await sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
  .png({ compressionLevel: 9 })
  .toFile(fileURLToPath(new URL("../assets/sample.png", import.meta.url)));
