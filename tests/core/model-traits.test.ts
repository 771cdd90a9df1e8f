import { describe, expect, test } from "vitest";
import { reachOf, readColours, sideRelation } from "../../main/core/model-traits.ts";

describe("sideRelation", () => {
  test.each([
    [
      [
        [21, 84],
        [22, 88],
      ],
      { scale: 4, shrinkPx: 0 },
    ],
    [
      [
        [60, 48],
        [80, 88],
      ],
      { scale: 2, shrinkPx: 18 },
    ],
    [
      [
        [60, 60],
        [61, 61],
      ],
      { scale: 1, shrinkPx: 0 },
    ],
    [
      [
        [60, 90],
        [80, 120],
      ],
      undefined,
    ],
    [
      [
        [60, 48],
        [60, 48],
      ],
      undefined,
    ],
    [
      [
        [60, 47],
        [80, 87],
      ],
      undefined,
    ],
    [
      [
        [21, 84],
        [22, 88],
        [23, 84],
      ],
      undefined,
    ],
    [
      [
        [21, 100],
        [22, 104],
      ],
      undefined,
    ],
  ] as const)("%j → %j", (sides, wanted) => {
    expect(sideRelation(sides)).toEqual(wanted);
  });
});

test("reachOf: the farthest change counts, NaN too, and the place within a multiple is added", () => {
  expect(reachOf([1, 1, 0, 0.001, 0, 0], 1)).toBe(3);
  expect(reachOf([1, 0, 0, Number.NaN], 1)).toBe(3);
  expect(reachOf([0, 0], 1)).toBe(0);
  expect(reachOf([1, 1, 0], 4)).toBe(4);
});

describe("readColours", () => {
  const patches = [
    [0.8, 0.3, 0.2],
    [0.2, 0.6, 0.4],
    [0.4, 0.3, 0.7],
  ];
  const [small, large] = [
    [0, 1],
    [0, 255],
  ] as const;
  const black = patches.map(() => [0, 0, 0]);

  test("the range in which the patches come back", () => {
    expect(readColours(patches, [{ range: small, colours: patches }])).toMatchObject({ range: small, isClear: true });
    const off = patches.map((colour) => colour.map((value) => value + 0.2));
    const found = readColours(patches, [
      { range: small, colours: off },
      { range: large, colours: patches },
    ]);
    expect(found).toMatchObject({ range: large, isReversed: false, isDifference: false });
  });

  test("planes that come back in the other order, and differences that come back as nothing", () => {
    const turned = patches.map((colour) => colour.toReversed());
    expect(readColours(patches, [{ range: small, colours: turned }])).toMatchObject({ isReversed: true });
    expect(readColours(patches, [{ range: small, colours: black }])).toMatchObject({ isDifference: true });
  });

  test("other colours, and no numbers at all, are refused", () => {
    const other = patches.map(() => [0.5, 0.5, 0.5]);
    expect(readColours(patches, [{ range: small, colours: other }])).toBeUndefined();
    const none = patches.map(() => [Number.NaN, 0, 0]);
    expect(readColours(patches, [{ range: small, colours: none }])).toBeUndefined();
  });
});
