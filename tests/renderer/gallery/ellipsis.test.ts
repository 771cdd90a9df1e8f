import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shorten } from "../../../renderer/gallery/ellipsis.ts";

/** Every character as wide as another. */
const widthOf = (text: string) => [...text].length;

describe("a long name", () => {
  test("keeps its beginning, its end and its extension", () => {
    expect(shorten("IMG_20240512_142300_1041.jpeg", 16, widthOf)).toBe("IMG_20…1041.jpeg");
  });

  test("stays as it is where it fits", () => {
    expect(shorten("IMG_1041.jpeg", 13, widthOf)).toBe("IMG_1041.jpeg");
  });

  test("is cut between characters, also those of two units", () => {
    expect(shorten("苏州园林的春天早晨与雾.jpg", 12, widthOf)).toBe("苏州园…早晨与雾.jpg");
    expect(shorten("🏔🏔🏔🏔🏔🏔🏔🏔🏔.png", 11, widthOf)).toBe("🏔🏔…🏔🏔🏔🏔.png");
  });

  test("takes a dot in the middle for no extension", () => {
    expect(shorten("a.photo of the long pier at night", 10, widthOf)).toBe("a.pho…ight");
  });

  test("fits, if there is any room, and ends as the name does", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.integer({ min: 12, max: 40 }), (stem, width) => {
        const short = shorten(`${stem}.jpg`, width, widthOf);
        expect(widthOf(short)).toBeLessThanOrEqual(width);
        expect(short.endsWith(".jpg")).toBe(true);
      }),
    );
  });
});
