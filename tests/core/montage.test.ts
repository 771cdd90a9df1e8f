import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { area, type Rect, type Size, scaled } from "../../main/core/geometry.ts";
import { layoutMontage } from "../../main/core/montage.ts";
import { isSameShape } from "../../main/core/montage-placement.ts";
import {
  MONTAGE_BASELINES,
  MONTAGE_KINDS,
  type MontageLayout,
  type MontageSpec,
  resultSize,
} from "../../main/core/montage-spec.ts";
import { dividerRun, dividerShare, originalRun, resultRun, splitLine } from "../../main/core/split-line.ts";
import { dividerLine } from "../../renderer/inspector/panes.ts";

const BASE: MontageSpec = {
  kind: "side-by-side",
  pictures: [
    { width: 100, height: 60 },
    { width: 400, height: 240 },
  ],
  captions: ["Before", "After"],
  baseline: "lanczos",
  split: { angle: 0, at: 0.5 },
  area: undefined,
  fit: undefined,
  marginPx: 10,
  dividerPx: 3,
  captionPx: 20,
  pins: [],
  cropPx: 64,
};

const size = fc.record({ width: fc.integer({ min: 1, max: 300 }), height: fc.integer({ min: 1, max: 300 }) });
const caption = fc.constantFrom("", "Before", "之后");

