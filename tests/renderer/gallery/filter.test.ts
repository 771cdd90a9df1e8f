import { describe, expect, test } from "vitest";
import type { Mark } from "../../../preload/contract.ts";
import { type Filters, filtersSet, matcher, NO_FILTERS, needsMarks } from "../../../renderer/gallery/filter.ts";
import { markOf, photoRow } from "../../helpers/photo-rows.ts";

const ROWS = [
  photoRow({ id: 1, name: "canyon wren.jpg", place: "Sierra/birds/canyon wren.jpg", stars: 3, flag: "pick" }),
  photoRow({ id: 2, name: "CASA Milà.jpg", stars: 5, label: "red", folder: 2 }),
  photoRow({ id: 3, name: "苏州园林.tif", format: "tiff", flag: "reject" }),
  photoRow({ id: 4, error: "SOURCE_CORRUPT" }),
  photoRow({ id: 5 }),
];
const MARKS = new Map<number, Mark>(
  [markOf(1, "done", { isFlagged: true }), markOf(2, "queued"), markOf(3, "running"), markOf(5, "failed")].map(
    (mark) => [mark.photo, mark],
  ),
);

function shown(filters: Partial<Filters>, scope: Parameters<typeof matcher>[0] = "all"): readonly number[] {
  const matches = matcher(scope, { ...NO_FILTERS, ...filters });
  return ROWS.filter((row) => matches(row, MARKS.get(row.id))).map((row) => row.id);
}

describe("filters", () => {
  test.each<[Partial<Filters>, readonly number[]]>([
    [{}, [1, 2, 3, 4, 5]],
    [{ stars: 3 }, [1, 2]],
    [{ stars: 5 }, [2]],
    [{ flag: "pick" }, [1]],
    [{ flag: "none" }, [2, 4, 5]],
    [{ label: "red" }, [2]],
    [{ format: "tiff" }, [3]],
    [{ state: "not-enhanced" }, [2, 3, 4, 5]],
    [{ state: "queued" }, [2]],
    [{ state: "running" }, [3]],
    [{ state: "done" }, [1]],
    [{ state: "flagged" }, [1]],
    [{ state: "failed" }, [4, 5]],
    [{ stars: 3, state: "not-enhanced" }, [2]],
  ])("%j shows %j", (filters, ids) => {
    expect(shown(filters)).toEqual(ids);
  });

  test("text finds all of its words in the place, in either case and however accents are written", () => {
    expect(shown({ text: "WREN sierra" })).toEqual([1]);
    expect(shown({ text: "casa mila\u0300" })).toEqual([2]);
    expect(shown({ text: "园林" })).toEqual([3]);
    expect(shown({ text: "wren nowhere" })).toEqual([]);
    expect(shown({ text: "  " })).toEqual([1, 2, 3, 4, 5]);
  });

  test("are counted without the text, which has a field of its own", () => {
    expect(filtersSet(NO_FILTERS)).toBe(0);
    expect(filtersSet({ ...NO_FILTERS, text: "a", stars: 1, flag: "none" })).toBe(2);
  });
});

describe("scopes", () => {
  test.each([
    ["picked", [1]],
    ["enhanced", [1]],
    ["failed", [4, 5]],
    [2, [2]],
  ] as const)("%s shows %j", (scope, ids) => {
    expect(shown({}, scope)).toEqual(ids);
  });

  test("only some depend on the queue", () => {
    expect(needsMarks("enhanced", NO_FILTERS)).toBe(true);
    expect(needsMarks("all", { ...NO_FILTERS, state: "queued" })).toBe(true);
    expect(needsMarks("picked", { ...NO_FILTERS, stars: 3 })).toBe(false);
  });
});
