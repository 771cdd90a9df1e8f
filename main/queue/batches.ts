import { z } from "zod";
import { ERROR_CODES, type ErrorCode } from "../core/errors.ts";
import { JOB_STATES, type JobState } from "../core/job.ts";
import type { Sql } from "../system/sql.ts";

/** A batch as it is shown. */
export interface Batch {
  readonly id: number;
  readonly name: string;
  /** Absolute path. */
  readonly target: string;
  readonly addedMs: number;
  readonly paused: boolean;
  /** Why it was paused, where it was not the user: its folder cannot be written to. */
  readonly held: { readonly code: ErrorCode; readonly message: string } | undefined;
  readonly jobs: Readonly<Record<JobState, number>>;
  /** Of its work that is done, 0 to 1; what failed and what was cancelled count as done with. */
  readonly share: number;
}

/** Every batch with how far it is, oldest first. @param pathOf a target folder from how it is kept */
export function batchesIn(sql: Sql, pathOf: (target: string) => string): readonly Batch[] {
  const counts = z.array(Count).parse(sql.all(COUNTS));
  return z
    .array(BatchRow)
    .parse(sql.all("SELECT id, name, target, added_ms, paused, code, message FROM batches ORDER BY id"))
    .map((row) => {
      const own = counts.filter(({ batch }) => batch === row.id);
      const of = (state: JobState) => own.find((count) => count.state === state)?.jobs ?? 0;
      const work = own.reduce((sum, count) => sum + count.work, 0);
      return {
        id: row.id,
        name: row.name,
        target: pathOf(row.target),
        addedMs: row.added_ms,
        paused: row.paused !== 0,
        held: row.code === null ? undefined : { code: row.code, message: row.message ?? "" },
        jobs: {
          queued: of("queued"),
          running: of("running"),
          done: of("done"),
          failed: of("failed"),
          cancelled: of("cancelled"),
        },
        share: work === 0 ? 0 : own.reduce((sum, count) => sum + count.done, 0) / work,
      };
    });
}

const BatchRow = z.object({
  id: z.number(),
  name: z.string(),
  target: z.string(),
  added_ms: z.number(),
  paused: z.number(),
  code: z.enum(ERROR_CODES).nullable().catch("INTERNAL"),
  message: z.string().nullable(),
});

const COUNTS = `SELECT batch, state, count(*) AS jobs, sum(work) AS work,
    sum(work * CASE WHEN state IN ('done', 'failed', 'cancelled') THEN 1.0 WHEN tiles_total > 0 THEN tiles_done * 1.0 / tiles_total ELSE 0.0 END) AS done
  FROM jobs GROUP BY batch, state`;
const Count = z.object({
  batch: z.number(),
  state: z.enum(JOB_STATES),
  jobs: z.number(),
  work: z.number(),
  done: z.number(),
});
