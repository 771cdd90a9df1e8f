import type { ExportOptions, Transfer } from "../core/export.ts";
import { nameExports } from "../core/export-names.ts";
import { FORMATS } from "../core/formats.ts";
import { fillTemplate, parseTemplate } from "../core/name-template.ts";
import { utf8Bytes } from "../core/naming.ts";
import { pinPages } from "../core/pin-sheet.ts";
import { pairsOnPage } from "../core/sheet.ts";
import { hashText } from "../system/hash-file.ts";
import { type ExportItem, nameParts, type ReadItem } from "./items.ts";
import { type PinPage, pinCropOf } from "./pin-pages.ts";
import { datesOf, type PageNumber, type SheetPage } from "./sheet-pages.ts";

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
    | { readonly kind: "sheet"; readonly pages: readonly SheetPage[] }
    | { readonly kind: "pin-sheet"; readonly pages: readonly PinPage[] };
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
const PIN_SHEET = "pin-sheet";

/**
 * Names every file of an export.
 * @param taken paths below the target folder that others have
 * @param words what is written into files: in other words they are others, of the same name
 * @throws SilvergrainError USAGE for a template that is not understood, with the place and what there is
 */
export function planExport(
  items: readonly ReadItem[],
  options: ExportOptions,
  taken: readonly string[],
  words = "",
): readonly PlannedItem[] {
  const { kind } = options;
  if (kind === "html") return pagePlan(items, options, taken, words);
  if (kind === "sheet") return sheetPlan(items, options, taken, words);
  if (kind === "pin-sheet") return pinSheetPlan(items, options, taken, words);
  if (kind === "paired") return pairedPlan(items, options, taken);
  const extension = FORMATS[options.format].extension;
  const names = nameExports(
    wantedNames(items, options, extension.slice(1)).map((path) => ({ path, extension })),
    { taken },
  );
  return items.map((item, i) => {
    const path = names[i]?.path ?? "";
    const asked = { look: lookOf(options), facts: item.facts, others: item.otherFacts, pins: item.pins };
    return { item, steps: [stepOf(path, [item], asked, { kind: "composite", item }, words)] };
  });
}

/** What of the options the files of an export depend on: with others they have other names, too. */
export function lookOf(options: ExportOptions): unknown {
  const { kind, together, paper, landscape, columns, sheetFormat, fitPx, stripGps, baseline } = options;
  const { format, encoding, captions, sharpen, part } = options;
  switch (kind) {
    case "paired":
      return { kind, together };
    case "html":
      return { kind, fitPx, stripGps };
    case "sheet":
      return { kind, paper, landscape, columns, sheetFormat };
    case "pin-sheet":
      return { kind, paper, landscape, sheetFormat, baseline };
    default: {
      const line = kind === "split" ? { angle: options.angle, at: options.at } : {};
      return { kind, format, encoding, stripGps, baseline, captions, fitPx, sharpen, part, ...line };
    }
  }
}

/** Whether each pair's files have a name of their own, by the template. */
export function isNamed({ kind }: ExportOptions): boolean {
  return kind !== "html" && kind !== "sheet" && kind !== "pin-sheet";
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
  words: string,
): readonly PlannedItem[] {
  const [named] = nameExports([{ path: PAGE, extension: ".html" }], { taken });
  const { kind, fitPx, stripGps } = options;
  const asked = { kind, fitPx, stripGps, photos: items.map(({ facts, pins }) => [facts, pins]) };
  const step = stepOf(named?.path ?? PAGE, items, asked, { kind: "page", items }, words);
  return items.map((item) => ({ item, steps: [step] }));
}

