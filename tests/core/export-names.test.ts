import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ExportName, type ExportRequest, MAX_PATH_UNITS, nameExports } from "../../main/core/export-names.ts";
import { foldName, MAX_NAME_BYTES, utf8Bytes } from "../../main/core/naming.ts";
import { meetingForm } from "../../main/core/safe-names.ts";

function jpeg(path: string): ExportRequest {
  return { path, extension: ".jpg" };
}

function named(paths: readonly string[], taken: readonly string[] = []): readonly string[] {
  return nameExports(paths.map(jpeg), { taken }).map(({ path }) => path);
}

function only(path: string, extension = ".jpg"): ExportName {
  const [name] = nameExports([{ path, extension }]);
  if (name === undefined) throw new Error("No name");
  return name;
}

/** The folders that a path goes through. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}

/** What is wrong with a part of a path on some system, by rules that are written down apart from the code's. */
function faultOf(part: string): string | undefined {
  if (part === "") return "empty";
  if (utf8Bytes(part) > MAX_NAME_BYTES) return "too long";
  if (/[. ]$/.test(part)) return "Windows drops its end";
  if (part.normalize("NFC") !== part) return "not composed";
  for (const character of part) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return "control character";
    if ('<>:"/\\|?*'.includes(character)) return `has ${character}`;
    if (code >= 0xd800 && code <= 0xdfff) return "half a surrogate pair";
    if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)) return "turns the text";
    if ([0xad, 0x200b, 0x200e, 0x200f, 0x2060, 0xfeff].includes(code)) return "cannot be seen";
  }
  const [device = ""] = part.split(".");
  const devices = ["CON", "PRN", "AUX", "NUL", ...[..."0123456789¹²³"].flatMap((n) => [`COM${n}`, `LPT${n}`])];
  return devices.includes(device.trimEnd().toUpperCase()) ? "a device" : undefined;
}

const part = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(..."aA.. _é中ſßΣσς/\\:", "e\u0301", "🎞", "\u202e", "\u200b", "\ud800"),
    maxLength: 6,
  }),
  fc.constantFrom(
    "a",
    "A",
    "b",
    "a (2)",
    "a.jpg",
    "..",
    ".",
    "",
    "con",
    "NUL .x",
    "com¹.tar",
    "LPT0",
    "\u202econ",
    "aux .",
  ),
  fc.string({ unit: fc.constantFrom("é", "中", "🎞", "a\u0300\u0301", "."), minLength: 60, maxLength: 300 }),
);
const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
const request = fc.record({ path, extension: fc.constantFrom(".jpg", ".JPG", ".tif", "") });

