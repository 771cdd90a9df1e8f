import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CUBIC, LANCZOS3 } from "../../../main/core/resample.ts";
import { levelCount, type Picture } from "../../../preload/contract.ts";
import { overlap, type Rect } from "../../../renderer/inspector/geometry.ts";
import { apart, around, coverage, seenParts, solidArea } from "../../../renderer/inspector/paint/areas.ts";
import { differenceLevel } from "../../../renderer/inspector/paint/difference.ts";
import { BICUBIC, LANCZOS, smoothTapsAlong, tapsAlong } from "../../../renderer/inspector/paint/kernels.ts";
import { layOut, piecesOf } from "../../../renderer/inspector/paint/pieces.ts";
import { samplingOf, spread } from "../../../renderer/inspector/paint/sampling.ts";
import { wantedTiles } from "../../../renderer/inspector/paint/wanted.ts";
import type { Layer, Pane } from "../../../renderer/inspector/scene.ts";
import { coarsest, type Tile, tileId, tileSize } from "../../../renderer/inspector/tiles/tile-grid.ts";
import { placement } from "../../../renderer/inspector/view.ts";
import { anyScene, layerOf, paneOf, sceneOf, WHOLE } from "../../helpers/painter-page/scenes.ts";

const PICTURE: Picture = { key: "coords", width: 6000, height: 4000 };

describe("how a layer is sampled", () => {
  const kindAt = (scale: number, options: Partial<Layer> = {}) => {
    const { kind, level } = samplingOf(layerOf(PICTURE, options), scale);
    return `${kind} ${level}`;
  };

  test("by the device px that a px has", () => {
    expect([4, 2, 1.99, 1.01, 1, 0.99, 0.51, 0.5, 0.26, 0.25, 0.125].map((scale) => kindAt(scale))).toEqual([
      "nearest 0",
      "nearest 0",
      "smooth 0",
      "smooth 0",
      "nearest 0",
      "smooth 0",
      "smooth 0",
      "smooth 1",
      "smooth 1",
      "smooth 2",
      "smooth 3",
    ]);
    expect(kindAt(0.0001)).toBe(`smooth ${levelCount(PICTURE) - 1}`);
  });

  test("a result by its own px, also where its size was rounded", () => {
    const source = { width: 1500, height: 1000 };
    expect([8, 4, 2].map((scale) => kindAt(scale, { source }))).toEqual(["nearest 0", "nearest 0", "smooth 1"]);
  });

  test("baselines by their kernel from 100 % on", () => {
    expect([0.5, 1, 1.5, 9].map((scale) => kindAt(scale, { filter: "lanczos" }))).toEqual([
      "smooth 1",
      "nearest 0",
      "kernel 0",
      "kernel 0",
    ]);
    expect(kindAt(1.5, { filter: "nearest" })).toBe("nearest 0");
  });

  test("levels follow each other without a jump", () => {
    expect([0.5, 1, 1.5, 2, 5].map(spread)).toEqual([0, 0, 0.25, 0.5, 0.5]);
  });
});