/** Any composite that can be asked for at full size. */
const anySpec: fc.Arbitrary<MontageSpec> = fc
  .record({
    kind: fc.constantFrom(...MONTAGE_KINDS),
    many: fc.array(size, { minLength: 1, maxLength: 4 }),
    pair: fc.tuple(size, size),
    captions: fc.array(caption, { minLength: 4, maxLength: 4 }),
    baseline: fc.constantFrom(...MONTAGE_BASELINES),
    split: fc.record({ angle: fc.integer({ min: -720, max: 720 }), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
    marginPx: fc.integer({ min: 0, max: 40 }),
    dividerPx: fc.integer({ min: 0, max: 9 }),
    captionPx: fc.integer({ min: 0, max: 30 }),
    pins: fc.array(
      fc.record({
        x: fc.double({ min: 0, max: 1, noNaN: true }),
        y: fc.double({ min: 0, max: 1, noNaN: true }),
        name: caption,
      }),
      { maxLength: 7 },
    ),
    cropPx: fc.integer({ min: 1, max: 90 }),
    corner: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    isPart: fc.boolean(),
  })
  .map(({ many, pair, corner: [right, down], isPart, ...rest }) => {
    const pictures = rest.kind === "grid" ? many : pair;
    const result = resultSize({ kind: rest.kind, pictures });
    const x = Math.floor(right * (result.width - 1));
    const y = Math.floor(down * (result.height - 1));
    const shown = { x, y, width: Math.max(1, (result.width - x) >> 1), height: Math.max(1, (result.height - y) >> 1) };
    return {
      ...rest,
      pictures,
      captions: rest.captions.slice(0, pictures.length),
      area: isPart ? shown : undefined,
      fit: undefined,
    };
  });

function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function isWithin(inner: Rect, outer: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

const whole = (of: Size): Rect => ({ x: 0, y: 0, ...of });

/** What must be true of every layout. */
function expectSound(layout: MontageLayout, { marginPx }: MontageSpec): void {
  const { panes, crops, captions, dividers, placements } = layout;
  const boxes = [...panes, ...crops, ...captions.map(({ rect }) => rect)];
  const inner = {
    x: marginPx,
    y: marginPx,
    width: layout.size.width - 2 * marginPx,
    height: layout.size.height - 2 * marginPx,
  };
  for (const [i, box] of boxes.entries()) {
    expect(Object.values(box).every(Number.isInteger)).toBe(true);
    expect(isWithin(box, inner)).toBe(true);
    for (const other of boxes.slice(i + 1)) expect(overlaps(box, other)).toBe(false);
    for (const divider of dividers) expect(overlaps(box, divider)).toBe(false);
  }
  for (const divider of dividers) expect(isWithin(divider, inner)).toBe(true);
  expect(new Set(panes.map(({ width, height }) => `${width} ${height}`)).size).toBe(1);
  expect(new Set(crops.map(({ width, height }) => `${width} ${height}`)).size).toBeLessThanOrEqual(1);
  for (const { part, to, x, y } of placements) {
    expect(area(part)).toBeGreaterThan(0);
    expect(Object.values(part).every(Number.isInteger)).toBe(true);
    expect(isWithin(part, whole(to))).toBe(true);
    const place = { x, y, width: part.width, height: part.height };
    expect([...panes, ...crops].filter((box) => isWithin(place, box))).toHaveLength(1);
  }
}

describe("the layout of a composite", () => {
  test("puts everything within its margins, and nothing over anything else", () => {
    fc.assert(fc.property(anySpec, (spec) => expectSound(layoutMontage(spec), spec)));
  });

  test("does the same where it has to fit", () => {
    const bounds = fc.record({
      width: fc.integer({ min: 300, max: 900 }),
      height: fc.integer({ min: 700, max: 1500 }),
    });
    fc.assert(
      fc.property(anySpec, bounds, (spec, fit) => {
        const fitted = { ...spec, pins: spec.pins.slice(0, 1), cropPx: Math.min(spec.cropPx, 40), fit };
        const layout = layoutMontage(fitted);
        expectSound(layout, fitted);
        expect(layout.size.width).toBeLessThanOrEqual(fit.width);
        expect(layout.size.height).toBeLessThanOrEqual(fit.height);
      }),
    );
  });

  test("stays as it is where it has room, or just as much as it takes", () => {
    fc.assert(
      fc.property(anySpec, fc.integer({ min: 0, max: 500 }), (spec, more) => {
        const full = layoutMontage(spec);
        const fit = { width: full.size.width + more, height: full.size.height + more };
        expect(layoutMontage({ ...spec, fit })).toEqual(full);
      }),
    );
  });

  test("fills its bounds in one direction", () => {
    const { size: fitted } = layoutMontage({ ...BASE, fit: { width: 500, height: 500 } });
    expect(fitted.width).toBeGreaterThan(497);
    const tall = layoutMontage({ ...BASE, kind: "top-bottom", fit: { width: 500, height: 300 } });
    expect(tall.size.height).toBeGreaterThan(297);
    expect(tall.size.height).toBeLessThanOrEqual(300);
  });

  test("shows the result px for px, and the original at the result's size", () => {
    const { placements, panes, size: total } = layoutMontage(BASE);
    expect(total).toEqual({ width: 2 * 400 + 3 + 20, height: 240 + 36 + 20 });
    expect(panes.map(({ x }) => x)).toEqual([10, 413]);
    expect(placements).toEqual([
      {
        picture: 0,
        to: BASE.pictures[1],
        part: { x: 0, y: 0, width: 400, height: 240 },
        x: 10,
        y: 10,
        side: undefined,
      },
      {
        picture: 1,
        to: BASE.pictures[1],
        part: { x: 0, y: 0, width: 400, height: 240 },
        x: 413,
        y: 10,
        side: undefined,
      },
    ]);
  });

  test("leaves the original as it is in the middle, where that is wanted", () => {
    const [before] = layoutMontage({ ...BASE, baseline: "as-is" }).placements;
    expect(before).toMatchObject({
      to: BASE.pictures[0],
      part: { x: 0, y: 0, width: 100, height: 60 },
      x: 160,
      y: 100,
    });
  });

  test("shows the same part of both", () => {
    const shown = { x: 41, y: 22, width: 120, height: 80 };
    const { placements } = layoutMontage({ ...BASE, area: shown });
    expect(placements.map(({ part }) => part)).toEqual([shown, shown]);
    const [before] = layoutMontage({ ...BASE, area: shown, baseline: "as-is" }).placements;
    expect(before?.part).toEqual({ x: 10, y: 5, width: 30, height: 20 });
  });

  test("fits a picture of another shape into the pane", () => {
    const pictures = [
      { width: 60, height: 100 },
      { width: 400, height: 240 },
    ];
    const [portrait] = layoutMontage({ ...BASE, pictures }).placements;
    expect(portrait).toMatchObject({ to: { width: 144, height: 240 }, x: 10 + 128, y: 10 });
  });

  test("spreads the pins evenly over their rows", () => {
    const pins = Array.from({ length: 4 }, () => ({ x: 0.5, y: 0.5, name: "" }));
    // Room for three pairs of crops in a row of 803 px.
    const { crops } = layoutMontage({ ...BASE, pins, cropPx: 120 });
    expect(new Set(crops.map(({ y }) => y)).size).toBe(2);
    expect(crops.filter(({ y }) => y === crops[0]?.y)).toHaveLength(4);
  });

  test.each([
    [{ pictures: [{ width: 1, height: 1 }] }, "two pictures"],
    [{ kind: "grid" as const, pictures: [] }, "1 to 4 pictures"],
    [{ area: { x: 390, y: 0, width: 20, height: 20 } }, "within 400 × 240"],
    [{ fit: { width: 30, height: 30 } }, "room"],
  ])("refuses %j", (changes, sentence) => {
    expect(() => layoutMontage({ ...BASE, ...changes })).toThrow(sentence);
  });
});

describe("sizes of one shape", () => {
  test("are those that differ by a scale, rounded", () => {
    fc.assert(
      fc.property(size, fc.double({ min: 1, max: 16, noNaN: true }), (own, scale) => {
        expect(isSameShape(own, scaled(own, scale))).toBe(true);
        expect(isSameShape(scaled(own, scale), own)).toBe(true);
      }),
    );
  });

  test("are not a picture and the same one on its side", () => {
    expect(isSameShape({ width: 30, height: 20 }, { width: 80, height: 120 })).toBe(false);
  });
});

describe("a split", () => {
  const angle = fc.oneof(fc.integer({ min: -720, max: 720 }), fc.double({ min: 0, max: 360, noNaN: true }));
  const at = fc.oneof(fc.constantFrom(0, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true }));

  test("is where the inspector's divider is, px for px", () => {
    fc.assert(
      fc.property(size, angle, at, (pane, degrees, position) => {
        // The inspector keeps its angles between 0 and 360.
        const turned = ((degrees % 360) + 360) % 360;
        const line = splitLine({ angle: degrees, at: position }, pane);
        const shown = dividerLine({ angle: turned, at: position }, whole(pane));
        for (let row = 0; row < pane.height; row++) {
          const { start, end } = originalRun(line, row, pane.width);
          for (let column = 0; column < pane.width; column += 7) {
            // As the inspector paints: the result goes over the original where both have a px.
            const product = shown.x * (column + 0.5) + shown.y * (row + 0.5);
            if (Math.abs(product - shown.least) < 1e-9 * pane.width) continue;
            expect(column >= start && column < end).toBe(product < shown.least);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test("gives each px to one side", () => {
    fc.assert(
      fc.property(size, angle, at, fc.integer({ min: 0, max: 299 }), (pane, degrees, position, row) => {
        const line = splitLine({ angle: degrees, at: position }, pane);
        const sides = new Uint8Array(pane.width);
        for (const run of [originalRun(line, row, pane.width), resultRun(line, row, pane.width)]) {
          for (let x = run.start; x < run.end; x++) sides[x] = (sides[x] as number) + 1;
        }
        expect(sides.every((count) => count === 1)).toBe(true);
      }),
    );
  });

  test.each([0, 180])("that is upright at %i° is as thick as it should be in every row", (degrees) => {
    const line = splitLine({ angle: degrees, at: 0.5 }, { width: 100, height: 50 });
    for (const thick of [0, 1, 2, 3, 8]) {
      const { start, end } = dividerRun(line, 3, 100, thick);
      expect(end - start).toBe(thick);
      const shares = Array.from({ length: 100 }, (_, x) => dividerShare(line, 3, x, thick));
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(thick);
    }
  });

  test("that is slanted covers as much as it should", () => {
    const line = splitLine({ angle: 30, at: 0.5 }, { width: 200, height: 100 });
    let covered = 0;
    for (let x = 0; x < 200; x++) covered += dividerShare(line, 50, x, 4);
    expect(covered).toBeCloseTo(4 / Math.cos(Math.PI / 6), 1);
  });

  test("goes from nothing of the original to all of it", () => {
    for (const degrees of [0, 30, 90, 135, 180, 270, 300]) {
      const none = splitLine({ angle: degrees, at: 0 }, { width: 40, height: 30 });
      const all = splitLine({ angle: degrees, at: 1 }, { width: 40, height: 30 });
      for (let row = 0; row < 30; row++) {
        const left = originalRun(none, row, 40);
        expect(left.end - left.start).toBe(0);
        expect(originalRun(all, row, 40)).toEqual({ start: 0, end: 40 });
      }
    }
  });
});
