import { rm } from "node:fs/promises";
import type { ExportOptions } from "../core/export.ts";
import type { PageSpec } from "../core/paper.ts";
import { madeCaption } from "./composite.ts";
import type { ReadItem } from "./items.ts";
import { MOST_MEGAPIXELS } from "./plain-request.ts";
import { readOf, type SheetTools, sheetRequest, type UnreadItems, writeSheet } from "./sheet-file.ts";

/** Where a page stands among the others, and what they all show. */
export interface PageNumber {
  /** From 1. */
  readonly number: number;
  readonly of: number;
  /** When the photos were taken, as `2024-05-03 – 2024-05-12`; empty where none tells. */
  readonly dates: string;
}

/** A page of a contact sheet. */
export interface SheetPage extends PageNumber {
  readonly items: readonly ReadItem[];
}

/** Longest side of a picture as it is read: somewhat more than it is printed at. */
const READ_PX = 1200;

/**
 * Makes a contact sheet: one PDF of all pages, or one PNG.
 * @returns the photos that could not be read
 * @throws SilvergrainError DISK_FULL, TARGET_UNWRITABLE, CANCELLED, ENGINE_*
 */
export async function makeSheet(
  pages: readonly SheetPage[],
  options: ExportOptions,
  output: string,
  tools: SheetTools,
): Promise<UnreadItems> {
  const unread: UnreadItems = new Map();
  const make = (page: SheetPage, path: string) => makePage(page, options, path, tools, unread);
  await writeSheet(pages, options, "jpeg", output, tools.workDir, make);
  return unread;
}

async function makePage(
  page: SheetPage,
  options: ExportOptions,
  output: string,
  tools: SheetTools,
  unread: UnreadItems,
): Promise<void> {
  const { engine, workDir, signal } = tools;
  const shown: { readonly file: string; readonly place: number }[] = [];
  try {
    for (const [pair, item] of page.items.entries()) {
      for (const [side, path] of [item.source, item.at].entries()) {
        const request = { path, maxMegapixels: MOST_MEGAPIXELS, longEdgePx: READ_PX, folder: workDir };
        const read = await readOf(item, unread, () => engine.thumbnail(request, signal));
        if (read !== undefined) shown.push({ file: read.file, place: 2 * pair + side });
      }
      tools.onPhoto();
    }
    const sheet = {
      kind: "contact" as const,
      ...pageSpec(page, options, tools.title),
      columns: options.columns,
      places: shown.map(({ place }) => place),
      captions: page.items.map((item) => captionsOf(item, tools, unread)),
    };
    const format = options.sheetFormat === "pdf" ? "jpeg" : "png";
    const paths = shown.map(({ file }) => file);
    await engine.montage(sheetRequest(sheet, paths, format, output, workDir), { signal });
  } finally {
    for (const { file } of shown) await rm(file, { force: true });
  }
}

/** The paper, and a heading such as `Harbour · 2024-05-03 · 2 / 5`. */
export function pageSpec({ number, of, dates }: PageNumber, options: ExportOptions, title: string): PageSpec {
  const heading = [title, dates, `${number} / ${of}`].filter((part) => part !== "").join(" · ");
  return { paper: options.paper, isLandscape: options.landscape, heading };
}

/** The name that a photo goes by on sheets, with the day that it was taken on. */
export function titleOf({ facts: { name = "", takenMs } }: ReadItem): string {
  return takenMs === undefined ? name : `${name} · ${dayOf(takenMs)}`;
}

/** From the first day to the last on which photos were taken. */
export function datesOf(items: readonly ReadItem[]): string {
  const days = items.flatMap(({ facts: { takenMs } }) => (takenMs === undefined ? [] : [dayOf(takenMs)])).sort();
  const [first = "", last = first] = [days[0], days.at(-1)];
  return first === last ? first : `${first} – ${last}`;
}

function dayOf(takenMs: number): string {
  return new Date(takenMs).toISOString().slice(0, 10);
}

function captionsOf(item: ReadItem, { words }: SheetTools, unread: UnreadItems): readonly [string, string] {
  const { facts, sourceWidth, sourceHeight } = item;
  const sizes = `${words.original} ${sourceWidth} × ${sourceHeight} → ${madeCaption(facts, item)}`;
  return [titleOf(item), unread.has(item) ? words.unreadable : sizes];
}
