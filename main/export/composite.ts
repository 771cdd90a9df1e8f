import type { ExportBaseline, ExportOptions } from "../core/export.ts";
import type { Rect, Size } from "../core/geometry.ts";
import type { MontagePicture, MontageRequest, Rgb } from "../core/montage-request.ts";
import type { MontageKind } from "../core/montage-spec.ts";
import type { NameFacts } from "../core/name-template.ts";
import type { ReadItem } from "./items.ts";
import { MOST_MEGAPIXELS } from "./plain-request.ts";

/** What captions are made of, in the reader's language. */
export interface CaptionWords {
  readonly original: string;
  /** In the place of a picture on a sheet. */
  readonly unreadable: string;
  readonly baselines: Readonly<Record<ExportBaseline, string>>;
}

export const ENGLISH_CAPTIONS: CaptionWords = {
  original: "Original",
  unreadable: "could not be read",
  baselines: { nearest: "nearest", bicubic: "bicubic", lanczos: "Lanczos", "as-is": "1:1" },
};

const WHITE: Rgb = [255, 255, 255];
/** The type's height, as a share of the composite's longest picture side. */
const TYPE_SHARE = 1 / 56;
const TYPE_PX = { least: 14, most: 240 } as const;
/** Side of a pin's crop, in px of the result. */
const CROP_PX = 256;

/**
 * How a composite of a pair is asked for. Lengths go with the size at which it is looked at: the type of a small picture
 * and of one of 384 megapixels fill the same share of it.
 */
export function compositeRequest(
  item: ReadItem,
  options: ExportOptions,
  words: CaptionWords,
  output: string,
  workDir: string,
): MontageRequest {
  const { baseline, format, fitPx, angle, at, part, captions } = options;
  const background = rgbOf(options.background);
  const longest = fitPx ?? Math.max(item.width, item.height);
  const type = Math.round(Math.min(TYPE_PX.most, Math.max(TYPE_PX.least, longest * TYPE_SHARE)));
  return {
    kind: montageKind(options),
    pictures: picturesOf(item, options, words),
    baseline,
    split: { angle, at },
    ...(part !== undefined && { area: areaOf(part, item) }),
    ...(fitPx !== undefined && { fit: { width: fitPx, height: fitPx } }),
    marginPx: options.marginPx ?? (captions ? type : 0),
    dividerPx: options.dividerPx ?? Math.max(2, Math.round(options.kind === "split" ? type / 6 : type / 2)),
    captionPx: captions ? type : 0,
    background,
    // A line on one picture, a gap between two.
    dividerColour: options.kind === "split" ? WHITE : background,
    pins: item.pins,
    cropPx: CROP_PX,
    encoding: { ...options.encoding, format },
    sharpen: options.sharpen,
    keepMetadata: true,
    stripGps: options.stripGps,
    output,
    workDir,
    maxMegapixels: MOST_MEGAPIXELS,
  };
}

/** @param hex `#rrggbb` */
function rgbOf(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** How a result was made, in a line. */
export function madeCaption({ model, scale }: Pick<NameFacts, "model" | "scale">, { width, height }: Size): string {
  return [model, scale === undefined ? undefined : `${scale}×`, `${width} × ${height}`]
    .filter((part) => part !== undefined)
    .join(" · ");
}

function montageKind({ kind }: ExportOptions): MontageKind {
  return kind === "top-bottom" || kind === "split" || kind === "grid" ? kind : "side-by-side";
}

/** The part that is shown, in whole px of the result. */
function areaOf(part: Rect, { width, height }: ReadItem): Rect {
  const x = Math.round(part.x * width);
  const y = Math.round(part.y * height);
  const right = Math.max(x + 1, Math.round((part.x + part.width) * width));
  const lower = Math.max(y + 1, Math.round((part.y + part.height) * height));
  return { x, y, width: right - x, height: lower - y };
}

function picturesOf(item: ReadItem, options: ExportOptions, words: CaptionWords): readonly MontagePicture[] {
  const { facts, sourceWidth, sourceHeight } = item;
  const caption = (parts: readonly (string | undefined)[]) =>
    options.captions ? parts.filter((part) => part !== undefined).join(" · ") : "";
  const made = (how: Pick<NameFacts, "model" | "scale">, size: Size) =>
    options.captions ? madeCaption(how, size) : "";
  const original = [facts.name, words.original, `${sourceWidth} × ${sourceHeight}`, words.baselines[options.baseline]];
  const others = options.kind === "grid" ? item.others : [];
  return [
    { path: item.source, caption: caption(original) },
    { path: item.at, caption: made(facts, item) },
    ...others.map((other, i) => ({ path: other.result, caption: made(item.otherFacts[i] ?? facts, other) })),
  ];
}
