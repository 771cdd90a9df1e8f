import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { profileName } from "../../main/core/icc-name.ts";
import { iccProfile, profileBytes } from "../helpers/profiles.ts";

/** A 'desc' tag of version 4. */
function mluc(...records: readonly (readonly [language: string, text: string])[]): Buffer {
  const table = Buffer.alloc(16 + records.length * 12);
  table.write("mluc");
  table.writeUInt32BE(records.length, 8);
  table.writeUInt32BE(12, 12);
  const texts = records.map(([, text]) => Buffer.from(text, "utf16le").swap16());
  let at = table.length;
  records.forEach(([language], i) => {
    table.write(language, 16 + i * 12);
    table.writeUInt32BE(texts[i]?.length ?? 0, 20 + i * 12);
    table.writeUInt32BE(at, 24 + i * 12);
    at += texts[i]?.length ?? 0;
  });
  return Buffer.concat([table, ...texts]);
}

/** A profile whose first 'desc' tag is this one. */
function named(desc: Buffer): Buffer {
  const profile = iccProfile("RGB ", [["desc", desc]]);
  // The helper writes a tag of version 2 first: that one gets another name.
  profile.write("DESC", 132);
  return profile;
}

const TWO = named(mluc(["deDE", "Anzeige P3"], ["enUS", "Display P3"]));

describe("profileName", () => {
  test("of version 2", () => {
    expect(profileName(profileBytes("p3.icc"))).toBe("test");
  });

  test("of version 4, in English where it has that", () => {
    expect(profileName(TWO)).toBe("Display P3");
    expect(profileName(named(mluc(["jaJP", "広色域 P3"])))).toBe("広色域 P3");
  });

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["no tags", Buffer.alloc(132)],
    ["a description of no kind", named(Buffer.from("what\0\0\0\0\0\0\0\x04abc\0", "latin1"))],
    ["a description of nothing", named(mluc())],
    ["blanks", named(mluc(["enUS", " \u0007\u202e "]))],
  ])("none in %s", (_name, profile) => {
    expect(profileName(profile)).toBeUndefined();
  });

  test("garbage is never thrown at, and what is given can be shown", () => {
    for (const profile of [profileBytes("adobe.icc"), TWO]) {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat(profile.length - 1), fc.nat(255)), { maxLength: 12 }),
          fc.nat(profile.length),
          (changes, length) => {
            const bytes = Uint8Array.from(profile);
            for (const [at, value] of changes) bytes[at] = value;
            expect(profileName(bytes.subarray(0, length)) ?? "a").toMatch(/^\P{C}{1,120}$/u);
          },
        ),
        { numRuns: 3000 },
      );
    }
  });
});
