import fc from "fast-check";
import { expect, test } from "vitest";
import {
  clientPoint,
  pointerPlaceOn,
  type SurfaceFrame,
  surfacePlace,
} from "../../../renderer/inspector/coordinates.ts";

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const point = fc.record({ x: number(-5000, 5000), y: number(-5000, 5000) });

/** A surface that its ancestors have scaled, turned, sheared and moved; how, the test knows by another way. */
const turned = fc
  .record({
    width: fc.integer({ min: 50, max: 3000 }),
    height: fc.integer({ min: 50, max: 3000 }),
    ratio: fc.constantFrom(1, 1.25, 2, 0.8),
    scale: number(0.2, 3),
    turn: number(-Math.PI, Math.PI),
    shear: number(-0.5, 0.5),
    at: point,
  })
  .map(({ width, height, ratio, scale, turn, shear, at }) => {
    const toWindow = (x: number, y: number) => {
      const sx = (x + shear * y) * scale;
      const sy = y * scale;
      return {
        x: at.x + sx * Math.cos(turn) - sy * Math.sin(turn),
        y: at.y + sx * Math.sin(turn) + sy * Math.cos(turn),
      };
    };
    const frame: SurfaceFrame = {
      upperLeft: toWindow(0, 0),
      upperRight: toWindow(width, 0),
      lowerLeft: toWindow(0, height),
      size: { width: width * ratio, height: height * ratio },
    };
    return { frame, toWindow, ratio };
  });

test("a point of the window is found on a surface that was scaled, turned, sheared and moved", () => {
  fc.assert(
    fc.property(turned, point, ({ frame, toWindow, ratio }, local) => {
      const there = surfacePlace(frame, toWindow(local.x, local.y));
      expect(Math.abs(there.x / ratio - local.x)).toBeLessThan(1e-4);
      expect(Math.abs(there.y / ratio - local.y)).toBeLessThan(1e-4);
    }),
  );
});

test("there and back is where one was", () => {
  fc.assert(
    fc.property(turned, point, ({ frame }, client) => {
      const back = clientPoint(frame, surfacePlace(frame, client));
      expect(Math.abs(back.x - client.x)).toBeLessThan(1e-4);
      expect(Math.abs(back.y - client.y)).toBeLessThan(1e-4);
    }),
  );
});

test("an event is read by where it is in the window, and by nothing else", () => {
  const frame: SurfaceFrame = {
    upperLeft: { x: 10, y: 20 },
    upperRight: { x: 110, y: 20 },
    lowerLeft: { x: 10, y: 70 },
    size: { width: 200, height: 100 },
  };
  const event = { clientX: 35, clientY: 45, offsetX: 3, offsetY: 4, pageX: 500, pageY: 900 };
  expect(pointerPlaceOn(frame, event)).toEqual({ x: 50, y: 50 });
});

test("a surface without an extent has no places but its corner", () => {
  const none = { x: 5, y: 5 };
  const frame = { upperLeft: none, upperRight: none, lowerLeft: none, size: { width: 0, height: 0 } };
  expect(surfacePlace(frame, { x: 50, y: 60 })).toEqual({ x: 0, y: 0 });
});
