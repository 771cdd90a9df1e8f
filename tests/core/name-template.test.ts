import fc from "fast-check";
import Database from "libsql";
import { describe, expect, test } from "vitest";
import { SilvergrainError } from "../../main/core/errors.ts";
import { takenMsOf } from "../../main/core/facts.ts";
import {
  describeTemplateFields,
  fillTemplate,
  MAX_TEMPLATE_UNITS,
  type NameFacts,
  parseTemplate,
  TemplateError,
} from "../../main/core/name-template.ts";

const photo: NameFacts = {
  name: "DSC_0042",
  ext: "jpg",
  model: "srgan-x4",
  scale: 4,
  width: 24_000,
  height: 16_000,
  takenMs: takenMsOf("2024:02:09 07:05:03", "25"),
  camera: "NIKON D850",
  rating: 3,
  batch: "Lisbon",
  n: 7,
};

const UNKNOWN: NameFacts = {
  name: undefined,
  ext: undefined,
  model: undefined,
  scale: undefined,
  width: undefined,
  height: undefined,
  takenMs: undefined,
  camera: undefined,
  rating: undefined,
  batch: undefined,
  n: undefined,
};

function fill(template: string, facts: Partial<NameFacts> = {}): string {
  return fillTemplate(parseTemplate(template), { ...photo, ...facts });
}

