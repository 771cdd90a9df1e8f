import { type ExportOptions, lookOf } from "../core/export.ts";
import { nameExports } from "../core/export-names.ts";
import { FORMATS } from "../core/formats.ts";
import { fillTemplate, parseTemplate } from "../core/name-template.ts";
import { utf8Bytes } from "../core/naming.ts";
import { type ExportStep, type PlannedItem, stepOf } from "./export-step.ts";
import { nameParts, type ReadItem } from "./items.ts";
import { pinSheetPlan, sheetPlan } from "./plan-sheets.ts";

/** Folders of paired trees. */
export const TREES = { originals: "originals", enhanced: "enhanced" } as const;
/** What tells the two files of a pair apart in one folder; so they sort beside each other. */
const SUFFIXES = { originals: "_before", enhanced: "_after" } as const;
const ENDS_IN_SUFFIX = /_(?:before|after)$/i;
const PAGE = "comparison.html";

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
  const look = lookOf(options);
  return items.map((item, i) => {
    const path = names[i]?.path ?? "";
    const told = { facts: item.facts, others: item.otherFacts, pins: item.pins };
    const step = { look, told, words: options.captions ? words : "" };
    return { item, steps: [stepOf(path, [item], step, { kind: "composite", item })] };
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
      return stepOf(path, [item], { look: { side } }, { kind: "transfer", by, from, sha256 });
    };
    const original = file("originals", item.source, item.source, item.sourceSha256);
    return { item, steps: [original, file("enhanced", item.result, item.at, item.resultSha256)] };
  });
}

/** One page of all, or a page for each. */
function pagePlan(
  items: readonly ReadItem[],
  options: ExportOptions,
  taken: readonly string[],
  words: string,
): readonly PlannedItem[] {
  const look = lookOf(options);
  const step = (path: string, shown: readonly ReadItem[]) => {
    const told = shown.map(({ facts, pins }) => [facts, pins]);
    return stepOf(path, shown, { look, told, words }, { kind: "page", items: shown });
  };
  if (options.separate) {
    const wanted = wantedNames(items, options, "html").map((path) => ({ path, extension: ".html" }));
    const names = nameExports(wanted, { taken });
    return items.map((item, i) => ({ item, steps: [step(names[i]?.path ?? PAGE, [item])] }));
  }
  const [named] = nameExports([{ path: PAGE, extension: ".html" }], { taken });
  const one = step(named?.path ?? PAGE, items);
  return items.map((item) => ({ item, steps: [one] }));
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