describe("kernels", () => {
  test("are the engine's", () => {
    for (let x = -3.5; x <= 3.5; x += 0.01) {
      expect(BICUBIC.at(x)).toBe(CUBIC.at(x));
      expect(LANCZOS.at(x)).toBe(LANCZOS3.at(x));
    }
  });

  test("weights sum to one, and their centre is the place", () => {
    const places = fc.record({
      from: fc.double({ min: 3, max: 500, noNaN: true }),
      step: fc.double({ min: 0.01, max: 1, noNaN: true }),
      begin: fc.integer({ min: 0, max: 90 }),
      count: fc.constant(5),
    });
    fc.assert(
      fc.property(places, fc.double({ min: 0, max: 0.5, noNaN: true }), (along, off) => {
        for (const { taps, starts, weights } of [tapsAlong(along, BICUBIC), smoothTapsAlong(along, off)]) {
          for (let i = 0; i < 5; i++) {
            const own = [...weights.subarray(i * taps, (i + 1) * taps)];
            const centre = own.reduce((sum, weight, tap) => sum + weight * ((starts[i] as number) + tap + 0.5), 0);
            expect(own.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
            expect(centre).toBeCloseTo(along.from + (along.begin + i) * along.step, 3);
          }
        }
      }),
    );
  });
});

test("a difference is middle gray, or black, where both are the same, and is held to what can be shown", () => {
  expect(differenceLevel(77, 77, 32, true)).toBe(128);
  expect(differenceLevel(77, 77, 32, false)).toBe(0);
  expect(differenceLevel(10, 13, 4, false)).toBe(12);
  expect(differenceLevel(13, 10, 4, false)).toBe(12);
  expect(differenceLevel(10, 13, 4, true)).toBe(134);
  expect(differenceLevel(13, 10, 4, true)).toBe(122);
  expect(differenceLevel(0, 255, 32, true)).toBe(255);
});

const aRect = fc.record({
  x: fc.integer({ min: -20, max: 60 }),
  y: fc.integer({ min: -20, max: 60 }),
  width: fc.integer({ min: 1, max: 50 }),
  height: fc.integer({ min: 1, max: 50 }),
});
const timesIn = (rects: readonly Rect[], x: number, y: number) =>
  rects.filter((rect) => x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height).length;

describe("areas", () => {
  test("a hole is left out, and all around it is there once", () => {
    fc.assert(
      fc.property(aRect, aRect, (whole, hole) => {
        const parts = around(whole, hole);
        for (let y = -20; y < 110; y += 3) {
          for (let x = -20; x < 110; x += 3) {
            const expected = timesIn([whole], x, y) === 1 && timesIn([hole], x, y) === 0;
            expect(timesIn(parts, x, y)).toBe(expected ? 1 : 0);
          }
        }
      }),
    );
  });

  test("rectangles that overlap are put apart", () => {
    fc.assert(
      fc.property(fc.array(aRect, { maxLength: 5 }), (rects) => {
        const parts = apart(rects, { width: 64, height: 48 });
        for (let y = -20; y < 110; y += 3) {
          for (let x = -20; x < 110; x += 3) {
            const isOn = x >= 0 && y >= 0 && x < 64 && y < 48;
            expect(timesIn(parts, x, y)).toBe(isOn && timesIn(rects, x, y) > 0 ? 1 : 0);
          }
        }
      }),
    );
  });

  test("what a pane covers altogether it does cover, and a pane is hidden only there", () => {
    for (let seed = 0; seed < 200; seed++) {
      const { scene } = anyScene(seed);
      const parts = seenParts(scene.panes, WHOLE);
      for (const [number, pane] of scene.panes.entries()) {
        for (let y = 1; y < 200; y += 7) {
          for (let x = 1; x < 300; x += 7) {
            const solid = solidArea(pane);
            if (solid !== undefined && timesIn([solid], x, y) > 0) expect(coverage(pane, x, y)).toBe(1);
            const isInPane = timesIn([pane.rect], x, y) > 0 && coverage(pane, x, y) > 0;
            const above = scene.panes.slice(number + 1).map(solidArea);
            const isHidden = above.some((area) => area !== undefined && timesIn([area], x, y) > 0);
            const times = timesIn(parts[number] ?? [], x, y);
            expect(times).toBeLessThanOrEqual(1);
            if (isInPane) expect(times).toBe(isHidden ? 0 : 1);
          }
        }
      }
    }
  });
});

/** A tile without samples, of this level or a coarser one. */
function tileOf(picture: Picture, id: string, least: number): Tile | undefined {
  const [level = 0, x = 0, y = 0] = id.split("/").slice(1).map(Number);
  if (level < least) return undefined;
  const place = { picture, level, x, y };
  return { ...place, id, ...tileSize(place), samples: new Uint8Array(0), isPreview: false };
}

describe("pieces", () => {
  test("cover the photo's device px once each, with places within their tile", () => {
    for (let seed = 0; seed < 300; seed++) {
      const { scene } = anyScene(seed);
      const pane = scene.panes[0];
      if (pane?.content.kind !== "layer") continue;
      const laid = layOut(pane.content.layer, placement(pane.view, pane.rect));
      const { picture } = pane.content.layer;
      // Every other time just coarser tiles than wanted are there.
      const least = Math.min(laid.sampling.level + (seed % 2), levelCount(picture) - 1);
      const pieces = piecesOf(laid, WHOLE, (id) => tileOf(picture, id, least));
      const seen = overlap(laid.photo, WHOLE);
      const px = pieces.reduce((sum, { rect }) => sum + rect.width * rect.height, 0);
      expect(px).toBe(seen === undefined ? 0 : seen.width * seen.height);
      for (const { rect, anchor, fromX, stepX, fromY, stepY } of pieces) {
        for (const [from, step, begin, length] of [
          [fromX, stepX, rect.x - anchor.x, rect.width],
          [fromY, stepY, rect.y - anchor.y, rect.height],
        ] as const) {
          expect(from + begin * step).toBeGreaterThanOrEqual(4 - 1e-6);
          expect(from + (begin + length - 1) * step).toBeLessThanOrEqual(4 + 512 + 1e-6);
        }
      }
    }
  });
});

describe("wanted tiles", () => {
  const view = { x: 3100, y: 2100, scale: 1 };
  const rect = { x: 0, y: 0, width: 1400, height: 900 };
  const tiles = wantedTiles(sceneOf([paneOf(layerOf(PICTURE), view, { rect })], rect));
  const ids = tiles.map(({ id }) => id);

  test("that of the point that is read is there too, whatever level is shown", () => {
    const small = { x: 3000, y: 2000, scale: 0.1 };
    const pane = { ...paneOf(layerOf(PICTURE), small, { rect }), point: { x: 1025, y: 511.5 } };
    const idsOf = (panes: readonly Pane[]) => wantedTiles(sceneOf(panes, rect)).map(({ id }) => id);
    expect(idsOf([pane]).filter((id) => id.startsWith("coords/0/"))).toEqual(["coords/0/2/0"]);
    expect(idsOf([{ ...pane, point: { x: 6000, y: 0 } }]).filter((id) => id.startsWith("coords/0/"))).toEqual([]);
  });

  test("the one that stands in for all is first, then those in sight, nearest to the middle first", () => {
    expect(ids[0]).toBe(tileId(coarsest(PICTURE)));
    const inSight = tiles.filter(({ isInSight }) => isInSight).slice(1);
    expect(inSight).toHaveLength(4 * 2);
    expect(ids.slice(1, 9)).toEqual(inSight.map(({ id }) => id));
    expect(ids[1]).toBe("coords/0/6/4");
    const distance = ({ x, y }: { x: number; y: number }) =>
      Math.hypot(Math.max(x * 512 - 3100, 0, 3100 - x * 512 - 512), Math.max(y * 512 - 2100, 0, 2100 - y * 512 - 512));
    const distances = inSight.map(distance);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
  });

  test("then coarser ones over the same part, then those around", () => {
    const rest = tiles.filter(({ isInSight }) => !isInSight);
    const levels = rest.map(({ level }) => level);
    const firstBeside = levels.indexOf(0);
    expect(new Set(levels.slice(0, firstBeside))).toEqual(
      new Set([1, 2, 3].filter((l) => l < levelCount(PICTURE) - 1)),
    );
    expect(levels.slice(firstBeside).every((level) => level === 0)).toBe(true);
    expect(levels.length - firstBeside).toBe(6 * 4 - 4 * 2);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each([
    ["upright", { x: 1, y: 0, least: 1200 }, ["7/3", "7/4"]],
    ["leaning", { x: Math.SQRT1_2, y: Math.SQRT1_2, least: 1600 }, ["7/4"]],
  ])("what a half plane hides is not in sight: %s", (_, halfPlane, expected) => {
    const other = { ...PICTURE, key: "other" };
    const panes = [paneOf(layerOf(PICTURE), view, { rect }), paneOf(layerOf(other), view, { rect, halfPlane })];
    const found = wantedTiles(sceneOf(panes, rect))
      .filter(({ picture, level, isInSight }) => picture.key === "other" && level === 0 && isInSight)
      .map(({ x, y }) => `${x}/${y}`);
    expect(found.sort()).toEqual(expected);
  });
});