describe("nameExports", () => {
  test("whatever comes, every part of every path suits every system, and no two meet", () => {
    const requests = fc.array(request, { maxLength: 12 });
    const takenPaths = fc.array(fc.constantFrom("A.JPG", "a/a.jpg", "a (2)", "b/", "a (2).jpg", "é.tif", "_"), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(requests, takenPaths, (list, taken) => {
        const paths = nameExports(list, { taken }).map((name) => name.path);
        expect(paths).toHaveLength(list.length);
        for (const each of paths) expect(each.split("/").map(faultOf).filter(Boolean), each).toEqual([]);
        const files = [...paths, ...new Set(taken.filter((each) => !each.endsWith("/")))].map(foldName);
        expect(new Set(files).size).toBe(files.length);
        const folders = new Set([...paths, ...taken].flatMap(foldersOf).map(foldName));
        for (const each of paths) expect(folders).not.toContain(foldName(each));
        for (const folder of paths.flatMap(foldersOf)) expect(files).not.toContain(foldName(folder));
      }),
      { numRuns: 500 },
    );
  });

  test("every file has its extension", () => {
    fc.assert(
      fc.property(request, (each) => {
        expect(only(each.path, each.extension).path.toLowerCase().endsWith(each.extension.toLowerCase())).toBe(true);
      }),
    );
  });

  test("what was named stays as it is when it is named again, and those named before do not change by those after", () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 8 }), fc.array(request, { maxLength: 4 }), (first, more) => {
        const names = nameExports(first);
        expect(nameExports([...first, ...more]).slice(0, first.length)).toEqual(names);
        const again = nameExports(names.map((name, i) => ({ path: name.path, extension: first[i]?.extension ?? "" })));
        expect(again.map((name) => name.path)).toEqual(names.map((name) => name.path));
        for (const name of again) expect(name.notes.filter((note) => note !== "long-path")).toEqual([]);
      }),
    );
  });

  test("a good name is left alone, with nothing to note", () => {
    for (const good of [
      "DSC_0042.jpg",
      "2024/照片 中文.jpg",
      "a.b.c.jpg",
      ".hidden.jpg",
      "family 👨‍👩‍👧 ❤️.jpg",
      "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}.jpg",
      "می‌خواهم.jpg",
      "CONSOLE.jpg",
      "COM10.jpg",
      "a con.jpg",
      `${"x".repeat(251)}.jpg`,
    ])
      expect(only(good)).toEqual({ path: good, notes: good.length > MAX_PATH_UNITS ? ["long-path"] : [] });
  });

  test("the extension is added where the template has none, and not twice", () => {
    expect(only("a").path).toBe("a.jpg");
    expect(only("a.jpg").path).toBe("a.jpg");
    expect(only("a.JPG").path).toBe("a.JPG");
    expect(only("a.").path).toBe("a.jpg");
    expect(only("a.png").path).toBe("a.png.jpg");
    expect(only("a.v2", "").path).toBe("a.v2");
    expect(only("a").notes).toEqual([]);
  });

  test.each([
    ['a<b>c:d"e\\f|g?h*i', "a_b_c_d_e_f_g_h_i.jpg"],
    ["a\u0000b\nc\u007fd\u0085e", "a_b_c_d_e.jpg"],
    ["a\u2028b\uffffc\ud800d", "a_b_c_d.jpg"],
    ["photo\u202egpj.exe", "photogpj.exe.jpg"],
    ["a\u200bb\u2066c\ufeffd\u00ade", "abcde.jpg"],
    ["  a  ", "a.jpg"],
    ["a. . .", "a.jpg"],
    ["a .jpg", "a.jpg"],
    ["folder. /name", "folder/name.jpg"],
    ["/a//b/", "a/b/_.jpg"],
    ["../../etc/passwd", "etc/passwd.jpg"],
    ["./a/../b", "a/b.jpg"],
    ["..", "_.jpg"],
    ["", "_.jpg"],
    [".jpg", "_.jpg"],
    ["///", "_.jpg"],
    ["con", "con_.jpg"],
    ["CON.jpg", "CON_.jpg"],
    ["Nul.tar.gz", "Nul_.tar.gz.jpg"],
    ["aux .x", "aux_ .x.jpg"],
    ["com1", "com1_.jpg"],
    ["COM0", "COM0_.jpg"],
    ["lpt³", "lpt³_.jpg"],
    ["CONIN$", "CONIN$_.jpg"],
    ["\u200bprn", "prn_.jpg"],
    ["prn/a", "prn_/a.jpg"],
  ])("%j becomes %s, and that is noted", (asked, path) => {
    expect(only(asked)).toEqual({ path, notes: ["changed"] });
  });

  test("a name comes composed, which is nothing to note", () => {
    expect(only("cafe\u0301")).toEqual({ path: "caf\u00e9.jpg", notes: [] });
  });

  test("a name of a device that only comes about by cutting is none either", () => {
    expect(only(`con${" ".repeat(300)}x`).path).toBe("con_.jpg");
  });

  test("a long name is cut between characters, and keeps its extension and number", () => {
    const family = "👨‍👩‍👧";
    const [first, second] = named([family.repeat(20), family.repeat(20)]);
    // 18 bytes each: 13 of them leave room for ".jpg", and for " (2)" too.
    expect(first).toBe(`${family.repeat(13)}.jpg`);
    expect(second).toBe(`${family.repeat(13)} (2).jpg`);
    expect(only("e\u0301\u0323".repeat(100)).path).toMatch(/^(?:ẹ\u0301)+\.jpg$/);
    expect(only("中".repeat(100)).path).toBe(`${"中".repeat(83)}.jpg`);
    expect(only(`${"x".repeat(300)}/a`).path).toBe(`${"x".repeat(255)}/a.jpg`);
  });

  test("a character with more marks than a name has room for is cut all the same", () => {
    const { path } = only(`Z${"\u0315".repeat(300)}`);
    expect(utf8Bytes(path)).toBeLessThanOrEqual(MAX_NAME_BYTES);
    expect(path).toMatch(/^Z\u0315+\.jpg$/);
  });

  test("names that meet are numbered in their order", () => {
    expect(named(["a", "a", "b", "a"])).toEqual(["a.jpg", "a (2).jpg", "b.jpg", "a (3).jpg"]);
    expect(named(["a (2)", "a", "a", "a"])).toEqual(["a (2).jpg", "a.jpg", "a (3).jpg", "a (4).jpg"]);
    expect(nameExports([jpeg("a"), jpeg("a")]).map(({ notes }) => notes)).toEqual([[], ["numbered"]]);
  });

  test.each([
    ["IMG", "img"],
    ["caf\u00e9", "cafe\u0301"],
    ["STRASSE", "straße"],
    ["STRAẞE", "strasse"],
    ["Σας", "ΣΑΣ"],
    ["σασ", "ΣΑΣ"],
    ["ſet", "SET"],
    ["a\u200db", "ab"],
    ["❤️", "❤"],
    ["a?", "a*"],
  ])("%s and %s meet somewhere", (one, other) => {
    expect(named([one, other])[1]).toMatch(/ \(2\)\.jpg$/);
  });

  test("no letter's capital or small form makes another name", () => {
    const apart: string[] = [];
    for (let point = 0xa0; point <= 0x1ffff; point++) {
      const letter = String.fromCodePoint(point);
      if (!/\p{Changes_When_Casemapped}/u.test(letter)) continue;
      const form = meetingForm(letter);
      if (meetingForm(letter.toUpperCase()) !== form || meetingForm(letter.toLowerCase()) !== form) apart.push(letter);
    }
    expect(apart).toEqual([]);
  });

  test("names that are taken are not given again, however they are spelled there", () => {
    expect(named(["a", "b/a"], ["A.JPG", "a (2).jpg", "B/A.jpg"])).toEqual(["a (3).jpg", "B/a (2).jpg"]);
    expect(named(["café"], ["cafe\u0301.JPG"])).toEqual(["café (2).jpg"]);
  });

  test("a folder that is there is used as it is spelled, and one of several spellings as the first", () => {
    expect(named(["lisbon/a", "Lisbon/b"])).toEqual(["lisbon/a.jpg", "lisbon/b.jpg"]);
    expect(named(["lisbon/a"], ["LISBON/"])).toEqual(["LISBON/a.jpg"]);
  });

  test("a file has no folder's name, and a folder no file's", () => {
    const file = (name: string) => ({ path: name, extension: "" });
    const paths = (requests: readonly ExportRequest[], taken: readonly string[] = []) =>
      nameExports(requests, { taken }).map((name) => name.path);
    expect(paths([file("x/a"), file("X")])).toEqual(["x/a", "X (2)"]);
    expect(paths([file("x"), file("X/a"), file("x/b"), file("x (2)")])).toEqual([
      "x",
      "X (2)/a",
      "X (2)/b",
      "x (2) (2)",
    ]);
    expect(paths([file("x"), file("x/a")], ["X (2)/"])).toEqual(["x", "X (2)/a"]);
    expect(paths([file("x"), file("y/z")], ["x/", "Y"])).toEqual(["x (2)", "y (2)/z"]);
    expect(paths([file("x/y"), file("x/y/z")])).toEqual(["x/y", "x/y (2)/z"]);
    expect(nameExports([file("x"), file("x/a")])[1]?.notes).toEqual(["numbered"]);
  });

  test("a path that some programs on Windows cannot open is told of", () => {
    const folder = "f".repeat(100);
    expect(only(`${folder}/${folder}/${"a".repeat(34)}`)).toMatchObject({ notes: [] });
    expect(only(`${folder}/${folder}/${"a".repeat(35)}`)).toMatchObject({ notes: ["long-path"] });
  });

  describe("very many names take no longer than they must", () => {
    const long = "x".repeat(247);
    test.each<[string, number, (i: number) => string]>([
      ["all the same", 50_000, () => "same"],
      ["all in one folder whose name is taken", 50_000, (i) => `taken/${i % 100}`],
      ["all the same and too long", 10_000, () => "中".repeat(200)],
      ["pairs that are alike once cut for a number", 10_000, (i) => long + String(i >> 1).padStart(4, "0")],
      ["long names that differ at the end only", 10_000, (i) => `${long}${"y".repeat(60)}${i}`],
      ["dots", 10_000, () => `${".".repeat(600)}x`],
    ])("%s: %i", (_, count, nameOf) => {
      const requests = Array.from({ length: count }, (_, i) => jpeg(nameOf(i)));
      const begun = performance.now();
      const names = nameExports(requests, { taken: ["taken"] });
      // To try every number for every name takes a minute or more.
      expect(performance.now() - begun).toBeLessThan(10_000);
      expect(new Set(names.map((name) => foldName(name.path))).size).toBe(count);
    });
  });
});
