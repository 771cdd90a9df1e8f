import fc from "fast-check";
import { expect, test } from "vitest";
import { floatsToHalves, halvesToFloats } from "../../main/core/half.ts";

test("every half that is a number comes back from a float as it was", () => {
  const words = Uint16Array.from({ length: 65_536 }, (_, i) => i).filter((word) => (word & 0x7c00) !== 0x7c00);
  expect(floatsToHalves(halvesToFloats(words))).toEqual(words);
});

test("known values: IEEE 754's own examples", () => {
  expect([...halvesToFloats(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x7c00, 0x3555))]).toEqual([
    1,
    -2,
    65_504,
    2 ** -24,
    2 ** -14,
    Number.POSITIVE_INFINITY,
    Math.fround(0.333251953125),
  ]);
});

test("a float becomes the nearest half, to even where two are as near", () => {
  const halves = halvesToFloats(Uint16Array.from({ length: 0x7c00 }, (_, i) => i));
  fc.assert(
    fc.property(fc.float({ min: 0, max: 65_500, noNaN: true }), (value) => {
      const [word] = floatsToHalves(Float32Array.of(value));
      const found = halves[word as number] as number;
      const distance = Math.abs(found - value);
      const [below, above] = [halves[(word as number) - 1], halves[(word as number) + 1]];
      for (const other of [below, above]) {
        if (other === undefined) continue;
        const far = Math.abs(other - value);
        expect(far > distance || (far === distance && (word as number) % 2 === 0)).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});

test("what is too large is infinite, what is too small is nothing, and NaN stays NaN", () => {
  const found = halvesToFloats(floatsToHalves(Float32Array.of(70_000, -1e-9, Number.NaN)));
  expect(found[0]).toBe(Number.POSITIVE_INFINITY);
  expect(found[1]).toBe(-0);
  expect(found[2]).toBeNaN();
});
