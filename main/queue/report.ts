import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { csvCell } from "../core/csv.ts";
import { writeFileAtomically } from "../system/atomic-file.ts";
import { turnsEvery } from "../system/next-turn.ts";
import { systemError } from "../system/system-error.ts";
import type { Batch } from "./batches.ts";
import type { Job } from "./job-row.ts";
import { LEDGER_FOLDER } from "./ledger.ts";
import type { QueueStore } from "./store.ts";

/** What a report says of one photo. Absent facts are null: a photo that failed has no result. */
export interface ReportRow {
  readonly source: string;
  readonly output: string | null;
  readonly state: string;
  readonly sourceWidth: number | null;
  readonly sourceHeight: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly model: string | null;
  readonly device: string | null;
  readonly ms: number | null;
  readonly inferenceMs: number | null;
  readonly flags: readonly string[];
  readonly notes: readonly string[];
  readonly code: string | null;
  readonly message: string | null;
}

const COLUMNS = [
  "source",
  "output",
  "state",
  "sourceWidth",
  "sourceHeight",
  "width",
  "height",
  "bytes",
  "sha256",
  "model",
  "device",
  "ms",
  "inferenceMs",
  "flags",
  "notes",
  "code",
  "message",
] as const satisfies readonly (keyof ReportRow)[];

const PAGE = 100;
/** Work between two turns of the event loop. */
const SLICE_MS = 10;

/** Every photo of a batch: its jobs in their order, then those that made no jobs. */
export function* reportRows(store: QueueStore, batch: Batch): Generator<ReportRow> {
  for (let page = store.list({ batch: batch.id, limit: PAGE }); page.length > 0; ) {
    const sizes = sourceSizes(store, page);
    for (const job of page) yield jobRow(job, batch, sizes.get(job.id));
    page = store.list({ batch: batch.id, limit: PAGE, after: page.at(-1) as Job });
  }
  for (const row of z.array(PassedOverRow).parse(store.all(PASSED_OVER, batch.id))) yield { ...NOTHING, ...row };
}

/** The kinds of report. */
export type ReportKind = "json" | "csv";

/** A report as text. */
export function reportText(store: QueueStore, batch: Batch, kind: ReportKind): string {
  return [...piecesOf(store, batch, kind)].join("");
}

function piecesOf(store: QueueStore, batch: Batch, kind: ReportKind): Generator<string> {
  return kind === "json" ? jsonPieces(store, batch) : csvPieces(store, batch);
}

/** The batch, its counts, and a row a photo. */
function* jsonPieces(store: QueueStore, batch: Batch): Generator<string> {
  const { id, name, target, addedMs, jobs } = batch;
  const head = JSON.stringify({ batch: id, name, target, added: new Date(addedMs).toISOString(), jobs }, null, 1);
  yield `${head.slice(0, -"\n}".length)},\n "photos": [`;
  let separator = "\n  ";
  for (const row of reportRows(store, batch)) {
    yield separator + JSON.stringify(row);
    separator = ",\n  ";
  }
  yield "\n ]\n}\n";
}

/** RFC 4180. It begins with a byte order mark, without which spreadsheets take UTF-8 for something else. */
function* csvPieces(store: QueueStore, batch: Batch): Generator<string> {
  yield `\uFEFF${COLUMNS.join(",")}\r\n`;
  for (const row of reportRows(store, batch)) yield `${COLUMNS.map((column) => csvCell(row[column])).join(",")}\r\n`;
}

/** The same as `reportText`, with turns for others in between: ten thousand photos take a second. */
async function reportTextInTurns(store: QueueStore, batch: Batch, kind: ReportKind): Promise<string> {
  const giveWay = turnsEvery(SLICE_MS);
  let text = "";
  for (const piece of piecesOf(store, batch, kind)) {
    text += piece;
    await giveWay();
  }
  return text;
}

/**
 * Writes both beside the books of the batch's target folder.
 * @returns their paths
 * @throws SilvergrainError TARGET_UNWRITABLE, DISK_FULL
 */
export async function writeReports(
  store: QueueStore,
  batch: Batch,
): Promise<{ readonly json: string; readonly csv: string }> {
  const folder = join(batch.target, LEDGER_FOLDER, "reports");
  const paths = { json: join(folder, `batch-${batch.id}.json`), csv: join(folder, `batch-${batch.id}.csv`) };
  try {
    // Only the folder itself: where the target is gone, it is not for a report to make it anew.
    if (!existsSync(folder)) mkdirSync(folder);
    writeFileAtomically(paths.json, await reportTextInTurns(store, batch, "json"));
    writeFileAtomically(paths.csv, await reportTextInTurns(store, batch, "csv"));
    return paths;
  } catch (error) {
    throw systemError(error, paths.json);
  }
}

const NOTHING: ReportRow = {
  source: "",
  output: null,
  state: "",
  sourceWidth: null,
  sourceHeight: null,
  width: null,
  height: null,
  bytes: null,
  sha256: null,
  model: null,
  device: null,
  ms: null,
  inferenceMs: null,
  flags: [],
  notes: [],
  code: null,
  message: null,
};

function jobRow(job: Job, batch: Batch, source: SourceSize | undefined): ReportRow {
  const { result, error } = job;
  return {
    ...NOTHING,
    source: job.source,
    output: join(batch.target, job.output),
    state: job.state,
    sourceWidth: source?.width ?? null,
    sourceHeight: source?.height ?? null,
    model: job.model,
    ...(result === undefined
      ? {}
      : {
          ...result,
          device: result.device ?? null,
          ms: rounded(result.ms),
          inferenceMs: rounded(result.inferenceMs),
        }),
    code: error?.code ?? null,
    message: error?.message ?? null,
  };
}

function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms);
}

const SourceSize = z.object({ id: z.number(), width: z.number().nullable(), height: z.number().nullable() });
type SourceSize = z.infer<typeof SourceSize>;

function sourceSizes(store: QueueStore, jobs: readonly Job[]): ReadonlyMap<number, SourceSize> {
  const rows = store.all(
    `SELECT id, json_extract(plan, '$.header.size.width') AS width, json_extract(plan, '$.header.size.height') AS height
     FROM jobs WHERE json_valid(plan) AND id IN (${jobs.map(({ id }) => id).join(",")})`,
  );
  return new Map(
    z
      .array(SourceSize)
      .parse(rows)
      .map((row) => [row.id, row]),
  );
}

const PASSED_OVER =
  "SELECT source, output, state, code, message, flags FROM passed_over WHERE batch = ? ORDER BY rowid";
const PassedOverRow = z.object({
  source: z.string(),
  output: z.string().nullable(),
  state: z.enum(["skipped", "failed"]),
  code: z.string(),
  message: z.string(),
  flags: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
});
