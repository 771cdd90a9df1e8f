import { rm } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { renamedIn } from "../core/errors.ts";
import type { ExportOptions, PageData, PagePhoto, PageWords } from "../core/export.ts";
import { area, type Size } from "../core/geometry.ts";
import type { MontageMaker } from "../core/montage-request.ts";
import type { ReadItem } from "./items.ts";
import { type PictureFile, writePage } from "./page-file.ts";
import { plainRequest } from "./plain-request.ts";
import { readOf, type SheetTools, type UnreadItems } from "./sheet-file.ts";

/** What browsers show; all of them hold 8 bits a channel. */
const SHOWN: Readonly<Record<string, string>> = {
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".png": "image/png",
  ".webp": "image/webp",
  ".avif": "image/avif",
};
/** A larger picture is made smaller: browsers hold four bytes for every px, of both pictures. */
const MOST_MEGAPIXELS = 40;
const ENCODING = { format: "jpeg", quality: 95, chroma: "4:4:4", bits: 8 } as const;

/** What a page says, in the reader's language. */
export interface PageText {
  readonly language: string;
  readonly words: PageWords;
  readonly labels: {
    readonly original: string;
    readonly result: string;
    readonly model: string;
    readonly camera: string;
    readonly taken: string;
  };
}

export const ENGLISH_PAGE: PageText = {
  language: "en",
  words: {
    before: "Original",
    after: "Enhanced",
    share: "{n} % original",
    divider: "Share of the original",
    stage: "Comparison: drag the line, or the picture; the wheel zooms",
    loupe: "Loupe",
    fit: "Fit",
    photos: "Photos",
    previous: "The photo before",
    next: "The next photo",
    pins: "Marked places, 1:1",
    keys: "Arrows move the line or change photos · + and − zoom · 0 fits, 1 is 100 % · L is the loupe",
    failed: "{name} cannot be shown by this browser.",
  },
  labels: { original: "Original", result: "Enhanced", model: "Model", camera: "Camera", taken: "Taken" },
};

/**
 * Writes a page of comparisons. What browsers do not show, or is too large for them, goes in as JPEG made for it.
 * @param assets folder of the built script and style
 * @returns the photos that could not be read, which are left out
 * @throws SilvergrainError SOURCE_* where none could be; DISK_FULL, TARGET_UNWRITABLE, CANCELLED, ENGINE_*
 */
export async function makePage(
  items: readonly ReadItem[],
  options: ExportOptions,
  text: PageText,
  assets: string,
  output: string,
  tools: Omit<SheetTools, "engine" | "words"> & { readonly engine: MontageMaker },
): Promise<UnreadItems> {
  const { engine, workDir, title, signal, onPhoto } = tools;
  const made: string[] = [];
  const files: PictureFile[] = [];
  const photos: PagePhoto[] = [];
  const unread: UnreadItems = new Map();
  try {
    for (const [i, item] of items.entries()) {
      const picture = async (
        side: "before" | "after",
        path: string,
        size: Size,
        isForBrowsers: boolean,
      ): Promise<PictureFile> => {
        const fit = fitFor(size, options.fitPx);
        const mime = isForBrowsers ? SHOWN[extname(path).toLowerCase()] : undefined;
        const id = `p${i}-${side}`;
        // A file as it is may say where its photo was taken.
        if (mime !== undefined && fit === undefined && !options.stripGps) {
          return { picture: { id, mime, ...size }, path };
        }
        const jpeg = join(workDir, `page-${i}-${side}.jpg`);
        const small = await engine
          .montage(plainRequest([path], { fit: fit ?? size, encoding: ENCODING, output: jpeg, workDir }), { signal })
          .catch((thrown: unknown) => {
            throw renamedIn(thrown, basename(jpeg), basename(path));
          });
        made.push(jpeg);
        return { picture: { id, mime: "image/jpeg", width: small.width, height: small.height }, path: jpeg };
      };
      const shown = await readOf(item, unread, async () => {
        const photoSize = { width: item.sourceWidth, height: item.sourceHeight };
        const before = await picture("before", item.source, photoSize, item.isForBrowsers);
        return { before, after: await picture("after", item.at, { width: item.width, height: item.height }, true) };
      });
      onPhoto();
      if (shown === undefined) continue;
      const { before, after } = shown;
      files.push(before, after);
      const pictures = { before: before.picture, after: after.picture };
      photos.push({ name: item.facts.name ?? "", ...pictures, facts: factsOf(item, text), pins: item.pins });
    }
    const data: PageData = { title, language: text.language, words: text.words, photos };
    const [gone] = unread.values();
    if (photos.length === 0 && gone !== undefined) throw gone;
    await writePage(output, data, files, assets);
    return unread;
  } finally {
    for (const path of made) await rm(path, { force: true });
  }
}

/** What a picture has to fit into; `undefined` where it may go in as it is. */
function fitFor(size: Size, fitPx: number | undefined): Size | undefined {
  const most = Math.sqrt(Math.min(1, (MOST_MEGAPIXELS * 1e6) / area(size)));
  const longest = Math.max(size.width, size.height);
  const px = Math.min(fitPx ?? longest, Math.floor(longest * most));
  return px < longest ? { width: px, height: px } : undefined;
}

function factsOf(item: ReadItem, { labels }: PageText): PagePhoto["facts"] {
  const { facts, sourceWidth, sourceHeight, width, height } = item;
  const scale = facts.scale === undefined ? "" : ` · ${facts.scale}×`;
  const taken = facts.takenMs === undefined ? undefined : new Date(facts.takenMs).toISOString().slice(0, 16);
  const rows: readonly (readonly [string, string | undefined])[] = [
    [labels.original, `${sourceWidth} × ${sourceHeight}`],
    [labels.result, `${width} × ${height}${scale}`],
    [labels.model, facts.model],
    [labels.camera, facts.camera],
    [labels.taken, taken?.replace("T", " ")],
  ];
  return rows.flatMap(([label, text]) => (text === undefined ? [] : [[label, text] as const]));
}
