import type { PhotoHeader } from "../core/enhance.ts";
import type { NameFacts } from "../core/name-template.ts";
import type { PhotoDetails } from "../core/viewing.ts";

/** A result with the photo that it was made of. Paths are absolute. */
export interface ExportItem {
  readonly source: string;
  readonly sourceSha256: string;
  readonly result: string;
  readonly resultSha256: string;
  /** Of the result, in px. */
  readonly width: number;
  readonly height: number;
  /** What a batch flagged in it, and what was noted. */
  readonly flags: readonly string[];
  readonly notes: readonly string[];
  /** Below the folder of results, without the name. */
  readonly folder: string;
  /** Marked places, 0 to 1 of the upright photo's width and height. */
  readonly pins: readonly { readonly name: string; readonly x: number; readonly y: number }[];
  readonly others: readonly OtherResult[];
  /** In stars, where they are known better than by the photo's file. */
  readonly rating?: number | undefined;
}

/** Another result of the same photo, for composites of several models. */
export interface OtherResult {
  readonly result: string;
  readonly resultSha256: string;
  readonly width: number;
  readonly height: number;
}

/** What is known of an item once its headers were read. */
export interface ReadItem extends ExportItem {
  /** Its number among all that were asked for: it does not change when another cannot be read. */
  readonly n: number;
  /** Where the result is now, which an earlier export may have moved. */
  readonly at: string;
  readonly facts: Omit<NameFacts, "n">;
  /** Of the photo, upright, in px. */
  readonly sourceWidth: number;
  readonly sourceHeight: number;
  /** Whether every browser shows the photo's file as it is seen here. */
  readonly isForBrowsers: boolean;
  /** How the other results were made, in their order. */
  readonly otherFacts: readonly Pick<NameFacts, "model" | "scale">[];
}

/** Facts for names and reports, from what the two files say of themselves. */
export function factsOf(
  item: ExportItem,
  { n, at }: Pick<ReadItem, "n" | "at">,
  source: PhotoDetails,
  result: PhotoDetails,
  others: readonly PhotoDetails[],
  batch: string,
): ReadItem {
  const rating = item.rating ?? source.rating;
  const { name, ext } = nameParts(item.source);
  const { width: sourceWidth, height: sourceHeight } = source.header.size;
  const made = (details: PhotoDetails, width: number) => ({
    model: details.enhancement?.model,
    scale: details.enhancement?.scale ?? Math.round((width / sourceWidth) * 100) / 100,
  });
  const { camera, takenMs } = source.facts;
  return {
    ...item,
    n,
    at,
    sourceWidth,
    sourceHeight,
    isForBrowsers: isForBrowsers(source.header),
    otherFacts: others.map((details, i) => made(details, item.others[i]?.width ?? sourceWidth)),
    facts: {
      name,
      ext,
      ...made(result, item.width),
      width: item.width,
      height: item.height,
      takenMs,
      camera,
      rating: rating === undefined || rating <= 0 ? undefined : rating,
      batch,
    },
  };
}

/** Browsers turn JPEG alone for sure, show CMYK in colours of their own, and move what has several frames. */
function isForBrowsers({ format, orientation, space, pages }: PhotoHeader): boolean {
  return (orientation === 1 || format === "jpeg") && space !== "cmyk" && pages === 1;
}

/** A path's name, and its extension without the dot. */
export function nameParts(path: string): { readonly name: string; readonly ext: string } {
  const base = path.split(/[\\/]/).at(-1) ?? "";
  const dot = base.lastIndexOf(".");
  return dot <= 0 ? { name: base, ext: "" } : { name: base.slice(0, dot), ext: base.slice(dot + 1) };
}
