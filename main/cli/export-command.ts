import { existsSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
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
import { MAX_GRID_PICTURES } from "../core/montage-spec.ts";
import { parseTemplate } from "../core/name-template.ts";
import type { Paper } from "../core/paper.ts";
import { engineFor } from "../engine/spawn.ts";
import { ENGLISH_CAPTIONS } from "../export/composite.ts";
import { type ExportProgress, exportPairs } from "../export/export-pairs.ts";
import type { ExportItem } from "../export/items.ts";
import { makerFor } from "../export/maker.ts";
import { ENGLISH_PAGE } from "../export/page-request.ts";
import { LEDGER_FOLDER, Ledger, type LedgerRow } from "../queue/ledger.ts";
import type { Locations } from "../system/locations.ts";
import { EXIT } from "./exit.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { integerIn, numberIn } from "./options.ts";
import { oneLine, say, sayJson } from "./say.ts";

const MOST_MEGAPIXELS = 1000;
const BIT_DEPTHS = ["8", "16"] as const;
const MOST_OTHERS = MAX_GRID_PICTURES - 2;
/** Photos between two lines while a page is made. */
const LINES_APART = 10;

type Pin = ExportItem["pins"][number];

interface ExportCommandOptions {
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
  readonly pin: readonly Pin[];
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
  readonly quality: number | undefined;
  readonly mozjpeg: boolean;
  readonly chroma: Chroma | undefined;
  readonly bits: (typeof BIT_DEPTHS)[number] | undefined;
  readonly tiffCompression: TiffCompression | undefined;
  readonly stripGps: boolean;
  readonly json: boolean;
}

/** `silvergrain export`. */
export function addExportCommand(program: Command, locations: Locations): void {
  program
    .command("export")
    .description("Copies originals and results side by side, with a list of everything (JSON and CSV).")
    .argument("<enhanced...>", "folder of results: the one given to enhance --out; several for --grid and --pin-sheet")
    .requiredOption("--to <dir>", "folder to export to; the same command again goes on where it was stopped")
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
    .option("--sharpen <for>", `composites: ${SHARPENINGS.join(", ")}`, oneOf(SHARPENINGS), DEFAULT_EXPORT.sharpen)
    .option("--quality <n>", "of JPEG, WebP and AVIF composites", integerIn(1, 100))
    .option("--mozjpeg", "JPEG composites: smaller files, made more slowly", false)
    .option("--chroma <sampling>", `JPEG composites: ${CHROMAS.join(" or ")}`, oneOf(CHROMAS))
    .option("--bits <n>", "composites: 8 or 16; 16 needs originals that have them, and a format", oneOf(BIT_DEPTHS))
    .option("--tiff-compression <kind>", TIFF_COMPRESSIONS.join(", "), oneOf(TIFF_COMPRESSIONS))
    .option("--strip-gps", "composites, pages and sheets say nothing of where photos were taken; not for copies", false)
    .option("--no-captions", "composites without a line of type")
    .option("--json", "one JSON object a line", false)
    .action(async (enhanced: readonly string[], options: ExportCommandOptions) => {
      const folders = enhanced.map((folder) => resolve(folder));
      process.exitCode = await exportCommand(folders, options, locations);
    });
}

async function exportCommand(
  folders: readonly string[],
  given: ExportCommandOptions,
  locations: Locations,
): Promise<number> {
  const target = resolve(given.to);
  if (folders.includes(target)) throw expected("--to", "another folder than that of the results", target);
  const [enhanced = target, ...others] = folders;
  const kind = kindOf(given);
  if (kind === "paired" && given.stripGps)
    throw expected(
      "--strip-gps",
      "composites, a page or contact sheets (copies are the files as they are)",
      "--paired",
    );
  if (kind !== "grid" && kind !== "pin-sheet" && others.length > 0)
    throw expected("Several folders of results", "--grid or --pin-sheet", `--${kind}`);
  if (others.length > MOST_OTHERS)
    throw expected(`--${kind}`, `at most ${MOST_OTHERS + 1} folders of results`, String(folders.length));
  const pairs = withOthers(pairsIn(enhanced), others.map(pairsIn)).map((pair) => ({ ...pair, pins: given.pin }));
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
    at: 0.5,
    part: undefined,
    sharpen,
    captions,
    encoding,
    stripGps,
    paper,
    landscape,
    columns,
    sheetFormat,
  };
  const options: ExportOptions = { kind, name, together, transfer, separate, ...looks };
  const engine = engineFor(locations);
  const interrupt = listenForInterrupt(() => engine.close(), "this photo");
  const tools = {
    read: (path: string) => engine.details(path, MOST_MEGAPIXELS),
    ...makerFor(
      engine,
      {
        captions: ENGLISH_CAPTIONS,
        page: ENGLISH_PAGE,
        pageAssets: locations.exportPageDir,
        title: basename(enhanced),
      },
      interrupt.signal,
    ),
  };
  try {
    const tell = given.json ? tellJson : tellLine;
    const outcomes = await exportPairs(pairs, target, options, basename(enhanced), tools, interrupt.signal, tell);
    const failed = outcomes.filter(({ state }) => state === "failed").length;
    const skipped = outcomes.filter(({ state }) => state === "skipped").length;
    const done = outcomes.length - failed - skipped;
    if (given.json) sayJson({ type: "summary", done, skipped, failed, target });
    else say(summary(done, skipped, failed, target));
    if (interrupt.signal.aborted) return EXIT.interrupted;
    return failed > 0 ? EXIT.failed : EXIT.ok;
  } finally {
    engine.close();
    interrupt.stop();
  }
}

