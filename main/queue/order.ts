import { z } from "zod";
import type { Sql } from "../system/sql.ts";

const Place = z.object({ id: z.number(), priority: z.number(), position: z.number() });
type Place = z.infer<typeof Place>;

const IN_ORDER = "ORDER BY priority DESC, position";

/**
 * Moves waiting jobs, in the order that they have, to just before another one, or to the very front. They take the
 * priority of whom they are put before.
 * @param before `undefined` for the front
 * @returns those that were moved
 */
export function moveJobs(sql: Sql, ids: readonly number[], before: number | undefined): readonly number[] {
  const wanted = new Set(ids);
  const waiting = sql.ids(`SELECT id FROM jobs WHERE state = 'queued' ${IN_ORDER}`);
  const moved = waiting.filter((id) => wanted.has(id));
  const anchor = before ?? waiting.find((id) => !wanted.has(id));
  if (moved.length === 0 || anchor === undefined || wanted.has(anchor)) return [];
  const place = placeOf(sql, anchor);
  if (place === undefined) return [];
  const { priority, position } = roomBefore(sql, place, moved);
  moved.forEach((id, i) => {
    sql.run("UPDATE jobs SET priority = ?, position = ? WHERE id = ?", priority, position(i), id);
  });
  return moved;
}

function placeOf(sql: Sql, id: number): Place | undefined {
  return Place.optional().parse(
    sql.get("SELECT id, priority, position FROM jobs WHERE id = ? AND state = 'queued'", id),
  );
}

/** Positions between a job and the one before it. */
function roomBefore(
  sql: Sql,
  anchor: Place,
  moved: readonly number[],
): { readonly priority: number; readonly position: (i: number) => number } {
  const { priority } = anchor;
  const above = z
    .object({ position: z.number() })
    .optional()
    .parse(
      sql.get(
        `SELECT position FROM jobs WHERE priority = ? AND position < ? AND id NOT IN (${moved.map(Number).join(",")})
         ORDER BY position DESC LIMIT 1`,
        priority,
        anchor.position,
      ),
    );
  const low = above?.position ?? anchor.position - moved.length - 1;
  const step = (anchor.position - low) / (moved.length + 1);
  if (step > 1e-6 * Math.max(1, Math.abs(anchor.position))) return { priority, position: (i) => low + step * (i + 1) };
  // Halved too often: every job gets a whole number again.
  sql.run(
    `UPDATE jobs SET position = ranks.rank FROM (
       SELECT id, row_number() OVER (${IN_ORDER}, id) * ${moved.length + 2} AS rank FROM jobs) AS ranks
     WHERE ranks.id = jobs.id`,
  );
  const place = placeOf(sql, anchor.id);
  if (place === undefined) throw new Error("the job was there a moment ago");
  return roomBefore(sql, place, moved);
}
