import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as selection from "../../../renderer/gallery/selection.ts";

const IDS = [10, 20, 30, 40, 50, 60];
const { choose, NOTHING_SELECTED } = selection;

function chosen(...clicks: readonly (readonly [number, selection.Reach])[]): selection.Selection {
  return clicks.reduce((before, [id, reach]) => choose(before, IDS, id, reach), NOTHING_SELECTED);
}

function idsOf({ selected }: selection.Selection): readonly number[] {
  return [...selected].sort((a, b) => a - b);
}

describe("clicks", () => {
  test("a click selects one photo alone", () => {
    expect(idsOf(chosen([20, "only"], [40, "only"]))).toEqual([40]);
  });

  test("Ctrl adds photos and takes them off", () => {
    expect(idsOf(chosen([20, "only"], [40, "toggle"], [50, "toggle"], [20, "toggle"]))).toEqual([40, 50]);
  });

  test("Shift selects from the last plain or Ctrl click, in either direction, and again from there", () => {
    expect(idsOf(chosen([30, "only"], [50, "range"]))).toEqual([30, 40, 50]);
    expect(idsOf(chosen([30, "only"], [50, "range"], [10, "range"]))).toEqual([10, 20, 30]);
    expect(idsOf(chosen([10, "only"], [40, "toggle"], [60, "range"]))).toEqual([40, 50, 60]);
  });

  test("Shift with no click before it selects from the first photo", () => {
    expect(idsOf(chosen([30, "range"]))).toEqual([10, 20, 30]);
  });

  test("Ctrl and Shift add a range to what is selected", () => {
    expect(idsOf(chosen([10, "only"], [40, "toggle"], [50, "add-range"]))).toEqual([10, 40, 50]);
  });

  test("a range whose anchor is not shown any more begins at the focus", () => {
    const before = { selected: new Set<number>(), anchor: 99, focus: 20 };
    expect(idsOf(choose(before, IDS, 40, "range"))).toEqual([20, 30, 40]);
  });
});

describe("keys", () => {
  test("the focus goes on alone, and Ctrl+Space selects there", () => {
    const moved = selection.focusOn(chosen([10, "only"]), 30);
    expect(idsOf(moved)).toEqual([10]);
    expect(idsOf(choose(moved, IDS, 30, "toggle"))).toEqual([10, 30]);
  });

  test("Space adds the photo with the focus", () => {
    expect(idsOf(selection.addFocus(selection.focusOn(chosen([10, "only"]), 30)))).toEqual([10, 30]);
    expect(selection.addFocus(NOTHING_SELECTED)).toBe(NOTHING_SELECTED);
  });

  test("Ctrl+A selects all, Escape none; the focus stays", () => {
    const all = selection.selectAll(chosen([30, "only"]), IDS);
    expect(idsOf(all)).toEqual(IDS);
    expect(all.focus).toBe(30);
    const none = selection.clear(all);
    expect(idsOf(none)).toEqual([]);
    expect(none.focus).toBe(30);
  });
});

describe("the rubber band", () => {
  test("is all that is selected, and with Ctrl turns over what it touches", () => {
    const before = chosen([10, "only"], [30, "toggle"]);
    expect(idsOf(selection.band(before, [30, 40], false))).toEqual([30, 40]);
    expect(idsOf(selection.band(before, [30, 40], true))).toEqual([10, 40]);
  });

  test("that touches nothing leaves nothing, and with Ctrl everything", () => {
    const before = chosen([10, "only"]);
    expect(idsOf(selection.band(before, [], false))).toEqual([]);
    expect(idsOf(selection.band(before, [], true))).toEqual([10]);
  });
});

describe("when the photos that are shown change", () => {
  const keep = (before: selection.Selection, ids: readonly number[], follows = true) =>
    selection.keepShown(before, IDS, ids, follows);

  test("what is not shown is not selected", () => {
    expect(idsOf(keep(selection.selectAll(NOTHING_SELECTED, IDS), [20, 50]))).toEqual([20, 50]);
  });

  test("the focus goes to the next photo, or to the one before at the end", () => {
    const several = chosen([30, "only"], [40, "toggle"]);
    expect(keep(several, [10, 30, 50, 60]).focus).toBe(50);
    expect(keep(several, [10, 30]).focus).toBe(30);
    expect(keep(several, []).focus).toBeUndefined();
  });

  test("the neighbour of the only selected photo is selected in its place, unless one looks elsewhere", () => {
    expect(idsOf(keep(chosen([30, "only"]), [10, 20, 40]))).toEqual([40]);
    expect(idsOf(keep(chosen([30, "only"]), [10, 20, 40], false))).toEqual([]);
  });

  test("a selection that all stays is the same value", () => {
    const before = chosen([30, "only"], [40, "toggle"]);
    expect(keep(before, [30, 40])).toBe(before);
    expect(keep(NOTHING_SELECTED, [])).toBe(NOTHING_SELECTED);
  });
});

describe("whatever one does", () => {
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });
  const reach = fc.constantFrom<selection.Reach>("only", "toggle", "range", "add-range");
  const clicks = fc.array(fc.tuple(fc.nat(), reach), { maxLength: 12 });

  function play(all: readonly number[], steps: readonly (readonly [number, selection.Reach])[]): selection.Selection {
    return steps.reduce((before, [at, how]) => choose(before, all, all[at % all.length] ?? 0, how), NOTHING_SELECTED);
  }

  test("only photos that are shown are selected, and the focus is where the last click was", () => {
    fc.assert(
      fc.property(ids, clicks, (all, steps) => {
        const after = play(all, steps);
        expect(all).toEqual(expect.arrayContaining([...after.selected]));
        const last = steps.at(-1);
        if (last !== undefined) expect(after.focus).toBe(all[last[0] % all.length]);
      }),
    );
  });

  test("plain clicks and ranges are idempotent, a second Ctrl click undoes the first", () => {
    fc.assert(
      fc.property(ids, clicks, fc.nat(), reach, (all, steps, at, how) => {
        const id = all[at % all.length] ?? 0;
        const before = play(all, steps);
        const once = choose(before, all, id, how);
        const twice = choose(once, all, id, how);
        expect(idsOf(twice)).toEqual(how === "toggle" ? idsOf(before) : idsOf(once));
      }),
    );
  });

  test("Shift moves no anchor, and a range holds both of its ends and is in one piece", () => {
    fc.assert(
      fc.property(ids, clicks, fc.nat(), (all, steps, at) => {
        const before = play(all, [...steps, [0, "only"]]);
        const id = all[at % all.length] ?? 0;
        const after = choose(before, all, id, "range");
        expect(after.anchor).toBe(before.anchor);
        const places = [...after.selected].map((each) => all.indexOf(each)).sort((a, b) => a - b);
        expect(places).toEqual(Array.from({ length: places.length }, (_, index) => (places[0] ?? 0) + index));
        expect(after.selected).toContain(id);
        expect(after.selected).toContain(before.anchor);
      }),
    );
  });

  test("what is left of a selection, its anchor and its focus are always shown", () => {
    fc.assert(
      fc.property(ids, clicks, fc.func(fc.boolean()), fc.boolean(), (all, steps, stays, follows) => {
        const left = all.filter((id) => stays(id));
        const after = selection.keepShown(play(all, steps), all, left, follows);
        for (const id of [...after.selected, after.anchor, after.focus])
          if (id !== undefined) expect(left).toContain(id);
        expect(selection.keepShown(after, left, left, follows)).toBe(after);
      }),
    );
  });
});
