import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PhotoRow } from "../../../preload/contract.ts";
import {
  appendPage,
  applyRows,
  type Catalogue,
  emptyCatalogue,
  resort,
  type View,
} from "../../../renderer/gallery/catalogue.ts";
import { type Filters, matcher, NO_FILTERS } from "../../../renderer/gallery/filter.ts";
import { compareBy, type Sort } from "../../../renderer/gallery/order.ts";
import { fakeRows } from "../../helpers/gallery-page/fake-library.ts";
import { photoRow } from "../../helpers/photo-rows.ts";

function view(sort: Sort, descending = false, filters: Partial<Filters> = {}): View {
  return { sort, descending, matches: matcher("all", { ...NO_FILTERS, ...filters }), markOf: () => undefined };
}

function loaded(rows: readonly PhotoRow[], as: View): Catalogue {
  return appendPage(emptyCatalogue(), rows.toSorted(compareBy("name", false)), as);
}

const ROWS = [
  photoRow({ id: 1, name: "IMG_10.jpg", bytes: 30, takenMs: 5 }),
  photoRow({ id: 2, name: "IMG_9.jpg", bytes: 10, width: 600 }),
  photoRow({ id: 3, name: "img_1.jpg", bytes: 20, takenMs: 7 }),
  photoRow({ id: 4, name: "IMG_2.jpg", bytes: 20, takenMs: 5, width: undefined }),
];

describe("the order", () => {
  test.each<[Sort, boolean, readonly number[]]>([
    ["name", false, [3, 4, 2, 1]],
    ["name", true, [1, 2, 4, 3]],
    ["bytes", false, [2, 3, 4, 1]],
    ["bytes", true, [1, 3, 4, 2]],
    ["taken", false, [4, 1, 3, 2]],
    ["taken", true, [3, 4, 1, 2]],
    ["megapixels", false, [3, 1, 2, 4]],
    ["megapixels", true, [2, 3, 1, 4]],
  ])("by %s, descending %s: equal ones by name, unknown ones last", (sort, descending, ids) => {
    expect(loaded(ROWS, view(sort, descending)).ids).toEqual(ids);
  });
});

describe("a change", () => {
  test("of a thumbnail leaves the list itself", () => {
    const before = loaded(ROWS, view("bytes"));
    const after = applyRows(before, [photoRow({ ...ROWS[0], id: 1, thumbnail: "new" })], [], view("bytes"));
    expect(after.ids).toBe(before.ids);
    expect(after.photos.get(1)?.thumbnail).toBe("new");
  });

  test("of what is sorted by moves one photo", () => {
    const before = loaded(ROWS, view("bytes"));
    const after = applyRows(before, [photoRow({ ...ROWS[0], id: 1, bytes: 15 })], [], view("bytes"));
    expect(after.ids).toEqual([2, 1, 3, 4]);
  });

  test("that makes a photo match, or match no more, shows and hides it in its place", () => {
    const picks = view("name", false, { flag: "pick" });
    const none = loaded(ROWS, picks);
    expect(none.ids).toEqual([]);
    const some = applyRows(
      none,
      [1, 4].map((id) => photoRow({ ...rowOf(id), flag: "pick" })),
      [],
      picks,
    );
    expect(some.ids).toEqual([4, 1]);
    expect(applyRows(some, [rowOf(4)], [], picks).ids).toEqual([1]);
  });

  test("of a name, new photos and such as are gone end up where sorting anew would put them", () => {
    const name = fc.stringMatching(/^[a-c]{1,2}[0-9]{1,2}$/).map((stem) => `${stem}.jpg`);
    const photo = fc.record({
      id: fc.integer({ min: 1, max: 20 }),
      name,
      bytes: fc.integer({ min: 1, max: 4 }),
      takenMs: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      stars: fc.integer({ min: 0, max: 5 }),
    });
    const rows = fc.uniqueArray(photo.map(photoRow), { selector: (row) => row.id, maxLength: 20 });
    fc.assert(
      fc.property(
        rows,
        rows,
        fc.uniqueArray(fc.integer({ min: 1, max: 20 })),
        fc.constantFrom<Sort>("name", "taken", "bytes"),
        fc.boolean(),
        fc.integer({ min: 0, max: 3 }),
        (first, changed, gone, sort, descending, stars) => {
          const as = view(sort, descending, { stars });
          const after = applyRows(loaded(first, as), changed, gone, as);
          const left = new Map([...first, ...changed].map((row) => [row.id, row]));
          for (const id of gone) left.delete(id);
          const expected = [...left.values()].sort(compareBy(sort, descending)).filter((row) => row.stars >= stars);
          expect(after.ids).toEqual(expected.map((row) => row.id));
          expect(after.photos).toEqual(left);
        },
      ),
    );
  });
});

describe("fifty thousand photos", () => {
  test("are sorted, filtered and changed without holding the page up", () => {
    const rows = fakeRows(50_000);
    const all = appendPage(emptyCatalogue(), rows, view("name"));
    const taken = resort(all, view("taken"));
    const added = rows.slice(0, 1000).map((row) => ({ ...row, id: row.id + 100_000, name: `new ${row.name}` }));
    // Ten times what they take, so that a busy machine fails nothing and a comparison of every name does.
    expect(msOf(() => resort(all, view("taken")))).toBeLessThan(200);
    expect(msOf(() => resort(all, view("name", true, { text: "garden", stars: 3 })))).toBeLessThan(200);
    expect(msOf(() => applyRows(taken, added, [], view("taken")))).toBeLessThan(300);
  });
});

function rowOf(id: number): PhotoRow {
  const row = ROWS.find((each) => each.id === id);
  if (row === undefined) throw new Error(`Expected a row ${id}`);
  return row;
}

function msOf(work: () => unknown): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}
