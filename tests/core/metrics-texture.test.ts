import { describe, expect, test } from "vitest";
import type { Size } from "../../main/core/geometry.ts";
import { textureDistance } from "../../main/core/metrics/texture.ts";

const size: Size = { width: 96, height: 80 };

/** Grain of a strength, from a fixed sequence that begins at `seed`. */
function grain(strength: number, seed: number, of: Size = size): Float64Array {
  let state = seed;
  return Float64Array.from({ length: of.width * of.height }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 128 + strength * (state / 2 ** 31 - 1);
  });
}

describe("the distance of textures", () => {
  test("a picture is at no distance from itself, and two flat ones from each other", () => {
    expect(textureDistance(grain(20, 1), grain(20, 1), size)).toBe(0);
    expect(textureDistance(grain(0, 1), grain(0, 1).fill(77), size)).toBe(0);
  });

  test("the same grain in another place is near, a weaker one farther, none at all the farthest", () => {
    const reference = grain(20, 1);
    const elsewhere = textureDistance(reference, grain(20, 99), size);
    const weaker = textureDistance(reference, grain(14, 99), size);
    const flat = textureDistance(reference, grain(0, 1), size);
    expect(elsewhere).toBeLessThan(0.06);
    expect(weaker).toBeGreaterThan(3 * elsewhere);
    expect(flat).toBeGreaterThan(2 * weaker);
    // Projections of unit variance are 0.8 from nothing on average: E|N(0, 1)| = √(2/π).
    expect(flat).toBeGreaterThan(0.6);
    expect(flat).toBeLessThan(0.9);
  });

  test("too much is as far as too little", () => {
    const reference = grain(20, 1);
    expect(textureDistance(reference, grain(30, 5), size)).toBeGreaterThan(0.2);
  });

  test("it is the same in every run, and not a number where no patch fits", () => {
    const [a, b] = [grain(20, 1), grain(10, 2)];
    expect(textureDistance(a, b, size)).toBe(textureDistance(a, b, size));
    const tiny = { width: 7, height: 40 };
    expect(textureDistance(grain(9, 1, tiny), grain(9, 2, tiny), tiny)).toBeNaN();
  });
});
