import { z } from "zod";
import { DEVICES, NOTES } from "../core/enhance.ts";
import { ERROR_CODES, type ErrorCode } from "../core/errors.ts";
import { JOB_STATES, type JobStatus } from "../core/job.ts";
import { RESULT_FLAGS } from "../core/self-check.ts";

/** A job as it is shown: everything but its plan. */
export interface Job extends JobStatus {
  readonly id: number;
  readonly batch: number;
  /** Absolute path of the photo. */
  readonly source: string;
  /** Its place below the folder it was found in, forward slashes. */
  readonly place: string;
  /** Path of the result below the batch's target folder, forward slashes. */
  readonly output: string;
  /** Id of the model. */
  readonly model: string;
  /** See `workOf`. */
  readonly work: number;
  /** Higher ones are run first, and within one priority those of lower position. */
  readonly priority: number;
  readonly position: number;
  readonly result: JobResult | undefined;
  readonly error: { readonly code: ErrorCode; readonly message: string } | undefined;
  /** Wall-clock times, which may run backwards; nothing is computed from them. */
  readonly addedMs: number;
  readonly startedMs: number | undefined;
  readonly endedMs: number | undefined;
}

/** What is remembered of a result. */
export interface JobResult {
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Not known of a result that was found finished. */
  readonly device: (typeof DEVICES)[number] | undefined;
  readonly ms: number | undefined;
  readonly inferenceMs: number | undefined;
  readonly flags: readonly (typeof RESULT_FLAGS)[number][];
  readonly notes: readonly (typeof NOTES)[number][];
}

/** The columns that `jobFrom` reads. */
export const JOB_COLUMNS = `jobs.id, jobs.batch, jobs.source, jobs.place, jobs.output, jobs.model, jobs.work, jobs.priority, jobs.position, jobs.state,
  jobs.deaths, jobs.tiles_done, jobs.tiles_total, jobs.width, jobs.height, jobs.bytes, jobs.sha256, jobs.device, jobs.ms,
  jobs.inference_ms, jobs.flags, jobs.notes, jobs.code, jobs.message, jobs.added_ms, jobs.started_ms, jobs.ended_ms`;

const Row = z.object({
  id: z.number(),
  batch: z.number(),
  source: z.string(),
  place: z.string(),
  output: z.string(),
  model: z.string(),
  work: z.number(),
  priority: z.number(),
  position: z.number(),
  state: z.enum(JOB_STATES),
  deaths: z.number(),
  tiles_done: z.number(),
  tiles_total: z.number(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  bytes: z.number().nullable(),
  sha256: z.string().nullable(),
  device: z.enum(DEVICES).nullable().catch(null),
  ms: z.number().nullable(),
  inference_ms: z.number().nullable(),
  flags: z.string().transform((text) => knownIn(text, RESULT_FLAGS)),
  notes: z.string().transform((text) => knownIn(text, NOTES)),
  code: z.enum(ERROR_CODES).nullable().catch("INTERNAL"),
  message: z.string().nullable(),
  added_ms: z.number(),
  started_ms: z.number().nullable(),
  ended_ms: z.number().nullable(),
});

/** Those words of a list that are known; a later version may have written others. */
function knownIn<T extends string>(text: string, known: readonly T[]): readonly T[] {
  try {
    const words = z.array(z.string()).parse(JSON.parse(text));
    return known.filter((word) => words.includes(word));
  } catch {
    return [];
  }
}

/** A row of the table as a job. */
export function jobFrom(raw: unknown): Job {
  const row = Row.parse(raw);
  return {
    id: row.id,
    batch: row.batch,
    source: row.source,
    place: row.place,
    output: row.output,
    model: row.model,
    work: row.work,
    priority: row.priority,
    position: row.position,
    state: row.state,
    deaths: row.deaths,
    tilesDone: row.tiles_done,
    tilesTotal: row.tiles_total,
    result: resultFrom(row),
    error: row.code === null ? undefined : { code: row.code, message: row.message ?? "" },
    addedMs: row.added_ms,
    startedMs: row.started_ms ?? undefined,
    endedMs: row.ended_ms ?? undefined,
  };
}

function resultFrom(row: z.infer<typeof Row>): JobResult | undefined {
  const { width, height, bytes, sha256, device, ms, inference_ms: inferenceMs, flags, notes } = row;
  if (width === null || height === null || bytes === null || sha256 === null) return undefined;
  return {
    width,
    height,
    bytes,
    sha256,
    device: device ?? undefined,
    ms: ms ?? undefined,
    inferenceMs: inferenceMs ?? undefined,
    flags,
    notes,
  };
}
