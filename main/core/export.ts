import type { EXPORT_BASELINES, EXPORT_KINDS, TRANSFERS } from "../../preload/contract.ts";
import type { Encoding, SharpenFor } from "./encoding.ts";
import type { OutputFormat } from "./formats.ts";
import type { Rect } from "./geometry.ts";
import type { Paper } from "./paper.ts";

export {
  EXPORT_BASELINES,
  EXPORT_KINDS,
  EXPORT_PAPERS,
  MOST_COLUMNS,
  SHEET_FORMATS,
  TRANSFERS,
} from "../../preload/contract.ts";
export type { PageData, PagePhoto, PagePicture, PageWords } from "../../preload/page-data.ts";
export type ExportKind = (typeof EXPORT_KINDS)[number];
export type Transfer = (typeof TRANSFERS)[number];
export type ExportBaseline = (typeof EXPORT_BASELINES)[number];

/** How pairs are exported. */
export interface ExportOptions {
  readonly kind: ExportKind;
  /** Template of the names, see `parseTemplate`. */
  readonly name: string;
  /** Both files of a pair in one folder, told apart by what follows their name; else in two trees. */
  readonly together: boolean;
  readonly transfer: Transfer;
  /** A page of its own for each photo, named by the template; else one of all. */
  readonly separate: boolean;
  /** Of composites. */
  readonly format: OutputFormat;
  /** Of contact sheets and pin sheets. */
  readonly paper: Paper;
  readonly landscape: boolean;
  /** Pairs beside each other on a contact sheet, 1 to `MOST_COLUMNS`. */
  readonly columns: number;
  readonly sheetFormat: "pdf" | "png";
  /** What else is chosen of their format. */
  readonly encoding: Omit<Encoding, "format">;
  /** Whether composites say nothing of where the photo was taken. */
  readonly stripGps: boolean;
  readonly baseline: ExportBaseline;
  readonly captions: boolean;
  /** Longest side of a composite in px; `undefined` for its full size. */
  readonly fitPx: number | undefined;
  /** What a composite is sharpened for. */
  readonly sharpen: SharpenFor;
  /** Of the dividing line of `split`: its normal in degrees, 0 parts left from right. */
  readonly angle: number;
  /** Where that line is, 0 to 1 of its way across the picture; at 0 nothing of the original is seen. */
  readonly at: number;
  /** The part of the photo that a composite shows, in shares of its width and height; `undefined` for all of it. */
  readonly part: Rect | undefined;
}

export const DEFAULT_EXPORT: ExportOptions = {
  kind: "paired",
  name: "{name}",
  together: false,
  transfer: "copy",
  separate: false,
  format: "jpeg",
  paper: "a4",
  landscape: false,
  columns: 2,
  sheetFormat: "pdf",
  encoding: {},
  stripGps: false,
  baseline: "lanczos",
  captions: true,
  fitPx: undefined,
  angle: 0,
  at: 0.5,
  part: undefined,
  sharpen: "none",
};

/** What of the options the files of an export depend on: with others they have other names, too. */
export function lookOf(options: ExportOptions): unknown {
  const { kind, together, separate, paper, landscape, columns, sheetFormat, fitPx, stripGps, baseline } = options;
  const { format, encoding, captions, sharpen, part } = options;
  switch (kind) {
    case "paired":
      return { kind, together };
    case "html":
      return { kind, separate, fitPx, stripGps };
    case "sheet":
      return { kind, paper, landscape, columns, sheetFormat };
    case "pin-sheet":
      return { kind, paper, landscape, sheetFormat, baseline };
    default: {
      const line = kind === "split" ? { angle: options.angle, at: options.at } : {};
      return { kind, format, encoding, stripGps, baseline, captions, fitPx, sharpen, part, ...line };
    }
  }
}

/** Whether each pair's files have a name of their own, by the template. */
export function isNamed({ kind, separate }: Pick<ExportOptions, "kind" | "separate">): boolean {
  return kind !== "sheet" && kind !== "pin-sheet" && (kind !== "html" || separate);
}
