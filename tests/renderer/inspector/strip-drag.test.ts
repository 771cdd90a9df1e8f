import { describe, expect, test } from "vitest";
import * as drag from "../../../renderer/inspector/strip-drag.ts";

/** A pointer that goes over places, 10 ms after one another, and is let go at the last. */
function pull(places: readonly number[], canGlide = true, waitMs = 0) {
  const [first = 0, ...rest] = places;
  let state = drag.press(1, first, 1000);
  let atMs = 0;
  for (const x of rest) {
    atMs += 10;
    state = drag.move(state, 1, x, atMs);
  }
  return { moved: state, ...drag.release(state, 1, atMs + waitMs, canGlide) };
}

describe("a press", () => {
  test("that moves 4 px at most is a click, and moves nothing", () => {
    const { moved, isClick, state } = pull([100, 104, 96]);
    expect(drag.draggedTo(moved)).toBeUndefined();
    expect(isClick).toBe(true);
    expect(state).toEqual(drag.RESTING);
  });

  test("that moves further drags, and is none even where it comes back", () => {
    const { moved, isClick } = pull([100, 105, 100]);
    expect(drag.draggedTo(moved)).toBe(1000);
    expect(isClick).toBe(false);
  });

  test("pulls the strip along with the pointer", () => {
    expect(drag.draggedTo(pull([100, 60]).moved)).toBe(1040);
    expect(drag.draggedTo(pull([100, 250]).moved)).toBe(850);
  });
});

describe("momentum", () => {
  test("goes on as fast as the pointer did, and comes to rest", () => {
    let { state } = pull([300, 280, 260, 240, 220]);
    expect(state).toMatchObject({ phase: "gliding", scroll: 1080, speed: 2 });
    let far = 1080;
    for (let atMs = 40; state.phase === "gliding"; atMs += 16) {
      state = drag.glide(state, atMs);
      if (state.phase !== "gliding") break;
      expect(state.scroll).toBeGreaterThanOrEqual(far);
      far = state.scroll;
      expect(atMs).toBeLessThan(5000);
    }
    expect(far - 1080).toBeGreaterThan(500);
    expect(state).toEqual(drag.RESTING);
  });

  test("ends in the same place however often the screen is drawn", () => {
    const { state } = pull([300, 280, 260, 240]);
    let often = state;
    for (let atMs = 31; atMs <= 630; atMs++) often = drag.glide(often, atMs);
    const once = drag.glide(state, 630);
    if (often.phase !== "gliding" || once.phase !== "gliding") throw new Error("Expected both to glide still");
    expect(often.scroll).toBeCloseTo(once.scroll, 6);
  });

  test("there is none after the pointer stood still, none where no motion is wanted", () => {
    expect(pull([300, 200, 100], true, 200).state).toEqual(drag.RESTING);
    expect(pull([300, 200, 100], false).state).toEqual(drag.RESTING);
  });

  test("is stopped by a press", () => {
    expect(pull([300, 200, 100]).state.phase).toBe("gliding");
    expect(drag.press(1, 100, 1234).phase).toBe("pressed");
  });
});

describe("what is lost", () => {
  test("drags no further and clicks nothing", () => {
    const lost = drag.cancel(drag.move(drag.press(1, 100, 0), 1, 150, 10));
    expect(lost).toEqual(drag.RESTING);
    expect(drag.draggedTo(drag.move(lost, 1, 300, 20))).toBeUndefined();
    expect(drag.release(lost, 1, 30, true)).toEqual({ state: drag.RESTING, isClick: false });
  });

  test("another finger means nothing", () => {
    const pressed = drag.press(1, 100, 0);
    expect(drag.move(pressed, 2, 300, 10)).toBe(pressed);
    expect(drag.release(pressed, 2, 10, true)).toEqual({ state: pressed, isClick: false });
  });
});
