/*
 * IEEE 754 half-precision numbers (binary16) in 16-bit words: a sign, 5 bits of exponent, 10 of fraction. Models of
 * type float16 and the weights in ncnn's files are made of them.
 */

/** Every word's value, looked up: a quarter of a megabyte, and quick. */
let table: Float32Array | undefined;

/** Words as floats. Exact: every half is a float. */
export function halvesToFloats(halves: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 65_536 }, (_, word) => floatOf(word));
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) floats[i] = table[halves[i] as number] as number;
  return floats;
}

/** Floats as words, rounded to the nearest, ties to even. What is too large becomes infinite. */
export function floatsToHalves(floats: Float32Array): Uint16Array {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  const halves = new Uint16Array(floats.length);
  for (let i = 0; i < halves.length; i++) halves[i] = wordOf(bits[i] as number);
  return halves;
}

function floatOf(word: number): number {
  const sign = word & 0x8000 ? -1 : 1;
  const exponent = (word >> 10) & 31;
  const fraction = word & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** @param bits of a float32 */
function wordOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 255;
  const fraction = bits & 0x7fffff;
  if (exponent === 255) return sign | (fraction === 0 ? 0x7c00 : 0x7e00);
  const shifted = exponent - 112;
  if (shifted >= 31) return sign | 0x7c00;
  if (shifted <= -11) return sign;
  // A subnormal half has no leading one of its own, and more of the fraction falls off.
  const significand = shifted > 0 ? (shifted << 23) | fraction : 0x800000 | fraction;
  const dropped = shifted > 0 ? 13 : 14 - shifted;
  const kept = significand >>> dropped;
  const rest = significand & ((1 << dropped) - 1);
  const half = 1 << (dropped - 1);
  const up = rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0;
  // A carry out of the fraction goes into the exponent, which is just what rounding up means.
  return sign | (kept + up);
}
