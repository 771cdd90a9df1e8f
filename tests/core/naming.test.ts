import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldName, MAX_NAME_BYTES, nameResults, utf8Bytes } from "../../main/core/naming.ts";

const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 90 })
  .map((text) => text.replaceAll("/", "_").replaceAll("\0", "_"));
const source = fc
  .tuple(fc.constantFrom("", "a/", "a/b/"), name, fc.constantFrom(".jpg", ".JPG", ".png", ".tiff", ""))
  .map((parts) => parts.join(""));
const sources = fc.uniqueArray(source, { maxLength: 12 });
const extension = fc.constantFrom(undefined, ".jpg", ".png");

describe("nameResults", () => {
  test("every photo gets a name of its own, on any file system, in its own folder, and short enough", () => {
    fc.assert(
      fc.property(sources, extension, (list, ext) => {
        const names = nameResults(list.map((each) => ({ source: each, extension: ext })));
        expect(names.size).toBe(list.length);
        expect(new Set([...names.values()].map(foldName)).size).toBe(list.length);
        for (const [from, to] of names) {
          expect(to.slice(0, to.lastIndexOf("/") + 1)).toBe(from.slice(0, from.lastIndexOf("/") + 1));
          const base = to.slice(to.lastIndexOf("/") + 1);
          if (utf8Bytes(from.slice(from.lastIndexOf("/") + 1)) <= MAX_NAME_BYTES)
            expect(utf8Bytes(base)).toBeLessThanOrEqual(MAX_NAME_BYTES);
        }
      }),
    );
  });

  test("the order in which photos are found does not matter", () => {
    fc.assert(
      fc.property(sources, (list) => {
        const named = (each: readonly string[]) =>
          [...nameResults(each.map((one) => ({ source: one, extension: ".jpg" })))].sort();
        expect(named(list)).toEqual(named([...list].reverse()));
      }),
    );
  });

  test("a.jpg keeps its name, a.png becomes a-png.jpg", () => {
    const names = nameResults([
      { source: "a.png", extension: ".jpg" },
      { source: "a.jpg", extension: undefined },
    ]);
    expect(Object.fromEntries(names)).toEqual({ "a.jpg": "a.jpg", "a.png": "a-png.jpg" });
  });

  test("IMG.jpg and img.JPG do not meet on a disk that ignores case", () => {
    const names = nameResults([
      { source: "IMG.jpg", extension: undefined },
      { source: "img.JPG", extension: undefined },
    ]);
    expect(new Set([...names.values()].map((each) => each.toLowerCase())).size).toBe(2);
  });

  test("a name given away before stays with its photo when another comes that has a better claim", () => {
    const claimed = new Map([["a.png", ["a.jpg"]]]);
    const names = nameResults(
      [
        { source: "a.jpg", extension: undefined },
        { source: "a.png", extension: ".jpg" },
      ],
      claimed,
    );
    expect(names.get("a.png")).toBe("a.jpg");
    expect(names.get("a.jpg")).toBe("a-2.jpg");
  });

  test("255 bytes stay as they are; one more from a longer extension is cut at a character, not in one", () => {
    const long = `${"é".repeat(125)}x.jpg`;
    expect(utf8Bytes(long)).toBe(255);
    expect(nameResults([{ source: long, extension: undefined }]).get(long)).toBe(long);
    const tiff = nameResults([{ source: long, extension: ".tiff" }]).get(long) as string;
    expect(utf8Bytes(tiff)).toBeLessThanOrEqual(255);
    expect(tiff).toMatch(/^é+~[0-9a-f]{8}\.tiff$/);
  });
});
