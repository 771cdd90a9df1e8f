import { describe, expect, test } from "vitest";
import { pinyinInitial } from "../../../renderer/gallery/pinyin.ts";
import { findTyped, isTyping, NOTHING_TYPED, TYPING_MS, typeKey } from "../../../renderer/gallery/type-ahead.ts";

const NAMES = [
  "alpine.jpg",
  "Beach.jpg",
  "bench.jpg",
  "birch 2.jpg",
  "cafe\u0301.jpg",
  "苏州.jpg",
  "苏堤.jpg",
  "西湖.jpg",
];

/** Where keys lead that are pressed one after another, from the photo with the focus. */
function type(keys: string, from: number | undefined, everyMs = 100): number | undefined {
  let typed = NOTHING_TYPED;
  let at = from;
  let nowMs = 1000;
  for (const key of keys) {
    typed = typeKey(typed, key, nowMs);
    at = findTyped(typed, NAMES.length, (index) => NAMES[index] ?? "", at) ?? at;
    nowMs += everyMs;
  }
  return at;
}

test.each([
  ["苏", "s"],
  ["北", "b"],
  ["京", "j"],
  ["照", "z"],
  ["安", "a"],
  ["额", "e"],
  ["云", "y"],
  ["é", undefined],
])("the pinyin of %s begins with %s", (character, letter) => {
  expect(pinyinInitial(character)).toBe(letter);
});

describe("typing a name", () => {
  test("goes to the first photo whose name begins so, in either case", () => {
    expect(type("b", undefined)).toBe(1);
    expect(type("BI", 0)).toBe(3);
  });

  test("stays with a photo as long as what is typed fits it", () => {
    expect(type("ben", 1)).toBe(2);
  });

  test("one letter again and again goes from name to name, and round", () => {
    expect(type("b", 1)).toBe(2);
    expect(type("bb", 1)).toBe(3);
    expect(type("bbb", 1)).toBe(1);
  });

  test("takes letters apart that come slowly", () => {
    expect(type("be", 0, TYPING_MS + 1)).toBe(1);
    expect(isTyping(typeKey(NOTHING_TYPED, "b", 0), TYPING_MS + 1)).toBe(false);
  });

  test("reads spaces and digits as part of a name", () => {
    expect(type("birch 2", 0)).toBe(3);
  });

  test("finds Chinese names, and accents however the file system writes them", () => {
    expect(type("西", 0)).toBe(7);
    expect(type("苏堤", 0)).toBe(6);
    expect(type("caf\u00e9", 0)).toBe(4);
  });

  test("finds Chinese names by the first letters of their pinyin, as a grid takes no input method", () => {
    expect(type("sd", 0)).toBe(6);
    expect(type("x", 0)).toBe(7);
  });

  test("stays where it is when nothing is called so", () => {
    expect(type("zzx", 2)).toBe(2);
  });
});