function problemOf(template: string): TemplateError {
  try {
    parseTemplate(template);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error(`${template} was understood`);
}

/** Text as the template's grammar quotes it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

describe("fields", () => {
  test.each([
    ["{name}_{model}_{scale}x.{ext}", "DSC_0042_srgan-x4_4x.jpg"],
    ["{width}x{height}", "24000x16000"],
    ["{batch}/{camera}/{rating} stars", "Lisbon/NIKON D850/3 stars"],
    ["{n}-{n:0}-{n:0000}", "7-7-0007"],
    ["{date}", "2024-02-09"],
    ["{date:YYYY-MM-DD}", "2024-02-09"],
    ["{date:YYMMDD_HHmmss}", "240209_070503"],
    ["{date:YYYY/MM}/{name}", "2024/02/DSC_0042"],
    ["{date:YYYY年MM月DD日}", "2024年02月09日"],
    ["{date:YYYYMMDD'T'HHmm'o''clock'}", "20240209T0705o'clock"],
    ["{{{name}}} {{}}", "{DSC_0042} {}"],
    ["{ Name | UPPER | Substr( 1 , 3 ) }", "DSC"],
    ["照片 {name} 🎞", "照片 DSC_0042 🎞"],
  ])("%s gives %s", (template, name) => {
    expect(fill(template)).toBe(name);
  });

  test("a number keeps digits that its zeros have no room for", () => {
    expect(fill("{n:00}", { n: 12_345 })).toBe("12345");
    expect(fill("{n:000}", { n: 0 })).toBe("000");
  });

  test("a scale is written with two decimals at most", () => {
    expect(fill("{scale}", { scale: 2.5 })).toBe("2.5");
    expect(fill("{scale}", { scale: 10 / 3 })).toBe("3.33");
  });

  test("what is not known fills in nothing, and nvl something", () => {
    for (const { name } of describeTemplateFields().fields) {
      expect(fillTemplate(parseTemplate(`[{${name}}]`), UNKNOWN)).toBe("[]");
      expect(fillTemplate(parseTemplate(`{${name}|nvl('none')}`), UNKNOWN)).toBe("none");
    }
    expect(fill("{date:YYYY|nvl('undated')}/{n:0000|nvl('x')}", UNKNOWN)).toBe("undated/x");
    expect(fill("{date}{n:000}{width}", { takenMs: Number.NaN, n: Number.NaN, width: Number.POSITIVE_INFINITY })).toBe(
      "",
    );
  });

  test("a rating of no stars is a rating", () => {
    expect(fill("{rating|nvl('none')}", { rating: 0 })).toBe("0");
  });

  test("a slash in a value makes no folder, one in the template does", () => {
    expect(fill("{camera}/{name}", { camera: "A/B", name: "../up" })).toBe("A_B/.._up");
    expect(fill("{camera|replace('/','-')}", { camera: "A/B" })).toBe("A-B");
    expect(fill("{camera|nvl('a/b')}", { camera: undefined })).toBe("a_b");
  });

  test("a name comes composed, however its file spells it, so that an argument finds its letters", () => {
    expect(fill("{name|replace('é','e')}", { name: "cafe\u0301" })).toBe("cafe");
    expect(fill("{name|replace('e\u0301','e')}", { name: "caf\u00e9" })).toBe("cafe");
    expect(fill("cafe\u0301")).toBe("caf\u00e9");
  });

  test("the clock of the camera is written whatever zone the machine is in", () => {
    const zone = process.env.TZ;
    try {
      for (const each of ["Pacific/Kiritimati", "America/Los_Angeles"]) {
        process.env.TZ = each;
        expect(fill("{date:YYYY-MM-DD HH}", { takenMs: takenMsOf("2024:12:31 23:59:59", "") })).toBe("2024-12-31 23");
      }
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });
});

describe("functions", () => {
  test.each([
    ["abc", "upper", "ABC"],
    ["ÀÉß", "lower", "àéß"],
    ["straße", "upper()", "STRASSE"],
    ["abcdef", "substr(1,3)", "abc"],
    ["abcdef", "substr(0,3)", "abc"],
    ["abcdef", "substr(3)", "cdef"],
    ["abcdef", "substr(+3,2)", "cd"],
    ["abcdef", "substr(-2)", "ef"],
    ["abcdef", "substr(-3,2)", "de"],
    ["abcdef", "substr(-6,1)", "a"],
    ["abcdef", "substr(-7)", ""],
    ["abcdef", "substr(7)", ""],
    ["abcdef", "substr(6,100)", "f"],
    ["abcdef", "substr(2,0)", ""],
    ["abcdef", "substr(2,-1)", ""],
    ["🎞中é🎞x", "substr(2,3)", "中é🎞"],
    ["🎞🎞", "substr(-1)", "🎞"],
    ["a b c", "replace(' ','_')", "a_b_c"],
    ["a b c", "replace(' ')", "abc"],
    ["aaa", "replace('aa','b')", "ba"],
    ["a.b", "replace('.','$&')", "a$&b"],
    ["abc", "replace('','x')", "abc"],
    ["it's", "replace('''','’')", "it’s"],
    ["a}b|c", "replace('}','{')|replace('|',',')", "a{b,c"],
    ["7", "lpad(3,'0')", "007"],
    ["7", "lpad(3,0)", "007"],
    ["7", "lpad(3)", "  7"],
    ["ab", "lpad(7,'xyz')", "xyzxyab"],
    ["abcdef", "lpad(3,'0')", "abc"],
    ["abc", "lpad(0,'0')", ""],
    ["abc", "lpad(-1,'0')", ""],
    ["abc", "lpad(5,'')", "abc"],
    ["", "lpad(5,'0')", ""],
    ["", "lpad(5,'0')|nvl('none')", "none"],
    ["中", "lpad(3,'🎞')", "🎞🎞中"],
    ["中🎞文", "lpad(2)", "中🎞"],
    ["  a b \t", "trim", "a b"],
    ["\u3000中\u00a0", "trim", "中"],
    ["", "nvl('x')", "x"],
    ["a", "nvl('x')", "a"],
    ["  ", "trim|nvl('x')", "x"],
  ])("“%s” by %s is “%s”", (name, calls, expected) => {
    expect(fill(`{name|${calls}}`, { name })).toBe(expected);
  });

  const text = fc.string({ unit: "grapheme", maxLength: 12 }).map((each) => each.normalize("NFC").replaceAll("/", "_"));
  const point = fc.integer({ min: -15, max: 15 });

  test("substr from the end is substr from the front, and two parts make the whole", () => {
    fc.assert(
      fc.property(text, point, fc.nat({ max: 15 }), (name, start, length) => {
        const points = [...name];
        const sub = (from: number, count: number | undefined) =>
          fill(`{name|substr(${from}${count === undefined ? "" : `,${count}`})}`, { name });
        const front = start < 0 ? points.length + start + 1 : Math.max(1, start);
        expect(sub(start, length)).toBe(front < 1 ? "" : points.slice(front - 1, front - 1 + length).join(""));
        expect(sub(1, length) + sub(length + 1, undefined)).toBe(name);
      }),
    );
  });

  test("substr and replace give what SQLite's give, where SQLite and Oracle are of one mind", () => {
    const database = new Database(":memory:");
    const sqlite = database.prepare(
      "SELECT substr(?1, ?2, ?3) AS part, substr(?1, ?2) AS rest, replace(?1, ?4, ?5) AS swapped",
    );
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "'", "é", "中", "🎞", "\u0323", " "), maxLength: 8 });
    const composed = letters.map((each) => each.normalize("NFC"));
    fc.assert(
      fc.property(composed, point, fc.nat({ max: 15 }), composed, composed, (name, start, length, from, to) => {
        // SQLite counts a part that begins before the text from there, and 0 as a place of its own.
        fc.pre(start !== 0 && start >= -[...name].length);
        const by = (call: string) => fill(`{name|${call}}`, { name });
        expect(sqlite.get(name, start, length, from, to)).toMatchObject({
          part: by(`substr(${start},${length})`),
          rest: by(`substr(${start})`),
          swapped: by(`replace(${quoted(from)},${quoted(to)})`),
        });
      }),
      { numRuns: 500 },
    );
    database.close();
  });

  test("lpad gives a text of that length and keeps the text's end of it where it fits", () => {
    fc.assert(
      fc.property(text, fc.nat({ max: 30 }), text, (name, length, filler) => {
        const padded = fill(`{name|lpad(${length},${quoted(filler)})}`, { name });
        const points = [...name];
        if (points.length >= length) expect(padded).toBe(points.slice(0, length).join(""));
        else if (name === "" || filler === "") expect(padded).toBe(name);
        else {
          expect([...padded]).toHaveLength(length);
          expect(padded.endsWith(name)).toBe(true);
        }
      }),
    );
  });

  test("texts that double are cut before they fill the memory, and not in a character", () => {
    const doubled = fill(`{name${"|replace('🎞','🎞🎞')".repeat(40)}}`, { name: "x🎞" });
    expect(doubled.length).toBeLessThanOrEqual(4096);
    expect(doubled).toMatch(/^x(?:🎞)+$/u);
  });
});

describe("parseTemplate", () => {
  test.each([
    ["", "blank", 0, ""],
    ["  ", "blank", 0, ""],
    ["{name", "brace-unclosed", 0, "{"],
    ["a{name_{ext}", "brace-unclosed", 1, "{"],
    ["{name|upper", "brace-unclosed", 0, "{"],
    ["{name|", "brace-unclosed", 0, "{"],
    ["{name|substr(", "brace-unclosed", 0, "{"],
    ["{name|substr(1", "brace-unclosed", 0, "{"],
    ["{", "brace-unclosed", 0, "{"],
    ["{name}}", "brace-stray", 6, "}"],
    ["a}b", "brace-stray", 1, "}"],
    ["{name|nvl('x)}", "quote-unclosed", 10, "'"],
    ["{date:YYYY'T}", "quote-unclosed", 10, "'"],
    ["{}", "field-unknown", 1, ""],
    ["{file name}", "field-unknown", 1, "file name"],
    ["{constructor}", "field-unknown", 1, "constructor"],
    ["{name|}", "function-unknown", 6, ""],
    ["{name|toString}", "function-unknown", 6, "toString"],
    ["{name:upper}", "pattern-unwanted", 1, "name"],
    ["{n:4}", "counter-pattern", 3, "4"],
    ["{n:}", "counter-pattern", 3, ""],
    ["{date:}", "date-pattern", 6, ""],
    ["{date:YYYY-MMM}", "date-pattern", 13, "M"],
    ["{date:YYYYT}", "date-pattern", 10, "T"],
    ["{name|upper(1)}", "argument-count", 6, "upper"],
    ["{name|substr}", "argument-count", 6, "substr"],
    ["{name|substr()}", "argument-count", 6, "substr"],
    ["{name|substr(1,2,3)}", "argument-count", 6, "substr"],
    ["{name|nvl}", "argument-count", 6, "nvl"],
    ["{name|substr('1')}", "argument-kind", 13, "substr"],
    ["{name|lpad(256)}", "argument-size", 11, "256"],
    ["{name|substr(99999999999999999999)}", "argument-size", 13, "99999999999999999999"],
    ["{name|substr(1;2)}", "unexpected", 14, ";"],
    ["{name|nvl(x)}", "unexpected", 10, "x"],
    ["{name|substr(1.5)}", "unexpected", 14, "."],
    ["{name|nvl('x',)}", "unexpected", 14, ")"],
    ["{name|nvl('x') y}", "unexpected", 14, "y"],
    ["{name(1)}", "unexpected", 5, "("],
  ])("%s is refused: %s at %i", (template, kind, at, word) => {
    const error = problemOf(template);
    expect(error).toBeInstanceOf(SilvergrainError);
    expect(error.code).toBe("USAGE");
    expect(error.problem).toMatchObject({ kind, at, word });
  });

  test("a template that is longer than it may be is refused", () => {
    expect(problemOf("x".repeat(MAX_TEMPLATE_UNITS + 1)).problem).toMatchObject({
      kind: "too-long",
      at: MAX_TEMPLATE_UNITS,
    });
    expect(fill("x".repeat(MAX_TEMPLATE_UNITS))).toHaveLength(MAX_TEMPLATE_UNITS);
  });

  test("an unknown field is named, with where it stands, those that there are, and the one that may be meant", () => {
    expect(problemOf("🎞{name}{camrea}").message).toBe(
      "There is no field “camrea”, only name, ext, model, scale, width, height, date, camera, rating, batch, n, at character 9 of the name template. Did you mean “camera”?",
    );
    expect(problemOf("{lens}").message).not.toContain("mean");
  });

  test.each([
    ["{nmae}", "name"],
    ["{heigth}", "height"],
    ["{x}", undefined],
    ["{name|uper}", "upper"],
    ["{name|substring(1)}", undefined],
    ["{date:yyyy}", "YYYY"],
    ["{date:dd}", "DD"],
    ["{date:hh}", "HH"],
    ["{date:Q}", undefined],
  ])("for %s, %s is suggested", (template, suggestion) => {
    expect(problemOf(template).problem.suggestion).toBe(suggestion);
  });

  test("arguments are counted in words", () => {
    expect(problemOf("{name|substr}").message).toContain("Expected 1 to 2 arguments for substr, but received 0");
    expect(problemOf("{name|nvl}").message).toContain("Expected 1 argument for nvl, but received 0");
  });

  test("any text can be said by a template, with braces doubled, and by an argument, with quotes doubled", () => {
    const anyText = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }).map((each) => each.normalize("NFC"));
    fc.assert(
      fc.property(anyText, (each) => {
        fc.pre(each.trim() !== "");
        expect(fill(each.replaceAll("{", "{{").replaceAll("}", "}}"))).toBe(each);
        expect(fill(`{name|nvl(${quoted(each)})}`, { name: "" })).toBe(each.replaceAll("/", "_"));
      }),
    );
  });

  test("whatever is typed is understood, or refused by a problem that lies in it", () => {
    const token = fc.constantFrom(
      ..."{}|:(),'/ 019-YM",
      "{{",
      "}}",
      "name",
      "date",
      "substr",
      "nvl",
      "é",
      "🎞",
      "\ud800",
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 14 }), (tokens) => {
        const template = tokens.join("");
        try {
          fillTemplate(parseTemplate(template), photo);
        } catch (error) {
          if (!(error instanceof TemplateError)) throw error;
          expect(error.problem.at).toBeGreaterThanOrEqual(0);
          expect(error.problem.at).toBeLessThanOrEqual(template.length);
          expect(template).toContain(error.problem.word);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe("describeTemplateFields", () => {
  test("tells of every field and function, and each can be used as it is told of", () => {
    const { fields, functions, dateTokens } = describeTemplateFields();
    expect(fields.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
      "name: text",
      "ext: text",
      "model: text",
      "scale: number",
      "width: number",
      "height: number",
      "date: date",
      "camera: text",
      "rating: number",
      "batch: text",
      "n: counter",
    ]);
    expect(functions.map(({ name }) => name)).toEqual(["upper", "lower", "substr", "replace", "lpad", "trim", "nvl"]);
    for (const { name, needs, allows } of functions) {
      const sample = [...needs, ...allows].map((kind) => (kind === "text" ? "'x'" : "1"));
      for (let count = needs.length; count <= sample.length; count++)
        expect(() => parseTemplate(`{name|${name}(${sample.slice(0, count).join(",")})}`)).not.toThrow();
    }
    for (const token of dateTokens) expect(fill(`{date:${token}}`)).toMatch(/^\d{2,4}$/);
  });
});
