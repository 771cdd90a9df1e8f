import { z } from "zod";
import type { FileStamp } from "../core/enhance.ts";
import type { Sql } from "../system/sql.ts";

/** A result that was made, as it was when it was finished. */
export interface MadeResult {
  /** Absolute. */
  readonly path: string;
  readonly stamp: FileStamp;
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  /** Id of the model. */
  readonly model: string;
  /** Of the result to the photo. */
  readonly scale: number;
  readonly strength: number;
  /** `undefined` for a model that has none. */
  readonly realism: number | undefined;
  readonly madeMs: number;
  /** Of the photo's bytes. */
  readonly sourceSha256: string | undefined;
}

/** Results that are remembered of a photo. */
const MAX_RESULTS = 20;

const Row = z
  .object({
    path: z.string(),
    bytes: z.number(),
    mtime_ms: z.number(),
    sha256: z.string(),
    width: z.number(),
    height: z.number(),
    model: z.string(),
    scale: z.number(),
    strength: z.number(),
    realism: z.number().nullable(),
    made_ms: z.number(),
    source_sha256: z.string().nullable(),
  })
  .transform(
    ({ bytes, mtime_ms, realism, made_ms, source_sha256, ...same }): MadeResult => ({
      ...same,
      stamp: { bytes, mtimeMs: mtime_ms },
      realism: realism ?? undefined,
      madeMs: made_ms,
      sourceSha256: source_sha256 ?? undefined,
    }),
  );

/** Where results lie, and how they were made. Of a photo that was changed since they count no more. */
export class ResultRows {
  constructor(private readonly sql: Sql) {}

  /** Notes it for the photo's file as it is known. What was at that path before is another file now. */
  note(photo: number, result: MadeResult): void {
    const { path, stamp, sha256, width, height, model, scale, strength, realism, madeMs, sourceSha256 } = result;
    this.sql.atomically(() => {
      this.sql.run("DELETE FROM results WHERE photo = ? AND path = ?", photo, path);
      this.sql.run(
        `INSERT INTO results (photo, source_bytes, source_mtime_ms, source_sha256, path, bytes, mtime_ms, sha256, width,
           height, model, scale, strength, realism, made_ms)
         SELECT id, bytes, mtime_ms, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM photos WHERE id = ? AND gone = 0`,
        sourceSha256 ?? null,
        path,
        stamp.bytes,
        stamp.mtimeMs,
        sha256,
        width,
        height,
        model,
        scale,
        strength,
        realism ?? null,
        madeMs,
        photo,
      );
      this.sql.run(
        `DELETE FROM results WHERE photo = ? AND id NOT IN
           (SELECT id FROM results WHERE photo = ? ORDER BY made_ms DESC, id DESC LIMIT ?)`,
        photo,
        photo,
        MAX_RESULTS,
      );
    });
  }

  /** Those of a photo as it is now, the latest first. A file that was copied has another time and the same bytes. */
  of(photo: number): readonly MadeResult[] {
    return z.array(Row).parse(
      this.sql.all(
        `SELECT results.path, results.bytes, results.mtime_ms, results.sha256, results.width, results.height,
           results.model, results.scale, results.strength, results.realism, results.made_ms, results.source_sha256
         FROM results JOIN photos ON photos.id = results.photo
         WHERE photos.id = ? AND photos.gone = 0 AND photos.bytes = results.source_bytes
           AND (photos.mtime_ms = results.source_mtime_ms OR photos.content = results.source_sha256)
         ORDER BY results.made_ms DESC, results.id DESC`,
        photo,
      ),
    );
  }
}
