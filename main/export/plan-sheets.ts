import { type ExportOptions, lookOf } from "../core/export.ts";
import { nameExports } from "../core/export-names.ts";
import { pinPages } from "../core/pin-sheet.ts";
import { pairsOnPage } from "../core/sheet.ts";
import { type ExportStep, type PlannedItem, stepOf } from "./export-step.ts";
import type { ReadItem } from "./items.ts";
import { type PinPage, pinCropOf } from "./pin-pages.ts";
import { datesOf, type PageNumber, type SheetPage } from "./sheet-pages.ts";

const SHEET = "contact-sheet";
const PIN_SHEET = "pin-sheet";

/** Names the contact sheets of an export. */
export function sheetPlan(
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
  const itemsOn = ({ items: shown }: SheetPage) => shown;
  return filesOfPages(pages, itemsOn, SHEET, options, taken, (path, file, shown) =>
    stepOf(path, shown, { look: lookOf(options), told: toldOf(file, shown), words }, { kind: "sheet", pages: file }),
  );
}

/** Names the pin sheets of an export: of the photos that have pins. */
export function pinSheetPlan(
  items: readonly ReadItem[],
  options: ExportOptions,
  taken: readonly string[],
  words: string,
): readonly PlannedItem[] {
  const { paper, landscape } = options;
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
  return filesOfPages(pages, itemsOn, PIN_SHEET, options, taken, (path, file, shown) => {
    const places = file.flatMap(({ blocks }) => blocks.map(({ item, first, count }) => [item.pins, first, count]));
    const told = [toldOf(file, shown), places, shown.map(({ otherFacts }) => otherFacts)];
    return stepOf(path, shown, { look: lookOf(options), told, words }, { kind: "pin-sheet", pages: file });
  });
}

/** One PDF of all pages, or a picture a page. @param step makes a file's step */
function filesOfPages<Page extends PageNumber>(
  pages: readonly Page[],
  itemsOn: (page: Page) => readonly ReadItem[],
  name: string,
  { sheetFormat }: ExportOptions,
  taken: readonly string[],
  step: (path: string, file: readonly Page[], shown: readonly ReadItem[]) => ExportStep,
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
    const made = step(names[i]?.path ?? name, file, shown);
    for (const item of shown) stepsOf.set(item, [...(stepsOf.get(item) ?? []), made]);
  }
  return [...stepsOf].map(([item, steps]) => ({ item, steps }));
}

/** What every sheet tells: which of its pages these are, and of which photos. */
function toldOf(file: readonly PageNumber[], shown: readonly ReadItem[]): unknown {
  return [file.map(({ number, of, dates }) => [number, of, dates]), shown.map(({ facts }) => facts)];
}
