import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { SilvergrainError } from "../../main/core/errors.ts";
import { DEFAULT_EXPORT, type ExportOptions } from "../../main/core/export.ts";
import type { MontageRequest, MontageResult } from "../../main/core/montage-request.ts";
import type { PhotoDetails } from "../../main/core/viewing.ts";
import { type ExportTools, exportPairs } from "../../main/export/export-pairs.ts";
import type { ExportItem, OtherResult, ReadItem } from "../../main/export/items.ts";
import { ENGLISH_PAGE, makePage } from "../../main/export/page-request.ts";
import type { ExportContext, ExportOutcome } from "../../main/export/run-export.ts";
import { systemError } from "../../main/system/system-error.ts";
import { tempDir } from "../helpers/temp.ts";

const hash = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest("hex");

const MADE: MontageResult = { width: 10, height: 5, bytes: 4, bits: 8, notes: [] };

/** Photos with their results, as files that hold their own names. */
function pairsOf(home: string, names: readonly string[]): readonly ExportItem[] {
  return names.map((name) => {
    const source = join(home, "photos", name);
    const result = join(home, "out", name);
    for (const path of [source, result]) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${path.slice(home.length)} of ${name}`);
    }
    utimesSync(source, 1_000_000, 1_000_000);
    const folder = dirname(name) === "." ? "" : dirname(name);
    const sha = (path: string) => hash(readFileSync(path));
    const facts = { width: 40, height: 20, flags: [], notes: ["resumed"], folder, pins: [], others: [] };
    return { source, sourceSha256: sha(source), result, resultSha256: sha(result), ...facts };
  });
}

async function details(path: string): Promise<PhotoDetails> {
  const format = path.slice(path.lastIndexOf(".") + 1).replace("jpg", "jpeg");
  if (!existsSync(path)) throw new Error(`${path} is not there`);
  const isResult = path.includes("/out/") || path.includes("/enhanced/");
  return {
    header: {
      format,
      size: isResult ? { width: 40, height: 20 } : { width: 10, height: 5 },
      channels: 3,
      bits: 8,
      hasAlpha: false,
      space: path.includes("cmyk") ? "cmyk" : "srgb",
      orientation: path.includes("turned") ? 6 : 1,
      pages: path.includes("moving") ? 3 : 1,
      hasProfile: false,
      wear: {},
    },
    facts: { format: "png", width: 10, height: 5, bits: 8, camera: "=Canon", takenMs: Date.UTC(2024, 1, 3) },
    ...(isResult && { enhancement: { model: "srgan-x4", scale: 4, strength: 1, sourceSha256: "" } }),
  } as PhotoDetails;
}

/** Stands for a picture that was made of photos that could all be read. */
function written(part: string): Map<ReadItem, SilvergrainError> {
  writeFileSync(part, "a composite");
  return new Map();
}

interface Exported {
  readonly outcomes: readonly ExportOutcome[];
  readonly files: () => readonly string[];
  readonly states: readonly string[];
}

async function exported(
  pairs: readonly ExportItem[],
  target: string,
  options: Partial<ExportOptions> = {},
  make: ExportContext["make"] = () => Promise.reject(new Error("nothing is made here")),
  words = "",
): Promise<Exported> {
  mkdirSync(target, { recursive: true });
  const tools = { read: details, make: () => make, words };
  const outcomes = await exportPairs(
    pairs,
    target,
    { ...DEFAULT_EXPORT, ...options },
    "Spring",
    tools,
    new AbortController().signal,
    () => {},
  );
  return { outcomes, files: () => filesIn(target), states: outcomes.map(({ state }) => state) };
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(folder, path)).isFile() && !path.startsWith(".silvergrain"))
    .map((path) => path.replaceAll("\\", "/"))
    .sort();
}

describe("paired trees", () => {
  test("mirror names and folders; bytes and times stay, originals are not touched", async () => {
    const home = tempDir();
    const pairs = pairsOf(home, ["a.jpg", "茶园/b.tif"]);
    const before = pairs.map(({ source }) => [hash(readFileSync(source)), statSync(source).mtimeMs]);
    const { files, states } = await exported(pairs, join(home, "to"));
    expect(states).toEqual(["done", "done"]);
    expect(files()).toEqual([
      "enhanced/a.jpg",
      "enhanced/茶园/b.tif",
      "originals/a.jpg",
      "originals/茶园/b.tif",
      "silvergrain-export.csv",
      "silvergrain-export.json",
    ]);
    expect(pairs.map(({ source }) => [hash(readFileSync(source)), statSync(source).mtimeMs])).toEqual(before);
    const copy = join(home, "to", "originals", "茶园", "b.tif");
    expect([hash(readFileSync(copy)), statSync(copy).mtimeMs]).toEqual([pairs[1]?.sourceSha256, 1_000_000_000]);
  });

  test("or one folder, with a suffix; links are the same file, and results that move leave only where they were", async () => {
    const home = tempDir();
    const pairs = pairsOf(home, ["a.jpg"]);
    const [pair] = pairs as [ExportItem];
    const linked = await exported(pairs, join(home, "linked"), { together: true, transfer: "link" });
    expect(linked.files().slice(0, 2)).toEqual(["a_after.jpg", "a_before.jpg"]);
    expect(statSync(join(home, "linked", "a_before.jpg")).ino).toBe(statSync(pair.source).ino);

    const moved = await exported(pairs, join(home, "moved"), { transfer: "move" });
    expect(moved.states).toEqual(["done"]);
    expect([existsSync(pair.source), existsSync(pair.result)]).toEqual([true, false]);
    expect((await exported(pairs, join(home, "moved"), { transfer: "move" })).states).toEqual(["skipped"]);
    expect(hash(readFileSync(join(home, "moved", "enhanced", "a.jpg")))).toBe(pair.resultSha256);
  });

  test("have the names of a template, the pair's in common; what is there keeps its own", async () => {
    const home = tempDir();
    const pairs = pairsOf(home, ["a.jpg", "a.png", "b.jpg"]);
    const target = join(home, "to");
    mkdirSync(join(target, "enhanced"), { recursive: true });
    writeFileSync(join(target, "enhanced", "SPRING-2024-B.jpg"), "a stranger's");
    const name = "{batch|upper}-{date:YYYY}-{name|upper}";
    const { files } = await exported(pairs, target, { name });
    expect(files().filter((path) => !path.startsWith("silvergrain"))).toEqual([
      "enhanced/SPRING-2024-A (2).png",
      "enhanced/SPRING-2024-A.jpg",
      "enhanced/SPRING-2024-B (2).jpg",
      "enhanced/SPRING-2024-B.jpg",
      "originals/SPRING-2024-A (2).png",
      "originals/SPRING-2024-A.jpg",
      "originals/SPRING-2024-B (2).jpg",
    ]);
    expect(readFileSync(join(target, "enhanced", "SPRING-2024-B.jpg"), "utf8")).toBe("a stranger's");
    // The same again changes nothing, and another batch takes no name of this one.
    expect((await exported(pairs, target, { name })).states).toEqual(["skipped", "skipped", "skipped"]);
    const others = pairsOf(join(home, "other"), ["a.jpg"]);
    const other = await exported(others, target, { name });
    const list = JSON.parse(readFileSync(join(target, "silvergrain-export.json"), "utf8"));
    expect(list.photos).toHaveLength(4);
    expect(other.outcomes[0]?.paths).toEqual(["originals/SPRING-2024-A (3).jpg", "enhanced/SPRING-2024-A (3).jpg"]);
  });
});

test("what does not concern a composite makes no other of it; another line does", async () => {
  const home = tempDir();
  const pairs = pairsOf(home, ["a.jpg"]);
  const run = async (options: Partial<ExportOptions>) => {
    const make: ExportContext["make"] = async (_work, part) => written(part);
    const { states, files } = await exported(pairs, join(home, "to"), { kind: "split", ...options }, make);
    return [states, files().filter((path) => path.endsWith(".jpg"))];
  };
  expect(await run({})).toEqual([["done"], ["a.jpg"]]);
  const ofPages = { paper: "letter", columns: 5, landscape: true, sheetFormat: "png", separate: true } as const;
  expect(await run({ ...ofPages, transfer: "move", together: true })).toEqual([["skipped"], ["a.jpg"]]);
  expect(await run({ angle: 90 })).toEqual([["done"], ["a (2).jpg", "a.jpg"]]);
});

test("a page is one of all photos, or one of each under the names of the template", async () => {
  const home = tempDir();
  const pairs = pairsOf(home, ["a.jpg", "b.jpg"]);
  const target = join(home, "to");
  const shown: number[] = [];
  const make: ExportContext["make"] = async (work, part) => {
    if (work.kind === "page") shown.push(work.items.length);
    return written(part);
  };
  await exported(pairs, target, { kind: "html" }, make);
  const { files } = await exported(pairs, target, { kind: "html", separate: true, name: "{n:00} {name}" }, make);
  expect([shown, files().filter((path) => path.endsWith(".html"))]).toEqual([
    [2, 1, 1],
    ["01 a.html", "02 b.html", "comparison.html"],
  ]);
});

describe("sheets", () => {
  const sheet = { kind: "sheet", sheetFormat: "pdf" } as const;

  test("have an empty place for a photo that cannot be read, and are made again until it can", async () => {
    const home = tempDir();
    const pairs = pairsOf(home, ["a.jpg", "bad.jpg", "c.jpg"]);
    const target = join(home, "to");
    mkdirSync(target);
    let isBad = true;
    let made = 0;
    const told: (number | string)[] = [];
    const make: ExportTools["make"] = () => async (work, part, _workDir, onPhoto) => {
      made++;
      writeFileSync(part, isBad ? "with an empty place" : "whole");
      const items = work.kind === "sheet" ? work.pages.flatMap((page) => page.items) : [];
      for (const _item of items) onPhoto();
      const bad = items.filter(({ source }) => isBad && source.endsWith("bad.jpg"));
      return new Map(bad.map((item) => [item, new SilvergrainError("SOURCE_CORRUPT", "It is cut off.")]));
    };
    const run = async () => {
      const { signal } = new AbortController();
      const tools = { words: "", read: details, make };
      const outcomes = await exportPairs(pairs, target, { ...DEFAULT_EXPORT, ...sheet }, "", tools, signal, (now) => {
        told.push(now.outcome === undefined ? now.done : now.outcome.state);
      });
      return outcomes.map(({ state, code }) => code ?? state);
    };
    expect(await run()).toEqual(["done", "SOURCE_CORRUPT", "done"]);
    expect(told).toEqual([1, 2, 3, "done", "failed", "done"]);
    expect(await run()).toEqual(["done", "SOURCE_CORRUPT", "done"]);
    isBad = false;
    expect(await run()).toEqual(["done", "done", "done"]);
    expect(readFileSync(join(target, "contact-sheet.pdf"), "utf8")).toBe("whole");
    expect(await run()).toEqual(["skipped", "skipped", "skipped"]);
    expect(made).toBe(3);
  });

  test("of pins show the photos that have some; where none has, that is said before anything is written", async () => {
    const home = tempDir();
    const target = join(home, "to");
    const pairs = pairsOf(home, ["a.jpg", "b.jpg"]);
    const options = { kind: "pin-sheet" } as const;
    await expect(exported(pairs, target, options)).rejects.toMatchObject({ code: "USAGE" });
    expect(readdirSync(target)).toEqual([]);
    const pins = [{ name: "eye", x: 0.5, y: 0.5 }];
    const [first, second] = pairs as [ExportItem, ExportItem];
    const { outcomes } = await exported([first, { ...second, pins }], target, options);
    expect(outcomes.map(({ item }) => item.result)).toEqual([second.result]);
  });
});

describe("links", () => {
  test("are never written through, not even where two photos are alike and are linked again", async () => {
    const home = tempDir();
    const [one, two] = pairsOf(home, ["a.jpg", "b.jpg"]) as [ExportItem, ExportItem];
    const bytes = "the same picture";
    for (const path of [one.source, two.source]) writeFileSync(path, bytes);
    for (const path of [one.result, two.result]) writeFileSync(path, "the same result");
    utimesSync(one.source, 2_000_000, 2_000_000);
    const alike = { sourceSha256: hash(bytes), resultSha256: hash("the same result") };
    const pairs = [one, two].map((pair) => ({ ...pair, ...alike }));
    const target = join(home, "to");
    await exported(pairs, target, { transfer: "link" });
    const before = lstatSync(one.source, { bigint: true });
    // Another result beside them makes it another export under the same names.
    const others: OtherResult[] = [{ result: one.result, resultSha256: "another", width: 40, height: 20 }];
    const again = await exported(
      pairs.map((pair) => ({ ...pair, others })),
      target,
      { transfer: "link" },
    );
    expect(again.states).toEqual(["done", "done"]);
    const after = lstatSync(one.source, { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
    expect(statSync(join(target, "originals", "b.jpg")).ino).toBe(statSync(two.source).ino);
    expect(readdirSync(join(target, ".silvergrain", "export"))).toEqual([]);
  });

  test("of a photo that is a link itself lead to the photo", async () => {
    const home = tempDir();
    const [pair] = pairsOf(home, ["a.jpg"]) as [ExportItem];
    const link = join(home, "photos", "link.jpg");
    symlinkSync("a.jpg", link);
    const target = join(home, "to");
    await exported([{ ...pair, source: link }], target, { transfer: "link" });
    expect(lstatSync(join(target, "originals", "link.jpg")).ino).toBe(statSync(pair.source).ino);
  });
});

describe("results that were moved", () => {
  const enhancedIn = (target: string) =>
    Object.fromEntries(
      readdirSync(join(target, "enhanced")).map((name) => [name, hash(readFileSync(join(target, "enhanced", name)))]),
    );

  test("get the names of another template, and are moved to another layout", async () => {
    const home = tempDir();
    const [pair] = pairsOf(home, ["a.jpg"]) as [ExportItem];
    const target = join(home, "to");
    await exported([pair], target, { transfer: "move", name: "one" });
    const { states } = await exported([pair], target, { transfer: "move", name: "two" });
    expect([states, enhancedIn(target)]).toEqual([["done"], { "two.jpg": pair.resultSha256 }]);
    const together = await exported([pair], target, { transfer: "move", name: "two", together: true });
    expect([together.states, enhancedIn(target)]).toEqual([["done"], {}]);
    expect(hash(readFileSync(join(target, "two_after.jpg")))).toBe(pair.resultSha256);
  });

  test("are not overwritten by those whose names they have", async () => {
    const home = tempDir();
    const [a, b, c] = pairsOf(home, ["a.jpg", "b.jpg", "c.jpg"]) as [ExportItem, ExportItem, ExportItem];
    const target = join(home, "to");
    const options = { transfer: "move", name: "{n:000}" } as const;
    await exported([a, b], target, options);
    const { states } = await exported([c, b, a], target, options);
    expect(states).not.toContain("failed");
    const found = Object.values(enhancedIn(target)).sort();
    expect(found).toEqual([a, b, c].map(({ resultSha256 }) => resultSha256).sort());
    // And composites are made of them where they are now.
    const seen: string[] = [];
    await exported([a], target, { kind: "split" }, async (work, part) => {
      if (work.kind === "composite") seen.push(hash(readFileSync(work.item.at)));
      return written(part);
    });
    expect(seen).toEqual([a.resultSha256]);
  });

  test("stay where they are if they were changed since they were copied", async () => {
    const home = tempDir();
    const [pair] = pairsOf(home, ["a.jpg"]) as [ExportItem];
    const target = join(home, "to");
    await exported([pair], target);
    writeFileSync(pair.result, "retouched");
    const { outcomes } = await exported([pair], target, { transfer: "move" });
    expect(outcomes.map(({ code }) => code)).toEqual(["SOURCE_CHANGED"]);
    expect(readFileSync(pair.result, "utf8")).toBe("retouched");
    expect(enhancedIn(target)).toEqual({ "a.jpg": pair.resultSha256 });
  });
});

test("a page has no files of photos that browsers show in another way than we do", async () => {
  const names = ["a.jpg", "turned.jpg", "turned.webp", "turned.png", "b.webp", "moving.webp", "cmyk.jpg", "b.avif"];
  const asTheyAre: string[] = [];
  const make: ExportContext["make"] = async (work, part) => {
    if (work.kind !== "page") return new Map();
    const montage = async ({ output }: MontageRequest) => {
      writeFileSync(output, "made");
      return MADE;
    };
    const home = tempDir();
    for (const file of ["page.js", "page.css"]) writeFileSync(join(home, file), "");
    const { signal } = new AbortController();
    const tools = { engine: { montage }, workDir: home, title: "", signal, onPhoto: () => {} };
    const unread = await makePage(work.items, DEFAULT_EXPORT, ENGLISH_PAGE, home, part, tools);
    const html = readFileSync(part, "utf8");
    for (const [i, { source }] of work.items.entries()) {
      const bytes = html.match(`id="p${i}-before">([^<]*)`)?.[1] ?? "";
      if (Buffer.from(bytes, "base64").equals(readFileSync(source))) asTheyAre.push(basename(source));
    }
    return unread;
  };
  const home = tempDir();
  expect((await exported(pairsOf(home, names), join(home, "to"), { kind: "html" }, make)).states).toContain("done");
  expect(asTheyAre).toEqual(["a.jpg", "turned.jpg", "b.webp", "b.avif"]);
});

test("a photo that the engine dies over is left out of a page; where it dies over all, there is none", async () => {
  const home = tempDir();
  for (const file of ["page.js", "page.css"]) writeFileSync(join(home, file), "");
  const pageWithout = (deadly: RegExp): Promise<Exported> => {
    const make: ExportContext["make"] = async (work, part) => {
      if (work.kind !== "page") return new Map();
      const montage = async ({ output, pictures }: MontageRequest) => {
        if (deadly.test(pictures[0]?.path ?? "")) throw new SilvergrainError("ENGINE_DIED", "The engine died.");
        writeFileSync(output, "made");
        return MADE;
      };
      const { signal } = new AbortController();
      const tools = { engine: { montage }, workDir: home, title: "", signal, onPhoto: () => {} };
      return makePage(work.items, { ...DEFAULT_EXPORT, stripGps: true }, ENGLISH_PAGE, home, part, tools);
    };
    return exported(pairsOf(home, ["a.jpg", "b.jpg"]), join(home, "to"), { kind: "html" }, make);
  };
  const codes = ({ outcomes }: Exported) => outcomes.map(({ state, code }) => code ?? state);
  expect(codes(await pageWithout(/photos.a/))).toEqual(["ENGINE_DIED", "done"]);
  expect(readFileSync(join(home, "to", "comparison.html"), "utf8").match(/id="p\d-before"/g)).toEqual([
    'id="p1-before"',
  ]);
  expect(codes(await pageWithout(/photos/))).toEqual(["ENGINE_DIED", "ENGINE_DIED"]);
});

test("in another language, what says something is made again under its name, and nothing else is", async () => {
  const home = tempDir();
  const pairs = pairsOf(home, ["a.jpg"]);
  const states = async (words: string, options: Partial<ExportOptions>) => {
    const make: ExportContext["make"] = async (_, part) => {
      writeFileSync(part, words);
      return new Map();
    };
    return (await exported(pairs, join(home, "to"), options, make, words)).states;
  };
  const looks: readonly (Partial<ExportOptions> & { readonly says: boolean })[] = [
    { kind: "split", says: true },
    { kind: "split", captions: false, name: "{name} bare", says: false },
    { kind: "html", says: true },
    { kind: "paired", says: false },
  ];
  for (const { says, ...look } of looks) {
    expect(await states("Original", look), look.kind).toEqual(["done"]);
    expect(await states("原图", look), look.kind).toEqual([says ? "done" : "skipped"]);
    expect(await states("原图", look), look.kind).toEqual(["skipped"]);
  }
  expect(readFileSync(join(home, "to", "a.jpg"), "utf8")).toBe("原图");
});

describe("names", () => {
  test("leave room for what tells a pair's files apart", async () => {
    const home = tempDir();
    const pairs = pairsOf(home, [`${"x".repeat(251)}.jpg`, `${"é".repeat(125)}.jpg`]);
    const { states, files } = await exported(pairs, join(home, "to"), { together: true });
    expect(states).toEqual(["done", "done"]);
    const [before, after] = files()
      .filter((path) => path.startsWith("x"))
      .sort();
    expect([before, after]).toEqual([`${"x".repeat(244)}_after.jpg`, `${"x".repeat(244)}_before.jpg`]);
  });

  test("keep their numbers when a photo is missing, and have the library's stars", async () => {
    const home = tempDir();
    const pairs = pairsOf(home, ["a.jpg", "b.jpg", "c.jpg"]).map((pair, i) => ({ ...pair, rating: i + 3 }));
    rmSync(pairs[0]?.source ?? "");
    const { files } = await exported(pairs, join(home, "to"), { name: "{n:00}-{rating}" });
    expect(files().slice(0, 2)).toEqual(["enhanced/02-4.jpg", "enhanced/03-5.jpg"]);
  });

  test("of files and of folders are never the same", async () => {
    const home = tempDir();
    const [a, b] = pairsOf(home, ["a.jpg", "b.jpg"]) as [ExportItem, ExportItem];
    const pairs = [a, { ...b, folder: "A.jpg" }];
    const target = join(home, "to");
    expect((await exported(pairs, target)).states).toEqual(["done", "done"]);
    expect((await exported(pairs, target)).states).toEqual(["skipped", "skipped"]);
  });

  test("make way for folders, and not for what no pair's file is called", async () => {
    const home = tempDir();
    const pairs = pairsOf(home, ["a.jpg", "b.jpg", "b.old/c.jpg"]);
    const target = join(home, "to");
    mkdirSync(join(target, "enhanced", "a.jpg"), { recursive: true });
    mkdirSync(join(target, "originals"));
    writeFileSync(join(target, "b.jpg"), "a composite of it");
    const expected = ["enhanced/a (2).jpg", "enhanced/b.jpg", "enhanced/b.old/c.jpg"];
    const { files, states } = await exported(pairs, target);
    expect(states).toEqual(["done", "done", "done"]);
    expect(files().filter((path) => path.startsWith("enhanced"))).toEqual(expected);
    expect((await exported(pairs, target)).states).toEqual(["skipped", "skipped", "skipped"]);

    const composite = join(home, "composites");
    mkdirSync(join(composite, "a.jpg"), { recursive: true });
    const write: ExportContext["make"] = async (_work, part) => written(part);
    const made = await exported(pairs.slice(0, 1), composite, { kind: "split" }, write);
    expect(made.outcomes[0]?.paths).toEqual(["a (2).jpg"]);
    // What is called like one of a pair, in capitals, would be it on many disks.
    const together = join(home, "together");
    mkdirSync(together);
    writeFileSync(join(together, "a_BEFORE.jpg"), "a stranger's");
    const apart = await exported(pairs.slice(0, 1), together, { together: true });
    expect(apart.outcomes[0]?.paths).toEqual(["a (2)_before.jpg", "a (2)_after.jpg"]);
  });
});

describe("what goes wrong", () => {
  test("of pictures that are others than they were: no composite of them, and a page of the rest", async () => {
    const home = tempDir();
    const pairs = pairsOf(home, ["a.jpg", "b.jpg"]);
    writeFileSync((pairs[0] as ExportItem).source, "somebody wrote here");
    const made: string[] = [];
    const make: ExportContext["make"] = async (work, part) => {
      if (work.kind === "composite") made.push(work.item.facts.name ?? "");
      if (work.kind === "page") made.push(...work.items.map(({ facts }) => `page of ${facts.name}`));
      return written(part);
    };
    const composites = await exported(pairs, join(home, "to"), { kind: "split" }, make);
    const page = await exported(pairs, join(home, "to"), { kind: "html" }, make);
    expect(made).toEqual(["b", "page of b"]);
    for (const { outcomes } of [composites, page])
      expect(outcomes.map(({ code }) => code).sort()).toEqual(["SOURCE_CHANGED", undefined]);
  });

  test("while a file is made is said with the name that it would have", async () => {
    const home = tempDir();
    const make: ExportContext["make"] = (_work, part) => Promise.reject(systemError(new Error("ENOSPC"), part));
    const run = exported(pairsOf(home, ["a.jpg"]), join(home, "to"), { kind: "split" }, make);
    await expect(run).rejects.toMatchObject({ code: "DISK_FULL", message: expect.stringContaining(" a.jpg.") });
  });

  test("where a file is in the place of a folder is told with what to do", async () => {
    const home = tempDir();
    const target = join(home, "to");
    mkdirSync(target);
    writeFileSync(join(target, "originals"), "a file");
    const run = exported(pairsOf(home, ["a.jpg"]), target);
    await expect(run).rejects.toMatchObject({ code: "TARGET_UNWRITABLE", message: expect.stringContaining("Move it") });
  });

  test("with books that lead elsewhere deletes nothing there", async () => {
    const home = tempDir();
    const [target, elsewhere] = [join(home, "to"), join(home, "elsewhere")];
    for (const path of [join(target, ".silvergrain"), elsewhere]) mkdirSync(path, { recursive: true });
    writeFileSync(join(elsewhere, "dear.txt"), "mine");
    symlinkSync(elsewhere, join(target, ".silvergrain", "export"));
    await expect(exported(pairsOf(home, ["a.jpg"]), target)).rejects.toMatchObject({ code: "TARGET_UNWRITABLE" });
    expect(readFileSync(join(elsewhere, "dear.txt"), "utf8")).toBe("mine");
  });

  test("is not that one export takes another off the list", async () => {
    const home = tempDir();
    const pairs = pairsOf(home, ["a.jpg"]);
    const target = join(home, "to");
    const make: ExportContext["make"] = async (_work, part) => written(part);
    await exported(pairs, target);
    await exported(pairs, target, { together: true });
    for (const fitPx of [100, 200]) await exported(pairs, target, { kind: "split", fitPx }, make);
    const { files } = await exported(pairs, target);
    const list = JSON.parse(readFileSync(join(target, "silvergrain-export.json"), "utf8"));
    const listed = list.photos.flatMap((photo: { files: readonly string[] }) => photo.files).sort();
    expect(listed).toEqual(files().filter((path) => !path.startsWith("silvergrain-export")));
  });

  test("with one pair is said of it, in the list too, and the rest is exported", async () => {
    const home = tempDir();
    const pairs = pairsOf(home, ["gone.jpg", "changed.jpg", "good.jpg"]);
    writeFileSync((pairs[1] as ExportItem).source, "somebody wrote here");
    const missing = pairs.map((pair, i) => (i === 0 ? { ...pair, source: join(home, "nowhere.jpg") } : pair));
    const { outcomes, files } = await exported(missing, join(home, "to"));
    const states = Object.fromEntries(
      outcomes.map(({ item, state, code }) => [item.result.split("/").at(-1), code ?? state]),
    );
    expect(states).toEqual({ "gone.jpg": "INTERNAL", "changed.jpg": "SOURCE_CHANGED", "good.jpg": "done" });
    expect(files()).toContain("enhanced/good.jpg");
    expect(files().filter((path) => /part|changed/.test(path))).toEqual([]);
    const list = JSON.parse(readFileSync(join(home, "to", "silvergrain-export.json"), "utf8"));
    expect(list.photos.map(({ state }: { state: string }) => state)).toEqual(["failed", "failed", "done"]);
    const csv = readFileSync(join(home, "to", "silvergrain-export.csv"), "utf8");
    expect(csv.split("\r\n")).toHaveLength(5);
    // No spreadsheet takes a camera's name for a formula.
    expect(csv).toContain(",'=Canon,");
  });

  test("a file that was changed or taken away since is exported again", async () => {
    const home = tempDir();
    const pairs = pairsOf(home, ["a.jpg", "b.jpg", "c.jpg"]);
    const target = join(home, "to");
    await exported(pairs, target);
    writeFileSync(join(target, "enhanced", "a.jpg"), "scribbled over");
    const again = await exported(pairs, target);
    expect(again.states).toEqual(["done", "skipped", "skipped"]);
    expect(hash(readFileSync(join(target, "enhanced", "a.jpg")))).toBe(pairs[0]?.resultSha256);
  });

  test("a stop leaves whole files, no list, and the rest for the next time", async () => {
    const home = tempDir();
    const pairs = pairsOf(home, ["a.jpg", "b.jpg", "c.jpg"]);
    const target = join(home, "to");
    const stop = new AbortController();
    mkdirSync(target);
    const tools = { words: "", read: details, make: () => () => Promise.reject(new Error()) };
    const part = await exportPairs(pairs, target, DEFAULT_EXPORT, "", tools, stop.signal, ({ done }) => {
      if (done === 1) stop.abort();
    });
    expect(part.map(({ state }) => state)).toEqual(["done"]);
    expect(filesIn(target)).toEqual(["enhanced/a.jpg", "originals/a.jpg"]);
    expect((await exported(pairs, target)).states).toEqual(["skipped", "done", "done"]);
  });
});
