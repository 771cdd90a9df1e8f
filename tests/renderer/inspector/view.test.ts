import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Rect, Size } from "../../../renderer/inspector/geometry.ts";
import {
  apply,
  constrain,
  constrainScale,
  fitScale,
  fitView,
  invert,
  MAX_SCALE,
  panBy,
  placement,
  wheelFactor,
  zoomAbout,
} from "../../../renderer/inspector/view.ts";

const px = (most: number) => fc.integer({ min: 1, max: most });
const size = fc.record({ width: px(30_000), height: px(30_000) });
const pane: fc.Arbitrary<Rect> = fc.record({
  x: fc.integer({ min: 0, max: 3000 }),
  y: fc.integer({ min: 0, max: 3000 }),
  width: px(4000),
  height: px(4000),
});
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const view = fc.record({ x: number(-1e5, 1e5), y: number(-1e5, 1e5), scale: number(1e-3, MAX_SCALE * 2) });
const place = fc.record({ x: number(-4000, 8000), y: number(-4000, 8000) });

/** Where a view puts an image point before it is moved to a whole px. */
function exactly(at: { x: number; y: number; scale: number }, rect: Rect, point: { x: number; y: number }) {
  return {
    x: rect.x + rect.width / 2 + (point.x - at.x) * at.scale,
    y: rect.y + rect.height / 2 + (point.y - at.y) * at.scale,
  };
}

describe("a placement", () => {
  test("gives back the point that it was given", () => {
    fc.assert(
      fc.property(view, pane, place, (seen, rect, at) => {
        const put = placement(seen, rect);
        const back = apply(put, invert(put, at));
        expect(Math.abs(back.x - at.x)).toBeLessThan(1e-6);
        expect(Math.abs(back.y - at.y)).toBeLessThan(1e-6);
      }),
    );
  });

  test("lies on whole device px, and no more than half of one beside the view", () => {
    fc.assert(
      fc.property(view, pane, (seen, rect) => {
        const put = placement(seen, rect);
        expect(Number.isInteger(put.x) && Number.isInteger(put.y)).toBe(true);
        const middle = apply(put, seen);
        // A sum of large numbers has its own last digits.
        expect(Math.abs(middle.x - rect.x - rect.width / 2)).toBeLessThanOrEqual(0.5 + 1e-6);
        expect(Math.abs(middle.y - rect.y - rect.height / 2)).toBeLessThanOrEqual(0.5 + 1e-6);
      }),
    );
  });
});

describe("zooming", () => {
  test("keeps the image point under the pointer", () => {
    fc.assert(
      fc.property(view, pane, place, number(1e-3, MAX_SCALE), (seen, rect, at, scale) => {
        const centre = { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
        const point = { x: seen.x + (at.x - centre.x) / seen.scale, y: seen.y + (at.y - centre.y) / seen.scale };
        const there = exactly(zoomAbout(seen, rect, at, scale), rect, point);
        expect(Math.abs(there.x - at.x)).toBeLessThan(1e-4);
        expect(Math.abs(there.y - at.y)).toBeLessThan(1e-4);
      }),
    );
  });

  test("by fifty turns of the wheel, constrained, drifts by no more than half a device px, and back is back", () => {
    const photo: Size = { width: 6000, height: 4000 };
    const turns = fc.array(fc.integer({ min: -300, max: 300 }), { minLength: 50, maxLength: 50 });
    const at = fc.record({ x: number(0, 1440), y: number(0, 900) });
    fc.assert(
      fc.property(turns, at, (deltas, pointer) => {
        const rect: Rect = { x: 0, y: 0, width: 1440, height: 900 };
        const begin = { ...fitView(photo, rect), scale: 1.5 };
        const point = { x: begin.x + (pointer.x - 720) / 1.5, y: begin.y + (pointer.y - 450) / 1.5 };
        let seen = begin;
        let sum = 0;
        for (const delta of deltas) {
          // Back from a limit is another matter: there the wheel has turned further than the photo.
          const next = Math.log2(seen.scale * wheelFactor(delta));
          if (next > Math.log2(MAX_SCALE) || next < Math.log2(fitScale(photo, rect) * 1.01)) continue;
          sum += delta;
          seen = constrain(zoomAbout(seen, rect, pointer, seen.scale * wheelFactor(delta)), photo, rect);
          const there = apply(placement(seen, rect), point);
          expect(Math.abs(there.x - pointer.x)).toBeLessThanOrEqual(0.5 + 1e-6);
          expect(Math.abs(there.y - pointer.y)).toBeLessThanOrEqual(0.5 + 1e-6);
        }
        const home = constrain(zoomAbout(seen, rect, pointer, seen.scale * wheelFactor(-sum)), photo, rect);
        expect(home.scale).toBeCloseTo(begin.scale, 9);
        expect(home.x).toBeCloseTo(begin.x, 6);
        expect(home.y).toBeCloseTo(begin.y, 6);
      }),
    );
  });

  test("by the wheel and back is nothing", () => {
    fc.assert(
      fc.property(number(-3000, 3000), (delta) => {
        expect(wheelFactor(delta) * wheelFactor(-delta)).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe("the constraint", () => {
  test("done twice is done once", () => {
    fc.assert(
      fc.property(view, size, pane, (seen, photo, rect) => {
        const once = constrain(seen, photo, rect);
        expect(constrain(once, photo, rect)).toEqual(once);
      }),
    );
  });

  test("leaves the pane's middle on the photo", () => {
    fc.assert(
      fc.property(view, size, pane, (seen, photo, rect) => {
        const held = constrain(seen, photo, rect);
        expect(held.x >= 0 && held.x <= photo.width && held.y >= 0 && held.y <= photo.height).toBe(true);
      }),
    );
  });

  test("centres a photo that is shown whole", () => {
    fc.assert(
      fc.property(view, size, pane, (seen, photo, rect) => {
        const held = constrain({ ...seen, scale: fitScale(photo, rect) * 0.9 }, photo, rect);
        if (held.scale > fitScale(photo, rect)) return;
        expect(held).toMatchObject({ x: photo.width / 2, y: photo.height / 2 });
      }),
    );
  });

  test("lets 1:1 and all of the photo be seen, whatever their sizes", () => {
    fc.assert(
      fc.property(size, pane, (photo, rect) => {
        expect(constrainScale(1, photo, rect)).toBe(1);
        const fitted = Math.min(MAX_SCALE, fitScale(photo, rect));
        expect(constrainScale(fitted, photo, rect)).toBe(fitted);
      }),
    );
  });
});

test("what is fitted is whole, centred, and touches two sides of the pane", () => {
  fc.assert(
    fc.property(size, pane, (photo, rect) => {
      const seen = fitView(photo, rect);
      const share = Math.max((photo.width * seen.scale) / rect.width, (photo.height * seen.scale) / rect.height);
      expect(share).toBeCloseTo(1, 9);
    }),
  );
});

test("panning there and back is nothing", () => {
  fc.assert(
    fc.property(view, place, (seen, move) => {
      const back = panBy(panBy(seen, move), { x: -move.x, y: -move.y });
      expect(Math.abs(back.x - seen.x) * seen.scale).toBeLessThan(1e-3);
      expect(Math.abs(back.y - seen.y) * seen.scale).toBeLessThan(1e-3);
    }),
  );
});
