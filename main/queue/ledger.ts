import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { NOTES } from "../core/enhance.ts";
import { RESULT_FLAGS } from "../core/self-check.ts";
import { makeFolder } from "../system/atomic-file.ts";
import { type Books, booksError, closeBooks, openBooks } from "../system/books.ts";
import { hashText } from "../system/hash-file.ts";
import { systemError } from "../system/system-error.ts";
import { QUEUE_MIGRATIONS } from "./schema.ts";

/** The folder in a target folder where Silvergrain keeps its books and working files. */
export const LEDGER_FOLDER = ".silvergrain";

const Row = z.object({
  output: z.string(),
  /** Absolute path of the photo. */
  source: z.string(),
  source_sha256: z.string(),
  key: z.string(),
  state: z.enum(["claimed", "done", "failed"]),
  /** Of the last result that was finished under this name, also while another is being made. */
  bytes: z.number().nullable(),
  mtime_ms: z.number().nullable(),
  sha256: z.string().nullable(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  flags: z.string().transform((text) => z.array(z.enum(RESULT_FLAGS)).parse(JSON.parse(text))),
  notes: z.string().transform((text) => z.array(z.enum(NOTES)).parse(JSON.parse(text))),
});
export type LedgerRow = z.infer<typeof Row>;

/** What a finished result is remembered by. */
export interface FinishedResult {
  readonly bytes: number;
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  readonly flags: readonly string[];
  readonly notes: readonly string[];
}

/**
 * What was made in a target folder, one row a result, on the disk before it is acknowledged. One process holds it
 * at a time; the lock is the operating system's and dies with its holder.
 */
export class Ledger {
  private readonly identity: string | undefined;

  private constructor(
    readonly folder: string,
    /** In a target folder the queue is kept in the same one. */
    readonly books: Books,
  ) {
    this.identity = identityOf(folder);
  }

  /**
   * Opens the ledger of a target folder, making both where they are not there, and clears away what a killed run left half-written.
   * @param access `look` leaves everything as it is, for a dry run
   * @throws SilvergrainError TARGET_BUSY, TARGET_UNWRITABLE, DISK_FULL
   */
  static open(target: string, access: "write" | "look" = "write"): Ledger {
    const folder = join(target, LEDGER_FOLDER);
    try {
      makeFolder(join(folder, "work"));
    } catch (error) {
      throw systemError(error, join(target, "ledger"), "target");
    }
    const ledger = new Ledger(
      folder,
      openBooks(join(folder, "ledger.db"), { kind: "target", folder: target }, QUEUE_MIGRATIONS),
    );
    if (access === "write") ledger.removeStrayFiles();
    return ledger;
  }

  /**
   * Whether the folder is still the one that was opened. Where a disk was pulled out, its mount point may be there all
   * the same, and results would end up below it, on another disk.
   */
  get isInPlace(): boolean {
    return identityOf(this.folder) === this.identity;
  }

  /** Where canvases and temporary files go. */
  get workDir(): string {
    return join(this.folder, "work");
  }

  /** The row of a result, by its path below the target. */
  find(output: string): LedgerRow | undefined {
    const row = this.books.db.prepare("SELECT * FROM results WHERE output = ?").get(output);
    return row === undefined ? undefined : Row.parse(row);
  }

  /** All rows, in the order in which their results were first begun. */
  all(): readonly LedgerRow[] {
    return z.array(Row).parse(this.books.db.prepare("SELECT * FROM results ORDER BY rowid").all());
  }

  /** Notes that a result is about to be made. What is known of an earlier one under its name stays until it is replaced. */
  claim(output: string, source: string, sourceSha256: string, key: string): void {
    this.run(
      `INSERT INTO results (output, source, source_sha256, key, state) VALUES (?, ?, ?, ?, 'claimed')
       ON CONFLICT (output) DO UPDATE SET source = excluded.source, source_sha256 = excluded.source_sha256,
         key = excluded.key, state = 'claimed', flags = '[]', notes = '[]', code = NULL, message = NULL`,
      output,
      source,
      sourceSha256,
      key,
    );
  }

  /** Notes that a result is there, under its final name. @param mtimeMs of the file */
  finish(output: string, mtimeMs: number, result: FinishedResult): void {
    this.run(
      `UPDATE results SET state = 'done', bytes = ?, mtime_ms = ?, sha256 = ?, width = ?, height = ?, flags = ?, notes = ? WHERE output = ?`,
      result.bytes,
      mtimeMs,
      result.sha256,
      result.width,
      result.height,
      JSON.stringify(result.flags),
      JSON.stringify(result.notes),
      output,
    );
  }

  /** Where the engine notes the hash of a result before it gets its name, so that a killed run's work is known again. */
  receiptFor(output: string): string {
    return join(this.workDir, `${hashText(output).slice(0, 32)}.receipt`);
  }

  close(): void {
    closeBooks(this.books);
  }

  private run(sql: string, ...values: readonly (string | number)[]): void {
    try {
      this.books.db.prepare(sql).run(...values);
    } catch (error) {
      throw booksError(error, this.books.owner, this.books.path);
    }
  }

  /** Everything in the working folder but canvases is of use only to the run that made it; so is a canvas cut short. */
  private removeStrayFiles(): void {
    const names = readdirSync(this.workDir);
    const canvases = new Set(names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5)));
    for (const name of names) {
      const isPart = /\.(part|tmp|src\.tif|src\.alpha\.tif|bled\.tif|final\.tif)$/.test(name);
      const isCutShort = /\.(tif|done)$/.test(name) && !canvases.has(name.replace(/\.(tif|done)$/, ""));
      if (isPart || isCutShort) rmSync(join(this.workDir, name), { force: true });
    }
  }
}

function identityOf(folder: string): string | undefined {
  try {
    const { dev, ino } = statSync(folder, { bigint: true });
    return `${dev}/${ino}`;
  } catch {
    return undefined;
  }
}
