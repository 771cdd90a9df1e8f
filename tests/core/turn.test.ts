import fc from "fast-check";
import { expect, test } from "vitest";
import { storedRect, turnedSize, turnUpright } from "../../main/core/turn.ts";

/** A picture whose every px has a number of its own. */
const numbered = (count: number) => Uint16Array.from({ length: count }, (_, i) => i);

test("a part of a turned picture is the same part, turned", () => {
  const side = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(
      side,
      side,
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
      (width, height, orientation, [a = 0, b = 0, c = 0, d = 0]) => {
        const stored = { width, height };
        const size = turnedSize(stored, orientation);
        const x = a % size.width;
        const y = b % size.height;
        const part = { x, y, width: 1 + (c % (size.width - x)), height: 1 + (d % (size.height - y)) };
        const whole = turnUpright(numbered(width * height), stored, 1, orientation);
        const from = storedRect(part, orientation, stored);
        const cut = Uint16Array.from(
          { length: from.width * from.height },
          (_, i) => (from.y + Math.floor(i / from.width)) * width + from.x + (i % from.width),
        );
        const found = turnUpright(cut, from, 1, orientation);
        const wanted = Uint16Array.from(
          { length: part.width * part.height },
          (_, i) => whole[(y + Math.floor(i / part.width)) * size.width + x + (i % part.width)] as number,
        );
        expect([...found]).toEqual([...wanted]);
      },
    ),
  );
});

test("the first row or column of a stored picture is where EXIF says", () => {
  // A row of two px of three channels each, first one at the stored left.
  const samples = Uint8Array.from([1, 2, 3, 7, 8, 9]);
  const size = { width: 2, height: 1 };
  expect([...turnUpright(samples, size, 3, 2)]).toEqual([7, 8, 9, 1, 2, 3]);
  expect([...turnUpright(samples, size, 3, 4)]).toEqual([1, 2, 3, 7, 8, 9]);
  expect(turnedSize(size, 6)).toEqual({ width: 1, height: 2 });
  // 6: row 0 is the right side, column 0 the top. 8: column 0 is the bottom.
  expect([...turnUpright(samples, size, 3, 6)]).toEqual([1, 2, 3, 7, 8, 9]);
  expect([...turnUpright(samples, size, 3, 8)]).toEqual([7, 8, 9, 1, 2, 3]);
});
