import fc from "fast-check";
import { expect, test } from "vitest";
import type { Rect } from "../../main/core/geometry.ts";
import { cropIn } from "../../main/core/montage-pins.ts";
import { pageSize } from "../../main/core/paper.ts";
import { layoutPinPage, layoutPinStrip, pinCrop, pinPages } from "../../main/core/pin-sheet.ts";
import { overlap } from "../../renderer/inspector/geometry.ts";

const page = fc.record({ paper: fc.constantFrom("a4", "letter" as const), isLandscape: fc.boolean() });
const columns = fc.integer({ min: 2, max: 4 });
const result = fc.record({ width: fc.integer({ min: 1, max: 30_000 }), height: fc.integer({ min: 1, max: 30_000 }) });
const photos = fc.array(fc.record({ result, pins: fc.integer({ min: 1, max: 30 }) }), { minLength: 1, maxLength: 30 });

test("every pin is on a page once, in order; a photo that has room on one page is not cut", () => {
  fc.assert(
    fc.property(page, columns, photos, (paper, count, all) => {
      const crops = all.map((photo) => cropIn(pinCrop(paper, count), photo.result));
      const asked = all.map(({ pins }, i) => ({ pins, cropHeight: crops[i]?.height ?? 0 }));
      const pages = pinPages(paper, asked);
      const shown = pages.flat().flatMap(({ photo, first, count: rows }) => {
        return Array.from({ length: rows }, (_, row) => `${photo}:${first + row}`);
      });
      expect(shown).toEqual(
        all.flatMap(({ pins }, photo) => Array.from({ length: pins }, (_, pin) => `${photo}:${pin}`)),
      );
      for (const [photo, alone] of asked.entries()) {
        if (pinPages(paper, [alone]).length === 1) {
          expect(pages.filter((runs) => runs.some((run) => run.photo === photo))).toHaveLength(1);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("whatever is on a page of pins lies within its margins, nothing over anything else, at the size it has", () => {
  fc.assert(
    fc.property(page, columns, photos, (paper, count, all) => {
      const crops = all.map((photo) => cropIn(pinCrop(paper, count), photo.result));
      const runs = pinPages(
        paper,
        all.map(({ pins }, i) => ({ pins, cropHeight: crops[i]?.height ?? 0 })),
      );
      for (const blocks of runs) {
        const heads = Array.from({ length: count }, (_, i) => `model ${i}`);
        const specs = blocks.map(({ photo, first, count: rows }) => {
          const labels = Array.from({ length: rows }, (_, i) => `pin ${i}`);
          return {
            title: `photo ${photo}`,
            captions: heads,
            labels,
            first,
            crop: crops[photo] ?? { width: 1, height: 1 },
          };
        });
        const strips = specs.map(({ crop }, i) => {
          return { width: count * crop.width, height: (all[blocks[i]?.photo ?? 0]?.pins ?? 0) * crop.height };
        });
        const layout = layoutPinPage({ kind: "pin-page", ...paper, heading: "a batch", blocks: specs }, strips);
        const { width, height } = pageSize(paper);
        const rects = [...layout.crops, ...layout.captions.map(({ rect }) => rect)];
        const isInside = (rect: Rect) =>
          rect.x >= 100 && rect.y >= 100 && rect.x + rect.width <= width - 100 && rect.y + rect.height <= height - 100;
        expect(rects.filter((rect) => !isInside(rect))).toEqual([]);
        const overlaps = rects.flatMap((one, i) =>
          rects.slice(i + 1).filter((other) => overlap(one, other) !== undefined),
        );
        expect(overlaps).toEqual([]);
        for (const { picture, to, part } of layout.placements) {
          expect(to).toEqual(strips[picture]);
          expect(part.x + part.width <= to.width && part.y + part.height <= to.height).toBe(true);
        }
      }
    }),
    { numRuns: 40 },
  );
});

test("a page names a photo that has no rows, and goes on with the pictures of the others", () => {
  const crop = { width: 100, height: 80 };
  const heads = ["original", "result"];
  const block = { title: "a", captions: heads, labels: ["eye"], first: 0, crop };
  const unread = { title: "b · could not be read", captions: [], labels: [], first: 0, crop };
  const page = { kind: "pin-page", paper: "a4", isLandscape: false, heading: "" } as const;
  const strip = { width: 200, height: 80 };
  const layout = layoutPinPage({ ...page, blocks: [unread, block] }, [strip]);
  expect(layout.placements.map(({ picture, part }) => [picture, part.x])).toEqual([
    [0, 0],
    [0, 100],
  ]);
  expect(layout.captions.map(({ text }) => text)).toContain("b · could not be read");
});

test("a strip has a row for each pin and a column for each picture, of the same place in all of them", () => {
  const pictures = [
    { width: 100, height: 60 },
    { width: 400, height: 240 },
    { width: 200, height: 120 },
  ];
  const pins = [
    { x: 0.5, y: 0.5, name: "" },
    { x: 1, y: 1, name: "" },
  ];
  const spec = { kind: "pin-strip", pins, crop: { width: 40, height: 20 } } as const;
  const { size, placements } = layoutPinStrip(spec, pictures, "nearest");
  expect(size).toEqual({ width: 120, height: 40 });
  // All are brought to the largest: its px are seen as they are.
  expect(placements.map(({ to, part, x, y }) => [to.width, part.x, part.y, x, y])).toEqual([
    [400, 180, 110, 0, 0],
    [400, 180, 110, 40, 0],
    [400, 180, 110, 80, 0],
    [400, 360, 220, 0, 20],
    [400, 360, 220, 40, 20],
    [400, 360, 220, 80, 20],
  ]);
});