/** Results of other folders go to the pairs of the same photo. */
function withOthers(pairs: readonly ExportItem[], folders: readonly (readonly ExportItem[])[]): readonly ExportItem[] {
  // A result of what the photo was before it was changed belongs to another.
  const photoOf = ({ source, sourceSha256 }: ExportItem) => `${sourceSha256} ${source}`;
  const byPhoto = folders.map((items) => new Map(items.map((item) => [photoOf(item), item])));
  return pairs.map((pair) => {
    const others = byPhoto.flatMap((found) => found.get(photoOf(pair)) ?? []);
    return {
      ...pair,
      others: others.map(({ result, resultSha256, width, height }) => ({ result, resultSha256, width, height })),
    };
  });
}

/** What was enhanced into a folder and is there. @throws SilvergrainError USAGE where nothing was; TARGET_BUSY */
function pairsIn(enhanced: string): readonly ExportItem[] {
  if (!existsSync(join(enhanced, LEDGER_FOLDER, "ledger.db")))
    throw expected("The folder of results", "one that `silvergrain enhance --out` has written to", enhanced);
  const ledger = Ledger.open(enhanced, "look");
  try {
    const pairs = ledger.all().flatMap((row) => pairOf(enhanced, row));
    if (pairs.length === 0) throw expected("The folder of results", "one with finished results in it", enhanced);
    return pairs;
  } finally {
    ledger.close();
  }
}

function pairOf(enhanced: string, row: LedgerRow): readonly ExportItem[] {
  const { output, source, source_sha256, sha256, width, height, flags, notes } = row;
  if (sha256 === null || width === null || height === null) return [];
  const result = join(enhanced, output);
  const folder = relative(enhanced, dirname(result)).split(sep).join("/");
  // Books may come from a stranger, and a move deletes.
  if (isAbsolute(folder) || folder.split("/")[0] === "..") return [];
  return [
    {
      source,
      sourceSha256: source_sha256,
      result,
      resultSha256: sha256,
      width,
      height,
      flags,
      notes,
      folder,
      pins: [],
      others: [],
    },
  ];
}

function tellLine({ outcome, done, total }: ExportProgress): void {
  if (outcome === undefined) {
    if (done % LINES_APART === 0) say(`${String(done).padStart(String(total).length)}/${total} read`);
    return;
  }
  const { item, state, code, message } = outcome;
  const name = oneLine(basename(item.source));
  const at = `${String(done).padStart(String(total).length)}/${total}`;
  if (state === "failed") say(`${at} ✗ ${name}: ${oneLine(message ?? "")} [${code}]`);
  else if (state === "done") say(`${at} ✓ ${name}`);
}

function tellJson({ outcome, done, total }: ExportProgress): void {
  if (outcome === undefined) {
    sayJson({ type: "progress", done, total });
    return;
  }
  const { item, paths, state, code, message } = outcome;
  sayJson({ type: state, source: item.source, result: item.result, files: paths, code, message, done, total });
}

function summary(done: number, skipped: number, failed: number, target: string): string {
  const parts = [`${done} exported`];
  if (skipped > 0) parts.push(`${skipped} there already`);
  if (failed > 0) parts.push(`${failed} failed`);
  return `${parts.join(", ")} in ${target}`;
}

/** The one kind that was asked for. @throws SilvergrainError USAGE for two */
function kindOf(given: ExportCommandOptions): ExportKind {
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

function oneOf<T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((each) => each === text);
    if (found === undefined) throw new InvalidArgumentError(`Expected ${choices.join(", ")}.`);
    return found;
  };
}

/** @throws InvalidArgumentError for what is no place within the photo */
function addPin(text: string, pins: readonly Pin[]): readonly Pin[] {
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

/** Understood before anything is opened: a mistake is told at once. */
function parseName(text: string): string {
  parseTemplate(text);
  return text;
}
