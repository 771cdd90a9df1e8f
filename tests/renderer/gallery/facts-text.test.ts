import { describe, expect, test } from "vitest";
import { exposure, factsInWords } from "../../../renderer/gallery/facts-text.ts";
import { FAKE_FACTS } from "../../helpers/gallery-page/fake-library.ts";

describe("the facts of a photo", () => {
  test.each([
    [1 / 250, "1/250 s"],
    [1 / 8000, "1/8000 s"],
    [0.0333, "1/30 s"],
    [0.5, "0.5 s"],
    [30, "30 s"],
  ])("%d seconds are written %s", (seconds, words) => {
    expect(exposure(seconds)).toBe(words);
  });

  test("are read from the camera to the day", () => {
    expect(factsInWords(FAKE_FACTS, "MP").slice(0, 10)).toEqual([
      "FUJIFILM X-T4",
      "XF35mmF1.4 R",
      "1/250 s",
      "f/2.8",
      "ISO 400",
      "35 mm",
      "3840 × 2560",
      "9.8 MP",
      "4.8 MB",
      "Display P3",
    ]);
  });

  test("that a file does not have are left out", () => {
    const bare = { camera: undefined, lens: undefined, seconds: 0, fNumber: undefined, iso: undefined };
    const facts = { ...FAKE_FACTS, ...bare, focalLength: undefined, profile: undefined, takenMs: undefined };
    expect(factsInWords(facts, "MP")).toEqual(["3840 × 2560", "9.8 MP", "4.8 MB"]);
  });
});
