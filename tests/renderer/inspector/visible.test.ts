import { expect, test } from "vitest";
import { inspectorStore } from "../../../renderer/inspector/inspector-store.ts";
import { keptPlace } from "../../../renderer/inspector/keep-place.ts";
import { resultSize } from "../../../renderer/inspector/result-size.ts";
import { stripWidth } from "../../../renderer/inspector/strip-size.ts";
import { middleOf, visiblePart } from "../../../renderer/inspector/visible.ts";
import { inspectionOf } from "./inspections.ts";

const facts = { ...inspectorStore.getState(), inspection: inspectionOf(1), surface: { width: 100, height: 80 } };

test("what is in sight are whole px of the photo, cut at its edge", () => {
  expect(visiblePart({ ...facts, view: { x: 150, y: 100, scale: 10 } })).toEqual({
    x: 145,
    y: 96,
    width: 10,
    height: 8,
  });
  expect(visiblePart({ ...facts, view: { x: 0, y: 200, scale: 10 } })).toEqual({ x: 0, y: 196, width: 5, height: 4 });
  expect(visiblePart({ ...facts, view: { x: 150, y: 100, scale: 0.1 } })).toEqual({
    x: 0,
    y: 0,
    width: 300,
    height: 200,
  });
});

test("of a part that is too large, the middle is as large as may be, and of the same shape", () => {
  expect(middleOf({ x: 10, y: 20, width: 30, height: 40 }, 1200)).toEqual({ x: 10, y: 20, width: 30, height: 40 });
  for (const [width, height] of [
    [6000, 4000],
    [3001, 1],
    [1, 9_000_000],
    [2001, 1000],
  ] as const) {
    const middle = middleOf({ x: 100, y: 50, width, height }, 2e6);
    expect(middle.width * middle.height).toBeLessThanOrEqual(2e6);
    expect(middle.width * middle.height).toBeGreaterThan(Math.min(2e6, width * height) * 0.99);
    expect(Math.abs(2 * middle.x + middle.width - (200 + width))).toBeLessThanOrEqual(1);
    expect(Math.abs(2 * middle.y + middle.height - (100 + height))).toBeLessThanOrEqual(1);
  }
});

test("of two panes it is what one shows", () => {
  const part = visiblePart({ ...facts, mode: "side", view: { x: 150, y: 100, scale: 10 } });
  expect(part?.width).toBeLessThan(7);
  expect(part?.height).toBe(8);
});

test("there is nothing in sight without a photo or a surface", () => {
  expect(visiblePart({ ...facts, inspection: undefined, view: { x: 0, y: 0, scale: 1 } })).toBeUndefined();
  expect(visiblePart({ ...facts, surface: { width: 0, height: 0 }, view: { x: 0, y: 0, scale: 1 } })).toBeUndefined();
});

test("the next photo is seen in the same place of the whole, as large", () => {
  const there = keptPlace({ x: 30, y: 150, scale: 3 }, { width: 300, height: 200 }, { width: 1000, height: 4000 });
  expect(there).toEqual({ x: 100, y: 3000, scale: 3 });
});

test("the size of a result is by its scale or by its long edge", () => {
  expect(resultSize({ width: 301, height: 200 }, { kind: "scale", scale: 4 })).toEqual({ width: 1204, height: 800 });
  expect(resultSize({ width: 200, height: 300 }, { kind: "long-edge", px: 600 })).toEqual({ width: 400, height: 600 });
});

test("a photo is as wide in the strip as it is, within bounds", () => {
  const widths = [
    { width: 300, height: 200 },
    { width: 200, height: 300 },
    { width: 9000, height: 100 },
    { width: 100, height: 9000 },
    { width: undefined, height: undefined },
  ].map(stripWidth);
  expect(widths).toEqual([108, 48, 144, 43, 108]);
});
