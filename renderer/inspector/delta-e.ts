/** A colour as it is on the screen: sRGB, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** CIE L*a*b*, white point D65. */
export type Lab = readonly [l: number, a: number, b: number];

/** IEC 61966-2-1, linear sRGB to XYZ, and its white. */
const TO_XYZ = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
] as const;
const WHITE = [0.95047, 1, 1.08883] as const;
const EPSILON = 216 / 24389;
const KAPPA = 24389 / 27;
const POW_25_7 = 25 ** 7;

/** sRGB to L*a*b* (IEC 61966-2-1; CIE 15:2004). */
export function labOf(colour: Colour): Lab {
  const linear = colour.map((level) => {
    const share = level / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const [r = 0, g = 0, b = 0] = linear;
  const [fx, fy, fz] = TO_XYZ.map((row, i) => {
    const t = (row[0] * r + row[1] * g + row[2] * b) / (WHITE[i] ?? 1);
    return t > EPSILON ? Math.cbrt(t) : (KAPPA * t + 16) / 116;
  }) as [number, number, number];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

/**
 * CIEDE2000 colour difference, all weights 1 (CIE 142-2001; as worked out by Sharma, Wu and Dalal, “The CIEDE2000
 * Color-Difference Formula”, 2005). About 1 is what an eye can just tell.
 */
export function deltaE00([l1, a1, b1]: Lab, [l2, a2, b2]: Lab): number {
  const meanC = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2;
  const g = 0.5 * (1 - Math.sqrt(meanC ** 7 / (meanC ** 7 + POW_25_7)));
  const ap1 = a1 * (1 + g);
  const ap2 = a2 * (1 + g);
  const c1 = Math.hypot(ap1, b1);
  const c2 = Math.hypot(ap2, b2);
  const h1 = hueOf(ap1, b1);
  const h2 = hueOf(ap2, b2);
  const isGray = c1 * c2 === 0;

  const dl = l2 - l1;
  const dc = c2 - c1;
  let dh = isGray ? 0 : h2 - h1;
  if (dh > 180) dh -= 360;
  else if (dh < -180) dh += 360;
  const dH = 2 * Math.sqrt(c1 * c2) * sin(dh / 2);

  const meanL = (l1 + l2) / 2;
  const meanCp = (c1 + c2) / 2;
  const meanH = isGray ? h1 + h2 : meanHue(h1, h2);
  const t = 1 - 0.17 * cos(meanH - 30) + 0.24 * cos(2 * meanH) + 0.32 * cos(3 * meanH + 6) - 0.2 * cos(4 * meanH - 63);
  const off = (meanL - 50) ** 2;
  const sl = 1 + (0.015 * off) / Math.sqrt(20 + off);
  const sc = 1 + 0.045 * meanCp;
  const sh = 1 + 0.015 * meanCp * t;
  const turn = 30 * Math.exp(-(((meanH - 275) / 25) ** 2));
  const rt = -2 * Math.sqrt(meanCp ** 7 / (meanCp ** 7 + POW_25_7)) * sin(2 * turn);
  return Math.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dH / sh) ** 2 + rt * (dc / sc) * (dH / sh));
}

/** Degrees, 0 to 360. */
function hueOf(a: number, b: number): number {
  if (a === 0 && b === 0) return 0;
  const hue = (Math.atan2(b, a) * 180) / Math.PI;
  return hue < 0 ? hue + 360 : hue;
}

function meanHue(h1: number, h2: number): number {
  if (Math.abs(h1 - h2) <= 180) return (h1 + h2) / 2;
  return h1 + h2 < 360 ? (h1 + h2 + 360) / 2 : (h1 + h2 - 360) / 2;
}

function sin(degrees: number): number {
  return Math.sin((degrees * Math.PI) / 180);
}

function cos(degrees: number): number {
  return Math.cos((degrees * Math.PI) / 180);
}
