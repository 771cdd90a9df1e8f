import fc from "fast-check";
import { expect, test } from "vitest";
import { layoutSheet, PAPERS, pairsOnPage } from "../../main/core/sheet.ts";
import { overlap } from "../../renderer/inspector/geometry.ts";

const side = fc.integer({ min: 1, max: 30_000 });
const size = fc.record({ width: side, height: side });

test("whatever is on a page lies within its margins, and nothing over anything else", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("a4", "letter" as const),
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.tuple(size, size), { minLength: 1, maxLength: 80 }),
      (paper, columns, all) => {
        const pairs = all.slice(0, pairsOnPage({ paper, columns }));
        const captions = pairs.map((_, i) => [`name ${i}`, "sizes"] as const);
        const spec = { paper, columns, heading: "a batch", captions } as const;
        const { panes, placements, captions: texts, size: page } = layoutSheet(spec, pairs.flat());
        expect(page).toEqual(PAPERS[paper]);
        expect(placements).toHaveLength(2 * pairs.length);
        const rects = [...panes, ...texts.map(({ rect }) => rect)];
        for (const { x, y, width, height } of rects) {
          expect([x, y, width, height].every(Number.isInteger)).toBe(true);
          expect(x >= 100 && y >= 100 && x + width <= page.width - 100 && y + height <= page.height - 100).toBe(true);
        }
        for (const [i, one] of rects.entries())
          for (const other of rects.slice(i + 1)) expect(overlap(one, other)).toBeUndefined();
      },
    ),
    { numRuns: 60 },
  );
});

test("a page takes pairs of every shape, and a row is never cut", () => {
  expect(pairsOnPage({ paper: "a4", columns: 1 })).toBeGreaterThanOrEqual(2);
  expect(pairsOnPage({ paper: "a4", columns: 2 })).toBeGreaterThanOrEqual(8);
  expect(pairsOnPage({ paper: "letter", columns: 6 }) % 6).toBe(0);
});

test("an original is as large on the page as its result", () => {
  const spec = { paper: "a4", columns: 2, heading: "", captions: [] } as const;
  const { placements } = layoutSheet(spec, [
    { width: 100, height: 60 },
    { width: 400, height: 240 },
  ]);
  expect(placements[0]?.to).toEqual(placements[1]?.to);
});
