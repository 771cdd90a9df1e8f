import { z } from "zod";
import type { Sql } from "../system/sql.ts";

/** A photo that was enhanced, as it is now. */
export interface EnhancedPhoto {
  readonly photo: number;
  /** Of the result to the photo. */
  readonly scale: number;
  /** The result looked wrong in some way. */
  readonly isFlagged: boolean;
}

const Row = z.object({ photo: z.number(), scale: z.number(), is_flagged: z.number() });

/** Which photos were enhanced, for longer than the queue remembers it. A photo that was changed since counts as new. */
export class EnhancedRows {
  constructor(private readonly sql: Sql) {}

  /** Notes it for the photo's file as it is known. */
  note({ photo, scale, isFlagged }: EnhancedPhoto): void {
    this.sql.run(
      `INSERT INTO enhanced (photo, bytes, mtime_ms, scale, is_flagged)
       SELECT id, bytes, mtime_ms, ?, ? FROM photos WHERE id = ? AND gone = 0
       ON CONFLICT (photo) DO UPDATE SET bytes = excluded.bytes, mtime_ms = excluded.mtime_ms,
         scale = excluded.scale, is_flagged = excluded.is_flagged`,
      scale,
      isFlagged ? 1 : 0,
      photo,
    );
  }

  /** All that are in view. */
  all(): readonly EnhancedPhoto[] {
    return z
      .array(Row)
      .parse(
        this.sql.all(
          `SELECT enhanced.photo, enhanced.scale, enhanced.is_flagged FROM enhanced
           JOIN photos ON photos.id = enhanced.photo
             AND photos.bytes = enhanced.bytes AND photos.mtime_ms = enhanced.mtime_ms
           WHERE photos.gone = 0`,
        ),
      )
      .map(({ photo, scale, is_flagged }) => ({ photo, scale, isFlagged: is_flagged !== 0 }));
  }
}
