import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { besideAreas, lensCircles, maskAround, shownRect, wholePx } from "../../../renderer/inspector/lens.ts";
import { placement } from "../../../renderer/inspector/view.ts";

const size = fc.record({ width: fc.integer({ min: 1, max: 9000 }), height: fc.integer({ min: 1, max: 9000 }) });
const surface = fc.record({ width: fc.integer({ min: 20, max: 4000 }), height: fc.integer({ min: 20, max: 4000 }) });
const zoom = fc.double({ min: 1, max: 32, noNaN: true });
const anywhere = fc.record({
  x: fc.double({ min: -20_000, max: 20_000, noNaN: true }),
  y: fc.double({ min: -20_000, max: 20_000, noNaN: true }),
});

describe("the mask", () => {
  test("stays within the photo, wherever the pointer is", () => {
    fc.assert(
      fc.property(size, surface, zoom, anywhere, (photo, window, scale, point) => {
        const { rect } = maskAround(point, scale, photo, besideAreas(window).beside);
        expect(rect.x).toBeGreaterThanOrEqual(0);
        expect(rect.y).toBeGreaterThanOrEqual(0);
        expect(rect.x + rect.width).toBeLessThanOrEqual(photo.width + 1e-6);
        expect(rect.y + rect.height).toBeLessThanOrEqual(photo.height + 1e-6);
        expect(rect.width > 0 && rect.height > 0).toBe(true);
      }),
    );
  });

  test("has the size of what is beside, but for half a device px", () => {
    fc.assert(
      fc.property(size, surface, zoom, anywhere, (photo, window, scale, point) => {
        const { beside } = besideAreas(window);
        const { rect } = maskAround(point, scale, photo, beside);
        expect(Math.abs(rect.width - Math.min(photo.width, beside.width / scale)) * scale).toBeLessThanOrEqual(
          0.5 + 1e-6,
        );
        expect(Math.abs(rect.height - Math.min(photo.height, beside.height / scale)) * scale).toBeLessThanOrEqual(
          0.5 + 1e-6,
        );
      }),
    );
  });

  test("is what the pane beside shows", () => {
    fc.assert(
      fc.property(size, surface, zoom, anywhere, (photo, window, scale, point) => {
        const { beside } = besideAreas(window);
        const { rect, view } = maskAround(point, scale, photo, beside);
        expect(rect).toEqual(shownRect(placement(view, beside), beside, photo));
      }),
    );
  });
});

test("the photo and what is beside it part the surface, in either format", () => {
  fc.assert(
    fc.property(surface, (window) => {
      const { photo, beside } = besideAreas(window);
      const isWide = window.width >= window.height;
      expect(isWide ? beside.x + beside.width : beside.y + beside.height).toBe(isWide ? window.width : window.height);
      expect(isWide ? photo.x + photo.width < beside.x : photo.y + photo.height < beside.y).toBe(true);
    }),
  );
});

test("a lens is on the pointer, and two are to both sides of it", () => {
  const at = { x: 100.4, y: 50.6 };
  expect(lensCircles("halves", at, 40)).toEqual([{ centre: { x: 100, y: 51 }, radius: 40, shows: "halves" }]);
  const [before, after] = lensCircles("double", at, 40);
  expect((before?.centre.x ?? 0) + (after?.centre.x ?? 0)).toBe(200);
  expect((after?.centre.x ?? 0) - (before?.centre.x ?? 0)).toBeGreaterThan(80);
});

test("whole px are those that are touched, within the photo", () => {
  const photo = { width: 10, height: 10 };
  expect(wholePx({ x: 1.5, y: 2, width: 2, height: 3.1 }, photo)).toEqual({ x: 1, y: 2, width: 3, height: 4 });
  expect(wholePx({ x: -5, y: 8, width: 8, height: 90 }, photo)).toEqual({ x: 0, y: 8, width: 3, height: 2 });
  expect(wholePx({ x: 10, y: 0, width: 5, height: 5 }, photo)).toBeUndefined();
});