function sheetPlan(
  items: readonly ReadItem[],
  options: ExportOptions,
  taken: readonly string[],
  words: string,
): readonly PlannedItem[] {
  const { paper, landscape, columns } = options;
  const most = pairsOnPage({ paper, isLandscape: landscape, columns });
  const of = Math.ceil(items.length / most);
  const dates = datesOf(items);
  const pages = Array.from({ length: of }, (_, i) => {
    return { items: items.slice(i * most, (i + 1) * most), number: i + 1, of, dates };
  });
  const asked = { columns, dates };
  return filesOfPages(
    pages,
    ({ items: shown }) => shown,
    SHEET,
    options,
    taken,
    (path, file, shown, look) => stepOf(path, shown, { ...look, ...asked }, { kind: "sheet", pages: file }, words),
  );
}

function pinSheetPlan(
  items: readonly ReadItem[],
  options: ExportOptions,
  taken: readonly string[],
  words: string,
): readonly PlannedItem[] {
  const { paper, landscape, baseline } = options;
  const pinned = items.filter(({ pins }) => pins.length > 0);
  const photos = pinned.map((item) => ({ pins: item.pins.length, cropHeight: pinCropOf(item, options).height }));
  const runs = pinPages({ paper, isLandscape: landscape }, photos);
  const dates = datesOf(pinned);
  const pages = runs.map((page, i): PinPage => {
    const blocks = page.flatMap(({ photo, first, count }) => {
      const item = pinned[photo];
      return item === undefined ? [] : [{ item, first, count }];
    });
    return { blocks, number: i + 1, of: runs.length, dates };
  });
  const itemsOn = ({ blocks }: PinPage) => blocks.map(({ item }) => item);
  return filesOfPages(pages, itemsOn, PIN_SHEET, options, taken, (path, file, shown, look) => {
    const places = file.flatMap(({ blocks }) => blocks.map(({ item, first, count }) => [item.pins, first, count]));
    const asked = { ...look, baseline, dates, places, others: shown.map(({ otherFacts }) => otherFacts) };
    return stepOf(path, shown, asked, { kind: "pin-sheet", pages: file }, words);
  });
}

/** One PDF of all pages, or a picture a page. @param step makes a file's step, of what was asked of its pages */
function filesOfPages<Page extends PageNumber>(
  pages: readonly Page[],
  itemsOn: (page: Page) => readonly ReadItem[],
  name: string,
  { paper, landscape, sheetFormat }: ExportOptions,
  taken: readonly string[],
  step: (path: string, file: readonly Page[], shown: readonly ReadItem[], look: object) => ExportStep,
): readonly PlannedItem[] {
  const files = sheetFormat === "pdf" ? (pages.length === 0 ? [] : [pages]) : pages.map((page) => [page]);
  const digits = Math.max(3, String(pages.length).length);
  const path = (i: number) => (sheetFormat === "pdf" ? name : `${name}-${String(i + 1).padStart(digits, "0")}`);
  const names = nameExports(
    files.map((_, i) => ({ path: path(i), extension: `.${sheetFormat}` })),
    { taken },
  );
  const stepsOf = new Map<ReadItem, ExportStep[]>();
  for (const [i, file] of files.entries()) {
    const shown = [...new Set(file.flatMap(itemsOn))];
    const numbers = file.map(({ number, of }) => [number, of]);
    const look = { paper, landscape, sheetFormat, numbers, facts: shown.map(({ facts }) => facts) };
    const made = step(names[i]?.path ?? name, file, shown, look);
    for (const item of shown) stepsOf.set(item, [...(stepsOf.get(item) ?? []), made]);
  }
  return [...stepsOf].map(([item, steps]) => ({ item, steps }));
}

/** Who has the name of a result in paired trees. */
export function ownerOfResult({ source, result }: ExportItem): string {
  return ownerOf("transfer", { side: "enhanced" }, [[source, result]]);
}

function ownerOf(kind: string, look: unknown, paths: readonly (readonly string[])[]): string {
  return hashText(JSON.stringify([kind, look, paths]));
}

function stepOf(
  path: string,
  items: readonly ReadItem[],
  look: unknown,
  work: ExportStep["work"],
  words = "",
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
