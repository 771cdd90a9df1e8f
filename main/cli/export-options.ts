import { type Command, InvalidArgumentError } from "commander";
import {
  CHROMAS,
  type Chroma,
  SHARPENINGS,
  type SharpenFor,
  TIFF_COMPRESSIONS,
  type TiffCompression,
} from "../core/encoding.ts";
import { expected } from "../core/errors.ts";
import {
  DEFAULT_EXPORT,
  EXPORT_BASELINES,
  EXPORT_KINDS,
  EXPORT_PAPERS,
  type ExportBaseline,
  type ExportKind,
  type ExportOptions,
  MOST_COLUMNS,
  SHEET_FORMATS,
  TRANSFERS,
  type Transfer,
} from "../core/export.ts";
import { OUTPUT_FORMATS, type OutputFormat } from "../core/formats.ts";
import type { MontagePin } from "../core/montage-spec.ts";
import { parseTemplate } from "../core/name-template.ts";
import type { Paper } from "../core/paper.ts";
import { integerIn, numberIn } from "./options.ts";

const BIT_DEPTHS = ["8", "16"] as const;
const MOST_ROOM_PX = 4096;

/** What `silvergrain export` was given, as commander names it. */
export interface ExportCommandOptions {
  readonly to: string;
  readonly name: string;
  readonly together: boolean;
  readonly by: Transfer;
  readonly sideBySide: boolean;
  readonly topBottom: boolean;
  readonly split: boolean;
  readonly grid: boolean;
  readonly html: boolean;
  readonly separate: boolean;
  readonly sheet: boolean;
  readonly pinSheet: boolean;
  readonly pin: readonly MontagePin[];
  readonly paper: Paper;
  readonly landscape: boolean;
  readonly columns: number;
  readonly sheetFormat: ExportOptions["sheetFormat"];
  readonly paired: boolean | undefined;
  readonly format: OutputFormat;
  readonly baseline: ExportBaseline;
  readonly fit: number | undefined;
  readonly angle: number;
  readonly sharpen: SharpenFor;
  readonly captions: boolean;
  readonly background: string;
  readonly margin: number | undefined;
  readonly divider: number | undefined;
  readonly at: number;
  readonly quality: number | undefined;
  readonly mozjpeg: boolean;
  readonly chroma: Chroma | undefined;
  readonly bits: (typeof BIT_DEPTHS)[number] | undefined;
  readonly tiffCompression: TiffCompression | undefined;
  readonly stripGps: boolean;
  readonly json: boolean;
}

/** Adds everything that says what is exported, and how it looks. */
export function addLooks(command: Command): Command {
  return command
    .option("--side-by-side", "composites: original and result beside each other", false)
    .option("--top-bottom", "composites: the original above its result", false)
    .option("--split", "composites: one picture, parted by a line", false)
    .option("--sheet", "contact sheets: all of them on pages of paper", false)
    .option(
      "--pin-sheet",
      "pin sheets: the places of --pin at 1:1, of each photo, in up to three folders of results",
      false,
    )
    .option("--pin <x,y[,name]>", "a place to show at 1:1, as 50%,40%,eye; may be given more than once", addPin, [])
    .option("--paper <paper>", `of sheets: ${EXPORT_PAPERS.join(", ")}`, oneOf(EXPORT_PAPERS), DEFAULT_EXPORT.paper)
    .option("--landscape", "sheets lie on their long side", false)
    .option(
      "--columns <n>",
      "pairs beside each other on a contact sheet",
      integerIn(1, MOST_COLUMNS),
      DEFAULT_EXPORT.columns,
    )
    .option("--sheet-format <format>", "one pdf, or a png a page", oneOf(SHEET_FORMATS), DEFAULT_EXPORT.sheetFormat)
    .option("--html", "one page with all of them, for any browser, without a network", false)
    .option("--separate", "pages: one for each photo, named by --name", false)
    .option("--grid", "composites: the original and the results of up to three folders, two by two", false)
    .option(
      "--paired",
      "originals and results in two trees of the same names (this is what happens unless another is named)",
    )
    .option("--together", "both of a pair in one folder, as NAME_before and NAME_after", false)
    .option(
      "--by <way>",
      "copy, link, or move (only results move; originals are copied)",
      oneOf(TRANSFERS),
      DEFAULT_EXPORT.transfer,
    )
    .option(
      "--name <template>",
      "names, as {name|upper}_{scale}x or {date:YYYY/MM}/{n:0000}",
      parseName,
      DEFAULT_EXPORT.name,
    )
    .option(
      "--format <format>",
      `of composites: ${OUTPUT_FORMATS.join(", ")}`,
      oneOf(OUTPUT_FORMATS),
      DEFAULT_EXPORT.format,
    )
    .option(
      "--baseline <filter>",
      `how originals are enlarged: ${EXPORT_BASELINES.join(", ")}`,
      oneOf(EXPORT_BASELINES),
      DEFAULT_EXPORT.baseline,
    )
    .option("--fit <px>", "longest side of a composite (default: its full size)", integerIn(16, 100_000))
    .option(
      "--angle <degrees>",
      "of the line of --split: 0 parts left from right, 90 upper from lower",
      numberIn(-360, 360),
      0,
    )
    .option("--at <percent>", "where that line is; at 0 there is the result alone", numberIn(0, 100), 50)
    .option("--sharpen <for>", `composites: ${SHARPENINGS.join(", ")}`, oneOf(SHARPENINGS), DEFAULT_EXPORT.sharpen)
    .option("--quality <n>", "of JPEG, WebP and AVIF composites", integerIn(1, 100))
    .option("--mozjpeg", "JPEG composites: smaller files, made more slowly", false)
    .option("--chroma <sampling>", `JPEG composites: ${CHROMAS.join(" or ")}`, oneOf(CHROMAS))
    .option("--bits <n>", "composites: 8 or 16; 16 needs originals that have them, and a format", oneOf(BIT_DEPTHS))
    .option("--tiff-compression <kind>", TIFF_COMPRESSIONS.join(", "), oneOf(TIFF_COMPRESSIONS))
    .option("--strip-gps", "composites, pages and sheets say nothing of where photos were taken; not for copies", false)
    .option("--no-captions", "composites without a line of type")
    .option("--background <colour>", "of composites, as #1a1a1a", parseColour, DEFAULT_EXPORT.background)
    .option("--margin <px>", "around composites (default: as high as the type)", integerIn(0, MOST_ROOM_PX))
    .option(
      "--divider <px>",
      "between pictures, or the line of --split (default: by their size)",
      integerIn(0, MOST_ROOM_PX),
    );
}

