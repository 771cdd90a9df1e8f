import type { ExportOptions, Transfer } from "../core/export.ts";
import { nameExports } from "../core/export-names.ts";
import { FORMATS } from "../core/formats.ts";
import { fillTemplate, parseTemplate } from "../core/name-template.ts";
import { utf8Bytes } from "../core/naming.ts";
import { pairsOnPage } from "../core/sheet.ts";
import { hashText } from "../system/hash-file.ts";
import { type ExportItem, nameParts, type ReadItem } from "./items.ts";
import type { SheetPage } from "./sheet-pages.ts";

/** One file of an export. */
export interface ExportStep {
  /** Below the target folder, with forward slashes. */
  readonly path: string;
  /** What it is made of: who had this name before may have it again. */
  readonly owner: string;
  /** Of everything that its bytes depend on. */
  readonly key: string;
  readonly work:
    | { readonly kind: "transfer"; readonly by: Transfer; readonly from: string; readonly sha256: string }
    | { readonly kind: "composite"; readonly item: ReadItem }
    | { readonly kind: "page"; readonly items: readonly ReadItem[] }
    | { readonly kind: "sheet"; readonly pages: readonly SheetPage[] };
}

/** The files that are made of one item; a page belongs to all of them. */
export interface PlannedItem {
  readonly item: ReadItem;
  readonly steps: readonly ExportStep[];
}

/** Folders of paired trees. */
export const TREES = { originals: "originals", enhanced: "enhanced" } as const;
/** What tells the two files of a pair apart in one folder; so they sort beside each other. */
const SUFFIXES = { originals: "_before", enhanced: "_after" } as const;
const ENDS_IN_SUFFIX = /_(?:before|after)$/i;
const PAGE = "comparison.html";
const SHEET = "contact-sheet";

/**
 * Names every file of an export.
 * @param taken paths below the target folder that others have
 * @param words that pictures and pages have on them
 * @throws SilvergrainError USAGE for a template that is not understood, with the place and what there is
 */
export function planExport(
  items: readonly ReadItem[],
  options: ExportOptions,
  taken: readonly string[],
  words?: unknown,
): readonly PlannedItem[] {
  const { kind } = options;
  if (kind === "html") return pagePlan(items, options, taken, words);
  if (kind === "sheet") return sheetPlan(items, options, taken, words);
  if (kind === "paired") return pairedPlan(items, options, taken);
  const extension = FORMATS[options.format].extension;
  const names = nameExports(
    wantedNames(items, options, extension.slice(1)).map((path) => ({ path, extension })),
    { taken },
  );
  return items.map((item, i) => {
    const { name: _name, together: _together, transfer: _transfer, ...look } = options;
    const path = names[i]?.path ?? "";
    const asked = { ...look, facts: item.facts, others: item.otherFacts, pins: item.pins };
    return { item, steps: [stepOf(path, [item], asked, { kind: "composite", item }, options.captions ? words : "")] };
  });
}

/** The names that a template gives, before anything about them is solved; for a preview as one types. */
export function wantedNames(items: readonly ReadItem[], { name }: ExportOptions, ext?: string): readonly string[] {
  const template = parseTemplate(name);
  return items.map(({ facts, folder, result, n }) => {
    const filled = fillTemplate(template, { ...facts, ext: ext ?? nameParts(result).ext, n });
    return folder === "" ? filled : `${folder}/${filled}`;
  });
}

/** A pair shares its name, and no two pairs do, whatever the formats of their files. */
function pairedPlan(
  items: readonly ReadItem[],
  options: ExportOptions,
  taken: readonly string[],
): readonly PlannedItem[] {
  const { together, transfer } = options;
  const endOf = (side: keyof typeof TREES, from: string): string => {
    const { ext } = nameParts(from);
    return `${together ? SUFFIXES[side] : ""}${ext === "" ? "" : `.${ext}`}`;
  };
  const wanted = wantedNames(items, options).map((path, i) => {
    const { source = "", result = "" } = items[i] ?? {};
    const ends = [endOf("originals", source), endOf("enhanced", result)];
    return { path, extension: "", spareBytes: Math.max(...ends.map(utf8Bytes)) };
  });
  const endings = new Set(
    items.flatMap(({ source, result }) => [source, result].map((path) => nameParts(path).ext.toLowerCase())),
  );
  const stems = nameExports(wanted, { taken: taken.flatMap((path) => takenNames(path, together, endings)) });
  return items.map((item, i) => {
    const stem = stems[i]?.path ?? "";
    const file = (side: keyof typeof TREES, named: string, from: string, sha256: string): ExportStep => {
      const name = stem + endOf(side, named);
      // An original stays where it is.
      const by = side === "originals" && transfer === "move" ? "copy" : transfer;
      const path = together ? name : `${TREES[side]}/${name}`;
      return stepOf(path, [item], { side }, { kind: "transfer", by, from, sha256 });
    };
    const original = file("originals", item.source, item.source, item.sourceSha256);
    return { item, steps: [original, file("enhanced", item.result, item.at, item.resultSha256)] };
  });
}

