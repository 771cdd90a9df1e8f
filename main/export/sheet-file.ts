import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { StopSignal } from "../core/enhance.ts";
import { isEngineDeath, SilvergrainError } from "../core/errors.ts";
import type { ExportOptions } from "../core/export.ts";
import type { MontageMaker, MontageRequest } from "../core/montage-request.ts";
import { pageSize, SHEET_TYPE_PX } from "../core/paper.ts";
import type { Viewer } from "../core/viewing.ts";
import type { CaptionWords } from "./composite.ts";
import type { ReadItem } from "./items.ts";
import { type PdfPage, writePdf } from "./pdf-file.ts";
import { plainRequest } from "./plain-request.ts";

/** Reads pictures small, and puts them together. */
export type SheetEngine = MontageMaker & Pick<Viewer, "thumbnail">;

/** What sheets are made with. */
export interface SheetTools {
  readonly engine: SheetEngine;
  readonly words: CaptionWords;
  /** Where working files may lie. */
  readonly workDir: string;
  /** Heads every page. */
  readonly title: string;
  readonly signal: StopSignal;
  /** Told after each photo. */
  readonly onPhoto: () => void;
}

/** Photos of which a picture could not be read: their places stay empty. */
export type UnreadItems = Map<ReadItem, SilvergrainError>;

/** Of pages that are looked at from afar. */
const PAGE_QUALITY = 95;
/** Where a picture is missing. */
const EMPTY = [232, 232, 232] as const;

/**
 * Makes one PDF of all pages, or one picture of one.
 * @param format of the pages in a PDF; a picture is a PNG
 * @param makePage makes a page as a file of that path
 */
export async function writeSheet<Page>(
  pages: readonly Page[],
  options: Pick<ExportOptions, "sheetFormat" | "paper" | "landscape">,
  format: PdfPage["format"],
  output: string,
  workDir: string,
  makePage: (page: Page, path: string) => Promise<void>,
): Promise<void> {
  const [only] = pages;
  if (options.sheetFormat === "png") {
    if (only !== undefined) await makePage(only, output);
    return;
  }
  const size = pageSize({ paper: options.paper, isLandscape: options.landscape });
  const made: PdfPage[] = [];
  try {
    for (const [i, page] of pages.entries()) {
      const path = join(workDir, `page-${i + 1}.${format}`);
      made.push({ path, format, ...size });
      await makePage(page, path);
    }
    await writePdf(output, made);
  } finally {
    for (const { path } of made) await rm(path, { force: true });
  }
}

/** How a page, or a part of one, is asked for: 8 bits of sRGB, and nothing of where photos were taken. */
export function sheetRequest(
  sheet: NonNullable<MontageRequest["sheet"]>,
  paths: readonly string[],
  format: PdfPage["format"],
  output: string,
  workDir: string,
  baseline: MontageRequest["baseline"] = "lanczos",
): MontageRequest {
  const encoding: MontageRequest["encoding"] =
    format === "jpeg" ? { format, quality: PAGE_QUALITY, chroma: "4:4:4", bits: 8 } : { format, bits: 8 };
  const look = { baseline, captionPx: SHEET_TYPE_PX, dividerColour: EMPTY };
  return plainRequest(paths, { sheet, ...look, encoding, output, workDir });
}

/** What was read; `undefined` where a photo cannot be, or the engine dies over it, which is noted of it. */
export async function readOf<T>(item: ReadItem, unread: UnreadItems, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const isOfPhoto = error instanceof SilvergrainError && (error.code.startsWith("SOURCE_") || isEngineDeath(error));
    if (!isOfPhoto) throw error;
    unread.set(item, error);
    return undefined;
  }
}
