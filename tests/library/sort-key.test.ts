import fc from "fast-check";
import { expect, test } from "vitest";
import { sortKeyOf } from "../../main/library/sort-key.ts";

const order = (a: string, b: string) => Buffer.compare(Buffer.from(sortKeyOf(a)), Buffer.from(sortKeyOf(b)));

test("names as a photographer would order them", () => {
  const names = [
    "a.jpg",
    "a-1.jpg",
    "a2.jpg",
    "A10.jpg",
    "a010b.jpg",
    "b.jpg",
    "IMG_2.jpg",
    "img_2 (2).jpg",
    "IMG_11.JPG",
  ];
  expect([...names].reverse().sort(order)).toEqual(names);
});

test("numbers count by their value, whatever is around them and however they are padded", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 8 }).filter((s) => !/\d|\./.test(s));
  fc.assert(
    fc.property(
      text,
      text,
      fc.bigInt(0n, 10n ** 40n),
      fc.bigInt(0n, 10n ** 40n),
      fc.nat(5),
      (before, after, a, b, zeros) => {
        const name = (n: bigint, pad = 0) => `x${before}${"0".repeat(pad)}${n}${after}.jpg`;
        expect(Math.sign(order(name(a, zeros), name(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
      },
    ),
  );
});

test("capitals, and how an accent is put together, make no difference", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 12 }), (name) => {
      expect(order(name.normalize("NFD"), name.normalize("NFC"))).toBe(0);
    }),
  );
  expect(order("ÉTÉ 1.jpg", "été 1.JPG".normalize("NFD"))).toBe(0);
  expect(order("a.jpg", "b.jpg")).toBeLessThan(0);
});
