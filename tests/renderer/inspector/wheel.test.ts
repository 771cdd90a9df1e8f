import { expect, test } from "vitest";
import { meaningOf } from "../../../renderer/inspector/wheel.ts";

const turned = { deltaX: 0, deltaY: 0, deltaMode: 0, ctrlKey: false, metaKey: false, shiftKey: false };

test("a mouse's wheel zooms", () => {
  expect(meaningOf({ ...turned, deltaY: 100, wheelDeltaY: -120 })).toEqual({ type: "zoom", deltaPx: 100 });
  expect(meaningOf({ ...turned, deltaY: -3, deltaMode: 1 })).toEqual({ type: "zoom", deltaPx: -100 });
});

test("two fingers on a trackpad pan, in both directions at once", () => {
  expect(meaningOf({ ...turned, deltaX: 3, deltaY: 7, wheelDeltaY: -21 })).toEqual({ type: "pan", x: -3, y: -7 });
  // Both are notches by their number alone; no wheel goes sideways meanwhile.
  expect(meaningOf({ ...turned, deltaX: 1, deltaY: 40, wheelDeltaY: -120 })).toMatchObject({ type: "pan" });
});

test("two fingers that part zoom", () => {
  expect(meaningOf({ ...turned, deltaY: -2.5, wheelDeltaY: 7, ctrlKey: true })).toEqual({ type: "zoom", deltaPx: -10 });
});
