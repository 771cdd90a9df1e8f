import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { firstQuantisationTable, isoOf, isWorn, qualityOfTable } from "../../main/core/wear.ts";
import { card } from "../helpers/photos.ts";

function peeking(bytes: Uint8Array) {
  return (offset: number, length: number) => bytes.subarray(offset, offset + length);
}

describe("the quality that a JPEG was saved with", () => {
  test.each([20, 50, 60, 72, 85, 92, 98])("%i is read back to 1", async (quality) => {
    // A profile and metadata before the tables, as cameras write them.
    const jpeg = await card(64, 48)
      .withExif({ IFD0: { Artist: "A".repeat(3000) } })
      .jpeg({ quality })
      .toBuffer();
    const table = firstQuantisationTable(peeking(jpeg));
    expect(Math.abs(qualityOfTable(table ?? []) - quality)).toBeLessThanOrEqual(1);
  });

  test("bytes that are no JPEG, or end early, have none", async () => {
    const jpeg = await card(64, 48).jpeg().toBuffer();
    const png = await card(8, 8).png().toBuffer();
    expect(firstQuantisationTable(peeking(png))).toBeUndefined();
    for (const length of [0, 2, 3, 20, 40])
      expect(firstQuantisationTable(peeking(jpeg.subarray(0, length)))).toBeUndefined();
  });
});

test("the sensitivity in an EXIF block; a damaged block says nothing", async () => {
  const jpeg = await card(64, 48)
    .withExif({ IFD2: { ISOSpeedRatings: "6400" } })
    .jpeg()
    .toBuffer();
  const { exif } = await sharp(jpeg).metadata();
  const block = (exif as Buffer).subarray(6);
  expect(isoOf(block)).toBe(6400);
  expect(isoOf(block.subarray(0, 30))).toBeUndefined();
  expect(isoOf(new Uint8Array(8))).toBeUndefined();
});

test("compressed or noisy photos are worn, others are not", () => {
  expect(isWorn({ jpegQuality: 72 })).toBe(true);
  expect(isWorn({ jpegQuality: 92, iso: 12_800 })).toBe(true);
  expect(isWorn({ jpegQuality: 92, iso: 100 })).toBe(false);
  expect(isWorn({})).toBe(false);
});
