import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extendEdges, insidePart } from "../../main/core/frame.ts";
import { gridOf, partsOf, planTiles, tilesOf, windowNear } from "../../main/core/tiles.ts";

const side = fc.integer({ min: 1, max: 500 });
const plans = fc.record({
  source: fc.record({ width: side, height: side }),
  maxCorePx: fc.integer({ min: 16, max: 300 }),
  padPx: fc.integer({ min: 0, max: 48 }),
  scale: fc.integer({ min: 1, max: 4 }),
  multiplePx: fc.constantFrom(1, 2, 4, 8, 16, 32, 64),
  leastPx: fc.integer({ min: 1, max: 80 }),
});

describe("windows by a model's rule", () => {
  test("sides and places are multiples, no side is too short, every core has its pad inside the frame", () => {
    fc.assert(
      fc.property(plans, ({ source, maxCorePx, padPx, scale, multiplePx, leastPx }) => {
        const rule = { multiplePx, leastPx };
        const grid = planTiles(source, maxCorePx, padPx, scale, rule);
        const { window, frame } = grid;
        expect([window.width % multiplePx, window.height % multiplePx]).toEqual([0, 0]);
        expect(Math.min(window.width, window.height)).toBeGreaterThanOrEqual(leastPx);
        expect(frame.width - source.width).toBeLessThan(Math.max(multiplePx, leastPx + multiplePx));
        let covered = 0;
        const wrong = [...tilesOf(grid)].filter(({ core, window: { x, y, width, height } }) => {
          covered += core.width * core.height;
          const before = Math.min(core.x - x - Math.min(padPx, core.x), core.y - y - Math.min(padPx, core.y));
          const right = Math.min(padPx, source.width - core.x - core.width);
          const below = Math.min(padPx, source.height - core.y - core.height);
          const after = Math.min(x + width - core.x - core.width - right, y + height - core.y - core.height - below);
          const inFrame = x >= 0 && y >= 0 && x + width <= frame.width && y + height <= frame.height;
          return !(before >= 0 && after >= 0 && inFrame && x % multiplePx === 0 && y % multiplePx === 0);
        });
        expect(wrong).toEqual([]);
        expect(covered).toBe(source.width * source.height);
      }),
      { numRuns: 500 },
    );
  });

  test("a fixed size is kept for photos of any size, and the cores cover them", () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 32, max: 256 }), ({ source, maxCorePx, padPx, scale }, fixedPx) => {
        const fixed = { width: fixedPx, height: fixedPx };
        const rule = { multiplePx: 1, leastPx: 1, fixed };
        const grid = planTiles(source, maxCorePx, padPx, scale, rule);
        let covered = 0;
        for (const tile of tilesOf(grid)) {
          const { core, window } = tile;
          covered += core.width * core.height;
          expect({ width: window.width, height: window.height }).toEqual(fixed);
          expect(window.x <= core.x && window.x + window.width >= core.x + core.width).toBe(true);
          expect(window.y <= core.y && window.y + window.height >= core.y + core.height).toBe(true);
          expect(partsOf(grid, tile, 16)).toEqual([tile]);
        }
        expect(covered).toBe(source.width * source.height);
      }),
      { numRuns: 200 },
    );
  });

  test("a tile's parts keep the rule", () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 8, max: 64 }), ({ source, padPx, scale, multiplePx }, partPx) => {
        const rule = { multiplePx, leastPx: 1 };
        const grid = planTiles(source, 200, padPx, scale, rule);
        for (const tile of tilesOf(grid)) {
          const parts = partsOf(grid, tile, partPx);
          const area = parts.reduce((sum, { core }) => sum + core.width * core.height, 0);
          expect(area).toBe(tile.core.width * tile.core.height);
          expect(parts.every(({ window }) => window.width % multiplePx === 0 && window.x % multiplePx === 0)).toBe(
            true,
          );
        }
      }),
      { numRuns: 200 },
    );
  });

  test("a grid that was begun earlier is found again", () => {
    const rule = { multiplePx: 4, leastPx: 8 };
    const plan = planTiles({ width: 301, height: 99 }, 64, 10, 2, rule);
    expect(gridOf(plan.source, plan.core, 10, rule)).toEqual(plan);
  });
});

test("windowNear is the next window up, or the only one", () => {
  expect(windowNear(33, { multiplePx: 8, leastPx: 1 })).toEqual({ width: 40, height: 40 });
  expect(windowNear(3, { multiplePx: 8, leastPx: 20 })).toEqual({ width: 24, height: 24 });
  const fixed = { width: 64, height: 48 };
  expect(windowNear(3, { multiplePx: 1, leastPx: 1, fixed })).toEqual(fixed);
});

test("what lies beyond the photo repeats its border", () => {
  const size = { width: 2, height: 2 };
  const rect = { x: 0, y: 0, width: 3, height: 4 };
  const inside = insidePart(rect, size);
  expect(inside).toEqual({ x: 0, y: 0, ...size });
  expect([...extendEdges(Uint8Array.of(1, 2, 3, 4), inside, rect, 1)]).toEqual([1, 2, 2, 3, 4, 4, 3, 4, 4, 3, 4, 4]);
  const deep = Uint16Array.of(700, 800);
  expect([...extendEdges(deep, { width: 1, height: 1 }, { width: 1, height: 2 }, 2)]).toEqual([700, 800, 700, 800]);
});
