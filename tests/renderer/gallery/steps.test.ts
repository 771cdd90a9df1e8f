import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { STEPS, stepFrom } from "../../../renderer/gallery/steps.ts";

/* Eleven photos in four columns; the last row has three:  0 1 2 3 / 4 5 6 7 / 8 9 10 */
const SIZE = { photos: 11, columns: 4, rows: 2 };

describe("keys in a grid", () => {
  test.each([
    ["ArrowRight", 3, 4],
    ["ArrowLeft", 4, 3],
    ["ArrowLeft", 0, 0],
    ["ArrowRight", 10, 10],
    ["ArrowDown", 1, 5],
    ["ArrowUp", 5, 1],
    ["ArrowUp", 2, 2],
    ["ArrowDown", 7, 10],
    ["ArrowDown", 9, 9],
    ["Home", 7, 0],
    ["End", 2, 10],
    ["PageDown", 1, 5],
    ["PageUp", 9, 5],
  ] as const)("%s leads from %i to %i", (step, from, to) => {
    expect(stepFrom(from, step, SIZE)).toBe(to);
  });

  test("without a focus they begin at the first photo, and End at the last", () => {
    expect(stepFrom(undefined, "ArrowDown", SIZE)).toBe(0);
    expect(stepFrom(undefined, "End", SIZE)).toBe(10);
  });

  test("where there are no photos they lead nowhere", () => {
    expect(stepFrom(undefined, "Home", { ...SIZE, photos: 0 })).toBeUndefined();
  });

  test("they never lead out of the grid", () => {
    fc.assert(
      fc.property(
        fc.record({
          photos: fc.integer({ min: 1, max: 50 }),
          columns: fc.integer({ min: 1, max: 9 }),
          rows: fc.integer({ min: 1, max: 9 }),
        }),
        fc.nat(),
        fc.constantFrom(...STEPS),
        (size, from, step) => {
          const to = stepFrom(from % size.photos, step, size);
          expect(to).toBeGreaterThanOrEqual(0);
          expect(to).toBeLessThan(size.photos);
        },
      ),
    );
  });
});
