import { expect, test } from "vitest";
import { chanceOfGuessing } from "../../../renderer/inspector/binomial.ts";
import { chanceText } from "../../../renderer/inspector/chance-text.ts";

test.each([
  // Counted by hand: of 16 rows of four answers, one has four right and four have three.
  [4, 4, 1 / 16],
  [3, 4, 5 / 16],
  // As tables of the ABX test have them.
  [9, 10, 11 / 1024],
  [12, 16, 2517 / 65_536],
  [0, 0, 1],
  [0, 7, 1],
])("%i of %i right by guessing has the chance %f", (correct, trials, chance) => {
  expect(chanceOfGuessing(correct, trials)).toBe(chance);
});

test("is exact where doubles alone would run out: a thousand trials", () => {
  expect(chanceOfGuessing(1000, 1000)).toBe(2 ** -1000);
  // Half of all rows have more than half right; those with exactly half are C(1000, 500) / 2^1000, by Stirling's series.
  const exactlyHalf = 0.0252250181783608;
  expect(chanceOfGuessing(500, 1000)).toBeCloseTo(0.5 + exactlyHalf / 2, 14);
  expect(chanceOfGuessing(501, 1000)).toBeCloseTo(0.5 - exactlyHalf / 2, 14);
});

test("falls with every right answer, and the chances of all counts add up", () => {
  for (const trials of [1, 10, 101, 1000]) {
    for (let correct = 1; correct <= trials; correct++) {
      const [more, fewer] = [chanceOfGuessing(correct, trials), chanceOfGuessing(correct - 1, trials)];
      expect(more).toBeLessThanOrEqual(fewer);
      // Below a half a double has figures enough to tell them apart.
      if (correct > trials / 2) expect(more).toBeLessThan(fewer);
    }
    // P(K ≥ c) + P(K ≥ n - c + 1) is all there is, by symmetry.
    const correct = Math.ceil(trials / 3);
    expect(chanceOfGuessing(correct, trials) + chanceOfGuessing(trials - correct + 1, trials)).toBeCloseTo(1, 14);
  }
});

test("refuses what is no count of answers", () => {
  expect(() => chanceOfGuessing(1.5, 4)).toThrow(
    "Expected whole numbers of answers, 1023 at most, but received 1.5 of 4",
  );
  expect(chanceOfGuessing(5, 4)).toBe(0);
});

test("a chance is printed with two figures that count, and never as none", () => {
  expect([0.944, 0.0107, 0.00123, 0.000_01, 0].map(chanceText)).toEqual([
    "= 0.94",
    "= 0.011",
    "= 0.0012",
    "< 0.0001",
    "< 0.0001",
  ]);
});
