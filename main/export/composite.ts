import type { ExportBaseline, ExportOptions } from "../core/export.ts";
import type { MontageKind } from "../core/montage.ts";
import type { MontageRequest, Rgb } from "../core/montage-request.ts";
import type { ReadItem } from "./items.ts";

/** What captions are made of, in the reader's language. */
export interface CaptionWords {
  readonly original: string;
  readonly baselines: Readonly<Record<ExportBaseline, string>>;
}

export const ENGLISH_CAPTIONS: CaptionWords = {
  original: "Original",
  baselines: { nearest: "nearest", bicubic: "bicubic", lanczos: "Lanczos", "as-is": "1:1" },
};

const PAPER: Rgb = [255, 255, 255];
/** The type's height, as a share of the composite's longest picture side. */
const TYPE_SHARE = 1 / 56;
const TYPE_PX = { least: 14, most: 240 } as const;
/** Side of a pin's crop, in px of the result. */
const CROP_PX = 256;
const MOST_MEGAPIXELS = 1000;

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
  const { baseline, format, fitPx, angle, captions } = options;
  const longest = fitPx ?? Math.max(item.width, item.height);
  const type = Math.round(Math.min(TYPE_PX.most, Math.max(TYPE_PX.least, longest * TYPE_SHARE)));
  const [original, result] = captions ? captionsOf(item, baseline, words) : ["", ""];
  return {
    kind: montageKind(options),
    pictures: [
      { path: item.source, caption: original },
      { path: item.result, caption: result },
    ],
    baseline,
    split: { angle, at: 0.5 },
    ...(fitPx !== undefined && { fit: { width: fitPx, height: fitPx } }),
    marginPx: captions ? type : 0,
    // A line on one picture, a gap between two.
    dividerPx: Math.max(2, Math.round(options.kind === "split" ? type / 6 : type / 2)),
    captionPx: captions ? type : 0,
    background: PAPER,
    dividerColour: PAPER,
    pins: item.pins,
    cropPx: CROP_PX,
    encoding: { format },
    sharpen: options.sharpen,
    keepMetadata: true,
    stripGps: false,
    output,
    workDir,
    maxMegapixels: MOST_MEGAPIXELS,
  };
}

function montageKind({ kind }: ExportOptions): MontageKind {
  return kind === "top-bottom" || kind === "split" ? kind : "side-by-side";
}

function captionsOf(
  { facts, sourceWidth, sourceHeight, width, height }: ReadItem,
  baseline: ExportBaseline,
  words: CaptionWords,
): readonly [string, string] {
  const join = (parts: readonly (string | undefined)[]) => parts.filter((part) => part !== undefined).join(" · ");
  const original = [words.original, `${sourceWidth} × ${sourceHeight}`, words.baselines[baseline]];
  const scale = facts.scale === undefined ? undefined : `${facts.scale}×`;
  return [join([facts.name, ...original]), join([facts.model, scale, `${width} × ${height}`])];
}
