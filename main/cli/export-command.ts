import { basename, resolve } from "node:path";
import type { Command } from "commander";
import { expected } from "../core/errors.ts";
import { MAX_GRID_PICTURES } from "../core/montage-spec.ts";
import { engineFor } from "../engine/spawn.ts";
import { ENGLISH_CAPTIONS } from "../export/composite.ts";
import { type ExportProgress, exportPairs } from "../export/export-pairs.ts";
import { makerFor } from "../export/maker.ts";
import { ENGLISH_PAGE } from "../export/page-request.ts";
import { MOST_MEGAPIXELS } from "../export/plain-request.ts";
import type { Locations } from "../system/locations.ts";
import { pairsIn, withOthers } from "./enhanced-pairs.ts";
import { EXIT } from "./exit.ts";
import { addLooks, type ExportCommandOptions, kindOf, optionsFrom } from "./export-options.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { oneLine, say, sayJson } from "./say.ts";

const MOST_OTHERS = MAX_GRID_PICTURES - 2;
/** Photos between two lines while a page is made. */
const LINES_APART = 10;

/** `silvergrain export`. */
export function addExportCommand(program: Command, locations: Locations): void {
  const command = program
    .command("export")
    .description("Copies originals and results side by side, with a list of everything (JSON and CSV).")
    .argument("<enhanced...>", "folder of results: the one given to enhance --out; several for --grid and --pin-sheet")
    .requiredOption("--to <dir>", "folder to export to; the same command again goes on where it was stopped");
  addLooks(command)
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
  const options = optionsFrom(given, kind);
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
