import type { StopSignal } from "../core/enhance.ts";
import { type CaptionWords, compositeRequest } from "./composite.ts";
import type { ExportTools } from "./export-pairs.ts";
import { makePage, type PageText } from "./page-request.ts";
import { makePinSheet } from "./pin-pages.ts";
import type { SheetEngine } from "./sheet-file.ts";
import { makeSheet } from "./sheet-pages.ts";

/** What exports say, and where the page's own parts are. */
export interface MakerOptions {
  readonly captions: CaptionWords;
  readonly page: PageText;
  /** Folder of the built script and style of pages. */
  readonly pageAssets: string;
  /** What a page is called. */
  readonly title: string;
}

/** Makes the pictures and pages of exports by an engine. */
export function makerFor(
  engine: SheetEngine,
  text: MakerOptions,
  signal: StopSignal,
): Pick<ExportTools, "make" | "words"> {
  const { captions, page, pageAssets, title } = text;
  const make: ExportTools["make"] = (options) => async (work, part, workDir, onPhoto) => {
    const tools = { engine, words: captions, workDir, title, signal, onPhoto };
    if (work.kind === "sheet") return makeSheet(work.pages, options, part, tools);
    if (work.kind === "pin-sheet") return makePinSheet(work.pages, options, part, tools);
    if (work.kind === "page") {
      const [item] = work.items;
      const called = options.separate ? (item?.facts.name ?? title) : title;
      return makePage(work.items, options, page, pageAssets, part, { ...tools, title: called });
    }
    await engine.montage(compositeRequest(work.item, options, captions, part, workDir), { signal });
    return new Map();
  };
  return { make, words: JSON.stringify([captions, page, title]) };
}
