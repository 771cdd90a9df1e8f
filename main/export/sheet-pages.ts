import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { StopSignal } from "../core/enhance.ts";
import type { ExportOptions } from "../core/export.ts";
import type { MontageMaker, MontageRequest } from "../core/montage-request.ts";
import { PAPERS, SHEET_TYPE_PX } from "../core/sheet.ts";
import type { Viewer } from "../core/viewing.ts";
import { type CaptionWords, madeCaption } from "./composite.ts";
import type { ReadItem } from "./items.ts";
import { type PdfPage, writePdf } from "./pdf-file.ts";

/** A page of a contact sheet. */
export interface SheetPage {
  readonly items: readonly ReadItem[];
  /** From 1. */
  readonly number: number;
  readonly of: number;
}

/** Reads pictures small, and puts them together. */
export type SheetEngine = MontageMaker & Pick<Viewer, "thumbnail">;

/** Longest side of a picture as it is read: somewhat more than it is printed at. */
const READ_PX = 1200;
const MOST_MEGAPIXELS = 1000;
const QUALITY = 92;

/**
 * Makes a contact sheet: one PDF of all pages, or one PNG.
 * @param title heads every page
 */
export async function makeSheet(
  pages: readonly SheetPage[],
  options: ExportOptions,
  words: CaptionWords,
  engine: SheetEngine,
  output: string,
  workDir: string,
  title: string,
  signal: StopSignal,
): Promise<void> {
  const made: PdfPage[] = [];
  try {
    for (const page of pages) {
      const isPdf = options.sheetFormat === "pdf";
      const path = isPdf ? join(workDir, `sheet-${page.number}.jpg`) : output;
      await makePage(page, options, words, engine, path, workDir, title, signal);
      if (isPdf) made.push({ path, ...PAPERS[options.paper] });
    }
    if (options.sheetFormat === "pdf") await writePdf(output, made);
  } finally {
    for (const { path } of made) await rm(path, { force: true });
  }
}

async function makePage(
  { items, number, of }: SheetPage,
  options: ExportOptions,
  words: CaptionWords,
  engine: SheetEngine,
  output: string,
  workDir: string,
  title: string,
  signal: StopSignal,
): Promise<void> {
  const files = new Set<string>();
  try {
    const pictures = [];
    for (const path of items.flatMap(({ source, result }) => [source, result])) {
      const request = { path, maxMegapixels: MOST_MEGAPIXELS, longEdgePx: READ_PX, folder: workDir };
      const { file } = await engine.thumbnail(request, signal);
      files.add(file);
      pictures.push({ path: file, caption: "" });
    }
    const isPdf = options.sheetFormat === "pdf";
    const request: MontageRequest = {
      kind: "grid",
      sheet: {
        paper: options.paper,
        columns: options.columns,
        heading: `${title} · ${number} / ${of}`,
        captions: items.map((item) => captionsOf(item, words)),
      },
      pictures,
      baseline: "lanczos",
      split: { angle: 0, at: 0.5 },
      marginPx: 0,
      dividerPx: 0,
      captionPx: SHEET_TYPE_PX,
      background: [255, 255, 255],
      dividerColour: [255, 255, 255],
      pins: [],
      cropPx: 1,
      // A PDF's pictures have no profile of their own here: they are sRGB.
      encoding: isPdf ? { format: "jpeg", quality: QUALITY, chroma: "4:4:4", bits: 8 } : { format: "png", bits: 8 },
      sharpen: "none",
      keepMetadata: false,
      stripGps: true,
      output,
      workDir,
      maxMegapixels: MOST_MEGAPIXELS,
    };
    await engine.montage(request, { signal });
  } finally {
    for (const file of files) await rm(file, { force: true });
  }
}

function captionsOf(item: ReadItem, words: CaptionWords): readonly [string, string] {
  const { facts, sourceWidth, sourceHeight } = item;
  const sizes = `${words.original} ${sourceWidth} × ${sourceHeight} → ${madeCaption(facts, item)}`;
  return [facts.name ?? "", sizes];
}
