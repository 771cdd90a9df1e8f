import { expect, test } from "vitest";
import type { TrustMap } from "../../../preload/contract.ts";
import { agreement, amountOf, worstRegions } from "../../../renderer/inspector/trust-figures.ts";

function mapOf(across: number, down: number, level: (x: number, y: number) => number): TrustMap {
  const cells = Array.from({ length: across * down }, (_, at) => level(at % across, Math.floor(at / across)));
  return { cellPx: 16, area: { x: 100, y: 200, width: across * 16 - 6, height: down * 16 - 4 }, across, down, cells };
}

test("what agrees is the share of squares that are not above the threshold", () => {
  const map = mapOf(10, 10, (x, y) => (y === 0 ? 5 + x : 4));
  expect(agreement(map, 4)).toBe(0.9);
  expect(agreement(map, 5)).toBe(0.91);
  expect(agreement(map, 14)).toBe(1);
  expect(agreement({ ...map, cells: [] }, 4)).toBe(1);
});

test("is called low to 2 %, some to 10 %, much beyond", () => {
  expect([1, 0.98, 0.979, 0.9, 0.899, 0].map(amountOf)).toEqual(["low", "low", "some", "some", "much", "much"]);
});

test("worst regions come worst first, in px of the source, apart from each other", () => {
  const map = mapOf(20, 20, (x, y) =>
    x === 4 && y === 5 ? 30 : x === 5 && y === 5 ? 29 : x === 15 && y === 2 ? 20 : 0,
  );
  expect(worstRegions(map)).toEqual([
    { x: 100 + 4 * 16 + 8, y: 200 + 5 * 16 + 8 },
    { x: 100 + 15 * 16 + 8, y: 200 + 2 * 16 + 8 },
  ]);
});

test("the middle of a square at the edge lies in what there is of it", () => {
  const [corner] = worstRegions(mapOf(3, 3, (x, y) => (x === 2 && y === 2 ? 9 : 0)));
  expect(corner).toEqual({ x: 100 + (32 + 42) / 2, y: 200 + (32 + 44) / 2 });
});

test("there are so many at most, and none where nothing differs", () => {
  expect(worstRegions(mapOf(60, 60, (x, y) => 1 + ((x * 7 + y * 3) % 11)))).toHaveLength(12);
  expect(worstRegions(mapOf(5, 5, () => 0))).toEqual([]);
});
