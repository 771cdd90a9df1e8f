import fc from "fast-check";
import { expect, test } from "vitest";
import { pageSize } from "../../main/core/paper.ts";
import { layoutSheet, pairsOnPage } from "../../main/core/sheet.ts";
import { overlap } from "../../renderer/inspector/geometry.ts";

const side = fc.integer({ min: 1, max: 30_000 });
const size = fc.record({ width: side, height: side });
const A4 = { kind: "contact", paper: "a4", isLandscape: false, heading: "" } as const;

test("whatever is on a page lies within its margins, and nothing over anything else", () => {
  fc.assert(
    fc.property(
      fc.record({ paper: fc.constantFrom("a4", "letter" as const), isLandscape: fc.boolean() }),
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.tuple(fc.option(size), fc.option(size)), { minLength: 1, maxLength: 80 }),
      (page, columns, all) => {
        const pairs = all.slice(0, pairsOnPage({ ...page, columns }));
        const captions = pairs.map((_, i) => [`name ${i}`, "sizes"] as const);
        const shown = pairs.flat().flatMap((each, place) => (each === null ? [] : [{ each, place }]));
        const places = shown.map(({ place }) => place);
        const spec = { kind: "contact", ...page, columns, places, heading: "a batch", captions } as const;
        const sizes = shown.map(({ each }) => each);
        const { panes, placements, dividers, captions: texts, size: paper } = layoutSheet(spec, sizes);
        expect(paper).toEqual(pageSize(page));
        expect([placements.length, placements.length + dividers.length]).toEqual([shown.length, 2 * pairs.length]);
        const rects = [...panes, ...dividers, ...texts.map(({ rect }) => rect)];
        for (const { x, y, width, height } of rects) {
          expect([x, y, width, height].every(Number.isInteger)).toBe(true);
          expect(x >= 100 && y >= 100 && x + width <= paper.width - 100 && y + height <= paper.height - 100).toBe(true);
        }
        for (const [i, one] of rects.entries())
          for (const other of rects.slice(i + 1)) expect(overlap(one, other)).toBeUndefined();
      },
    ),
    { numRuns: 60 },
  );
});

test("a page takes pairs of every shape, and a row is never cut", () => {
  expect(pairsOnPage({ ...A4, columns: 1 })).toBeGreaterThanOrEqual(2);
  expect(pairsOnPage({ ...A4, columns: 2 })).toBeGreaterThanOrEqual(8);
  expect(pairsOnPage({ ...A4, isLandscape: true, columns: 2 })).toBeGreaterThanOrEqual(4);
  expect(pairsOnPage({ paper: "letter", isLandscape: false, columns: 6 }) % 6).toBe(0);
});

test("an original is as large on the page as its result; a result without one stays on its side", () => {
  const original = { width: 100, height: 60 };
  const result = { width: 400, height: 240 };
  const both = layoutSheet({ ...A4, columns: 2, places: [0, 1], captions: [["", ""]] }, [original, result]);
  expect(both.placements[0]?.to).toEqual(both.placements[1]?.to);
  const alone = layoutSheet({ ...A4, columns: 2, places: [1], captions: [["", ""]] }, [result]);
  expect(alone.panes[0]).toEqual(both.panes[1]);
});
