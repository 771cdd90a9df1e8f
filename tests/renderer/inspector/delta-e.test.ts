import { describe, expect, test } from "vitest";
import { deltaE00, type Lab, labOf } from "../../../renderer/inspector/delta-e.ts";

/* Pairs of the supplement to Sharma, Wu and Dalal 2005, which were chosen to find what implementations get wrong. */
const PAIRS: readonly (readonly [Lab, Lab, number])[] = [
  [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
  [[50, 3.1571, -77.2803], [50, 0, -82.7485], 2.8615],
  [[50, 2.8361, -74.02], [50, 0, -82.7485], 3.4412],
  [[50, -1.3802, -84.2814], [50, 0, -82.7485], 1],
  [[50, -1.1848, -84.8006], [50, 0, -82.7485], 1],
  [[50, 0, 0], [50, -1, 2], 2.3669],
  [[50, 2.49, -0.001], [50, -2.49, 0.0009], 7.1792],
  [[50, 2.49, -0.001], [50, -2.49, 0.0011], 7.2195],
  [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
  [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
];

describe("the colour difference", () => {
  test.each(PAIRS)("of %o and %o is %d", (a, b, expected) => {
    expect(deltaE00(a, b)).toBeCloseTo(expected, 4);
    expect(deltaE00(b, a)).toBeCloseTo(expected, 4);
  });
});

describe("L*a*b*", () => {
  test("has white, black and gray where they belong", () => {
    expect(labOf([255, 255, 255]).map((value) => Math.abs(Math.round(value * 100) / 100))).toEqual([100, 0, 0]);
    expect(labOf([0, 0, 0]).map(Math.abs)).toEqual([0, 0, 0]);
    expect(labOf([119, 119, 119])[0]).toBeCloseTo(50.03, 1);
  });

  test("has red of sRGB where the standard has it", () => {
    const [l, a, b] = labOf([255, 0, 0]);
    expect(l).toBeCloseTo(53.24, 1);
    expect(a).toBeCloseTo(80.09, 1);
    expect(b).toBeCloseTo(67.2, 1);
  });
});
