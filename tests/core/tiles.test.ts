import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clipTo } from "../../main/core/geometry.ts";
import { gridOf, partsOf, planTiles, tileAt, tileCount, tilesOf, tilesTouching } from "../../main/core/tiles.ts";

const side = fc.integer({ min: 1, max: 1200 });
const plans = fc.record({
  source: fc.record({ width: side, height: side }),
  maxCorePx: fc.integer({ min: 24, max: 700 }),
  padPx: fc.integer({ min: 0, max: 60 }),
  scale: fc.integer({ min: 1, max: 8 }),
});

describe("planTiles", () => {
  test("the cores cover every pixel exactly once", () => {
    fc.assert(
      fc.property(plans, ({ source, maxCorePx, padPx, scale }) => {
        const grid = planTiles(source, maxCorePx, padPx, scale);
        const columns = new Set<number>();
        const rows = new Set<number>();
        let covered = 0;
        for (const { core } of tilesOf(grid)) {
          covered += core.width * core.height;
          columns.add(core.x);
          rows.add(core.y);
        }
        expect(covered).toBe(source.width * source.height);
        expect(columns.size * rows.size).toBe(tileCount(grid));
      }),
      { numRuns: 300 },
    );
  });

  test("every window has one size, lies in the photo, and holds its core with the pad wherever the photo goes on", () => {
    fc.assert(
      fc.property(plans, ({ source, maxCorePx, padPx, scale }) => {
        const grid = planTiles(source, maxCorePx, padPx, scale);
        // One assertion a grid: thousands of them a run take minutes.
        const wrong = [...tilesOf(grid)].filter(({ window, core }) => {
          const right = source.width - core.x - core.width;
          const below = source.height - core.y - core.height;
          return !(
            window.width === grid.window.width &&
            window.height === grid.window.height &&
            window.x >= 0 &&
            window.y >= 0 &&
            window.x + window.width <= source.width &&
            window.y + window.height <= source.height &&
            core.x - window.x >= Math.min(padPx, core.x) &&
            core.y - window.y >= Math.min(padPx, core.y) &&
            window.x + window.width - core.x - core.width >= Math.min(padPx, right) &&
            window.y + window.height - core.y - core.height >= Math.min(padPx, below)
          );
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("a core times the scale is a TIFF tile, in multiples of 16", () => {
    fc.assert(
      fc.property(plans, ({ source, maxCorePx, padPx, scale }) => {
        const { core } = planTiles(source, maxCorePx, padPx, scale);
        expect((core.width * scale) % 16).toBe(0);
        expect((core.height * scale) % 16).toBe(0);
      }),
    );
  });

  test("the parts of a tile cover its core exactly, each with its pad", () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 16, max: 300 }), ({ source, maxCorePx, padPx, scale }, partPx) => {
        const grid = planTiles(source, maxCorePx, padPx, scale);
        const tile = tileAt(grid, tileCount(grid) - 1);
        const parts = partsOf(grid, tile, partPx);
        expect(parts.reduce((sum, { core }) => sum + core.width * core.height, 0)).toBe(
          tile.core.width * tile.core.height,
        );
        for (const { core, window } of parts) {
          expect(Math.max(core.width, core.height)).toBeLessThanOrEqual(Math.max(partPx, 1));
          expect(core.x - window.x).toBeGreaterThanOrEqual(Math.min(padPx, core.x));
          expect(window.y + window.height <= source.height && window.x >= 0).toBe(true);
        }
      }),
    );
  });

  test("cores are evened out: 480 px in tiles of at most 192 become three of 160", () => {
    const grid = planTiles({ width: 480, height: 320 }, 192, 35, 4);
    expect(grid.core).toEqual({ width: 160, height: 160 });
    expect(grid.window).toEqual({ width: 230, height: 230 });
  });

  test("a core with no pad has a window of its own size: the broken twin that the tiling test must notice", () => {
    const grid = gridOf({ width: 100, height: 100 }, { width: 32, height: 32 }, 0);
    expect(tileAt(grid, 1).window).toEqual(tileAt(grid, 1).core);
  });
});

describe("tilesTouching", () => {
  test("gives the tiles that share a pixel with the rectangle, and no other", () => {
    const at = fc.integer({ min: -300, max: 1400 });
    const rects = fc.record({ x: at, y: at, width: side, height: side });
    fc.assert(
      fc.property(plans, rects, ({ source, maxCorePx, padPx, scale }, wanted) => {
        const grid = planTiles(source, maxCorePx, padPx, scale);
        const rect = clipTo(wanted, source);
        fc.pre(rect.width > 0 && rect.height > 0);
        const sharing = [...tilesOf(grid)].filter(({ core }) => {
          const shared = clipTo({ ...wanted, x: wanted.x - core.x, y: wanted.y - core.y }, core);
          return shared.width > 0 && shared.height > 0;
        });
        expect([...tilesTouching(grid, rect)]).toEqual(sharing);
      }),
      { numRuns: 300 },
    );
  });
});
