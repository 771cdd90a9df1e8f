import type { StopSignal } from "../core/enhance.ts";
import { type CaptionWords, compositeRequest } from "./composite.ts";
import type { ExportTools } from "./export-pairs.ts";
import { makePage, type PageText } from "./page-request.ts";
import { makeSheet, type SheetEngine } from "./sheet-pages.ts";

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
export function makerFor(engine: SheetEngine, text: MakerOptions, signal: StopSignal): ExportTools["make"] {
  const { captions, page, pageAssets, title } = text;
  return (options) => async (work, part, workDir) => {
    if (work.kind === "sheet") {
      await makeSheet(work.pages, options, captions, engine, part, workDir, title, signal);
    } else if (work.kind === "page") {
      await makePage(work.items, options, page, engine, part, workDir, pageAssets, title, signal);
    } else {
      await engine.montage(compositeRequest(work.item, options, captions, part, workDir), { signal });
    }
  };
}