/** The one kind that was asked for. @throws SilvergrainError USAGE for two, and for what a kind cannot do */
export function kindOf(given: ExportCommandOptions): ExportKind {
  const { split, grid, sheet, html, paired } = given;
  const [sideBySide, topBottom, pinSheet] = [given.sideBySide, given.topBottom, given.pinSheet];
  const asked: Readonly<Record<ExportKind, boolean | undefined>> = {
    "side-by-side": sideBySide,
    "top-bottom": topBottom,
    "pin-sheet": pinSheet,
    split,
    grid,
    sheet,
    html,
    paired,
  };
  const kinds = EXPORT_KINDS.filter((kind) => asked[kind] === true);
  const [kind = DEFAULT_EXPORT.kind, second] = kinds;
  if (second !== undefined) throw expected("The export", "one kind at a time", `--${kind} and --${second}`);
  return kind;
}

/** How it is exported. */
export function optionsFrom(given: ExportCommandOptions, kind: ExportKind): ExportOptions {
  const {
    name,
    together,
    separate,
    by: transfer,
    format,
    baseline,
    fit: fitPx,
    angle,
    sharpen,
    captions,
    stripGps,
  } = given;
  const { paper, landscape, columns, sheetFormat } = given;
  const { quality, mozjpeg, chroma, tiffCompression } = given;
  const encoding = { quality, mozjpeg, chroma, tiffCompression, bits: given.bits === "8" ? (8 as const) : undefined };
  const looks = {
    format,
    baseline,
    fitPx,
    angle,
    at: given.at / 100,
    part: undefined,
    sharpen,
    captions,
    background: given.background,
    marginPx: given.margin,
    dividerPx: given.divider,
    encoding,
    stripGps,
    paper,
    landscape,
    columns,
    sheetFormat,
  };
  return { kind, name, together, transfer, separate, ...looks };
}

function oneOf<T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((each) => each === text);
    if (found === undefined) throw new InvalidArgumentError(`Expected ${choices.join(", ")}.`);
    return found;
  };
}

/** @throws InvalidArgumentError for what is no place within the photo */
function addPin(text: string, pins: readonly MontagePin[]): readonly MontagePin[] {
  const [first = "", second = "", ...rest] = text.split(",");
  const share = (word: string) => {
    const number = /^\s*\d+(\.\d+)?\s*%?\s*$/.test(word) ? Number.parseFloat(word) : Number.NaN;
    return word.includes("%") ? number / 100 : number;
  };
  const [x, y] = [share(first), share(second)];
  const isInside = x >= 0 && x <= 1 && y >= 0 && y <= 1;
  if (!isInside) throw new InvalidArgumentError("Expected a place within the photo, as 50%,40% or 0.5,0.4,name.");
  return [...pins, { x, y, name: rest.join(",").trim() }];
}

/** @throws InvalidArgumentError */
function parseColour(text: string): string {
  const hex = text.toLowerCase();
  if (!/^#[0-9a-f]{6}$/.test(hex)) throw new InvalidArgumentError("Expected a colour as #1a1a1a.");
  return hex;
}

/** Understood before anything is opened: a mistake is told at once. */
function parseName(text: string): string {
  parseTemplate(text);
  return text;
}