function pagePlan(
  items: readonly ReadItem[],
  options: ExportOptions,
  taken: readonly string[],
  words: unknown,
): readonly PlannedItem[] {
  const [named] = nameExports([{ path: PAGE, extension: ".html" }], { taken });
  const { kind, fitPx, stripGps } = options;
  const asked = { kind, fitPx, stripGps, photos: items.map(({ facts, pins }) => [facts, pins]) };
  const step = stepOf(named?.path ?? PAGE, items, asked, { kind: "page", items }, words);
  return items.map((item) => ({ item, steps: [step] }));
}

/** One PDF of all pages, or a picture a page. */
function sheetPlan(
  items: readonly ReadItem[],
  { paper, columns, sheetFormat }: ExportOptions,
  taken: readonly string[],
  words: unknown,
): readonly PlannedItem[] {
  const most = pairsOnPage({ paper, columns });
  const of = Math.ceil(items.length / most);
  const pages = Array.from({ length: of }, (_, i) => ({
    items: items.slice(i * most, (i + 1) * most),
    number: i + 1,
    of,
  }));
  const extension = `.${sheetFormat}`;
  const files = sheetFormat === "pdf" ? (pages.length === 0 ? [] : [pages]) : pages.map((page) => [page]);
  const digits = Math.max(3, String(of).length);
  const wanted = files.map((_, i) => ({
    path: sheetFormat === "pdf" ? SHEET : `${SHEET}-${String(i + 1).padStart(digits, "0")}`,
    extension,
  }));
  const names = nameExports(wanted, { taken });
  return files.flatMap((file, i) => {
    const shown = file.flatMap((page) => page.items);
    const asked = {
      paper,
      columns,
      sheetFormat,
      numbers: file.map(({ number }) => [number, of]),
      facts: shown.map(({ facts }) => facts),
    };
    const step = stepOf(names[i]?.path ?? SHEET, shown, asked, { kind: "sheet", pages: file }, words);
    return shown.map((item) => ({ item, steps: [step] }));
  });
}

/** Who has the name of a result in paired trees. */
export function ownerOfResult({ source, result }: ExportItem): string {
  return ownerOf("transfer", { side: "enhanced" }, [[source, result]]);
}

function ownerOf(kind: string, look: unknown, paths: readonly (readonly string[])[]): string {
  return hashText(JSON.stringify([kind, look, paths]));
}

/** @param words that it is made with: in another language it takes the place of what it was */
function stepOf(
  path: string,
  items: readonly ReadItem[],
  look: unknown,
  work: ExportStep["work"],
  words?: unknown,
): ExportStep {
  const hashes = items.map(({ sourceSha256, resultSha256, others }) => [
    sourceSha256,
    resultSha256,
    ...others.map((other) => other.resultSha256),
  ]);
  const paths = items.map(({ source, result }) => [source, result]);
  return {
    path,
    owner: ownerOf(work.kind, look, paths),
    key: hashText(JSON.stringify([work.kind, look, hashes, words])),
    work,
  };
}

/**
 * What pairs may not be called, and what their folders are called, because of a path that is there.
 * @param endings of the pairs' files, in small letters, without a dot
 */
function takenNames(path: string, together: boolean, endings: ReadonlySet<string>): readonly string[] {
  const inTree = /^(?:originals|enhanced)\/(?<below>.+)$/i.exec(path)?.groups?.below;
  const below = together ? path : inTree;
  if (below === undefined) return [];
  const { name: stem, ext } = nameParts(below.replace(/\/$/, ""));
  // A folder is in the way of a pair's file only where it is called like one.
  if (below.endsWith("/") && !endings.has(ext.toLowerCase())) return [below];
  if (together && !ENDS_IN_SUFFIX.test(stem)) return [below];
  const name = together ? stem.replace(ENDS_IN_SUFFIX, "") : stem;
  const folder = below.slice(0, below.replace(/\/$/, "").lastIndexOf("/") + 1);
  return [below, folder + name];
}
