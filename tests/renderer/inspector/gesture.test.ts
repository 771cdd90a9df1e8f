import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Effect,
  type Gesture,
  type Grip,
  IDLE,
  type PointerHappening,
  step,
} from "../../../renderer/inspector/gesture.ts";

const SLOP_PX = 4;
const PHOTO: Grip = { what: "photo", alone: false };

/** What follows from a row of happenings. */
function run(events: readonly PointerHappening[], from: Gesture = IDLE) {
  let gesture = from;
  const effects: Effect[] = [];
  for (const event of events) {
    const next = step(gesture, event, SLOP_PX);
    gesture = next.gesture;
    effects.push(...next.effects);
  }
  return { gesture, effects };
}

const down = (x: number, y: number, grip: Grip = PHOTO, pointer = 1, isTouch = false): PointerHappening => ({
  type: "down",
  pointer,
  at: { x, y },
  grip,
  isTouch,
});
const move = (x: number, y: number, pointer = 1, isDown = true): PointerHappening => ({
  type: "move",
  pointer,
  at: { x, y },
  isDown,
});
const up = (x: number, y: number, pointer = 1): PointerHappening => ({ type: "up", pointer, at: { x, y } });

describe("a click", () => {
  test("is where it was let go of, to the fraction", () => {
    expect(run([down(10.25, 10.5), move(11, 11), up(11.75, 10.125)]).effects).toEqual([
      { type: "click", at: { x: 11.75, y: 10.125 } },
    ]);
  });

  test("is none after a drag, even one that came back", () => {
    const { effects } = run([down(10, 10), move(30, 10), move(10, 10), up(10, 10)]);
    expect(effects.filter(({ type }) => type === "click")).toEqual([]);
  });

  test("is none with the hand or on the divider", () => {
    for (const what of ["hand", "divider"] as const) {
      const { effects } = run([down(10, 10, { what, alone: false }), up(10, 10)]);
      expect(effects.filter(({ type }) => type === "click")).toEqual([]);
    }
  });
});

describe("a drag", () => {
  test("moves the photo as far as the pointer, the slop included", () => {
    const { effects } = run([down(10, 10), move(12, 11), move(40, 25), move(50, 20), up(50, 20)]);
    const sum = effects.reduce(
      (at, effect) => (effect.type === "pan" ? { x: at.x + effect.move.x, y: at.y + effect.move.y } : at),
      { x: 0, y: 0 },
    );
    expect(sum).toEqual({ x: 40, y: 10 });
  });

  test("on the divider moves that, from the first touch", () => {
    const grip: Grip = { what: "divider", alone: false };
    expect(run([down(10, 10, grip), move(11, 10), move(30, 10)]).effects).toEqual([
      { type: "divide", at: { x: 10, y: 10 } },
      { type: "divide", at: { x: 30, y: 10 } },
    ]);
  });

  test("ends where the button turns out to be up", () => {
    const { gesture, effects } = run([down(10, 10), move(40, 10), move(80, 10, 1, false), move(90, 10)]);
    expect(gesture).toEqual(IDLE);
    expect(effects).toHaveLength(1);
  });

  test("is not taken over by another pointer", () => {
    const { effects } = run([down(10, 10), move(200, 200, 2), up(200, 200, 2), move(20, 10)]);
    expect(effects).toEqual([{ type: "pan", move: { x: 10, y: 0 }, from: { x: 10, y: 10 }, alone: false }]);
  });
});

describe("two fingers", () => {
  const pinched = [down(100, 100, PHOTO, 1, true), down(200, 100, PHOTO, 2, true)];

  test("that part zoom about what is between them", () => {
    expect(run([...pinched, move(300, 100, 2)]).effects).toEqual([
      { type: "pinch", factor: 2, at: { x: 200, y: 100 }, move: { x: 50, y: 0 } },
    ]);
  });

  test("that part and come back leave the scale as it was", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 500 }), { minLength: 1, maxLength: 30 }), (places) => {
        const moves = [...places, 200].map((x) => move(x + 150, 100, 2));
        const back = move(200, 100, 2);
        const factor = run([...pinched, ...moves, back]).effects.reduce(
          (product, effect) => (effect.type === "pinch" ? product * effect.factor : product),
          1,
        );
        expect(factor).toBeCloseTo(1, 9);
      }),
    );
  });

  test("of which one is lifted go on as a drag, without a jump", () => {
    const { effects } = run([...pinched, up(100, 100, 1), move(210, 100, 2)]);
    expect(effects).toEqual([{ type: "pan", move: { x: 10, y: 0 }, from: { x: 200, y: 100 }, alone: false }]);
  });
});

const place = fc.record({ x: fc.integer({ min: 0, max: 500 }), y: fc.integer({ min: 0, max: 500 }) });
const pointer = fc.integer({ min: 1, max: 3 });
const happening: fc.Arbitrary<PointerHappening> = fc.oneof(
  fc.record({
    type: fc.constant("down" as const),
    pointer,
    at: place,
    grip: fc.record({
      what: fc.constantFrom("divider" as const, "photo" as const, "hand" as const),
      alone: fc.boolean(),
    }),
    isTouch: fc.boolean(),
  }),
  fc.record({ type: fc.constant("move" as const), pointer, at: place, isDown: fc.boolean() }),
  fc.record({ type: fc.constant("up" as const), pointer, at: place }),
  fc.constant({ type: "cancel" as const }),
);

test("after a cancel nothing is left: the next moves do nothing, whatever was before", () => {
  fc.assert(
    fc.property(
      fc.array(happening, { maxLength: 40 }),
      fc.array(place, { minLength: 1 }),
      pointer,
      (events, places, by) => {
        const { gesture } = run([...events, { type: "cancel" }]);
        expect(gesture).toEqual(IDLE);
        expect(
          run(
            places.map(({ x, y }) => move(x, y, by)),
            gesture,
          ).effects,
        ).toEqual([]);
      },
    ),
  );
});

test("when all pointers are up, nothing is held, whatever was before", () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 40 }), (events) => {
      expect(run([...events, up(1, 1, 1), up(1, 1, 2), up(1, 1, 3)]).gesture).toEqual(IDLE);
    }),
  );
});
