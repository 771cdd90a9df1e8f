import { existsSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import { z } from "zod";
import { SilvergrainError } from "../core/errors.ts";
import { makeFolder } from "../system/atomic-file.ts";
import { systemError } from "../system/system-error.ts";

/**
 * One step for each version of the schema. A step is never changed once it was published: books that were made by it
 * are out there.
 */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE results (
     output TEXT PRIMARY KEY,
     source TEXT NOT NULL,
     source_sha256 TEXT NOT NULL,
     key TEXT NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('claimed', 'done', 'failed')),
     bytes INTEGER,
     mtime_ms REAL,
     sha256 TEXT,
     width INTEGER,
     height INTEGER,
     flags TEXT NOT NULL DEFAULT '[]',
     notes TEXT NOT NULL DEFAULT '[]',
     code TEXT,
     message TEXT
   ) STRICT;
   CREATE INDEX results_by_source ON results (source);`,
  `CREATE TABLE batches (
     id INTEGER PRIMARY KEY,
     name TEXT NOT NULL,
     target TEXT NOT NULL,
     settings TEXT NOT NULL,
     added_ms INTEGER NOT NULL,
     paused INTEGER NOT NULL DEFAULT 0,
     code TEXT,
     message TEXT
   ) STRICT;
   CREATE TABLE jobs (
     id INTEGER PRIMARY KEY,
     batch INTEGER NOT NULL REFERENCES batches (id),
     target TEXT NOT NULL,
     output TEXT NOT NULL,
     source TEXT NOT NULL,
     place TEXT NOT NULL,
     model TEXT NOT NULL,
     plan TEXT NOT NULL,
     params TEXT NOT NULL,
     work REAL NOT NULL,
     priority INTEGER NOT NULL,
     position REAL NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
     deaths INTEGER NOT NULL DEFAULT 0,
     tiles_done INTEGER NOT NULL DEFAULT 0,
     tiles_total INTEGER NOT NULL DEFAULT 0,
     retried INTEGER NOT NULL DEFAULT 0,
     key TEXT,
     source_sha256 TEXT,
     width INTEGER,
     height INTEGER,
     bytes INTEGER,
     sha256 TEXT,
     device TEXT,
     ms REAL,
     inference_ms REAL,
     flags TEXT NOT NULL DEFAULT '[]',
     notes TEXT NOT NULL DEFAULT '[]',
     code TEXT,
     message TEXT,
     added_ms INTEGER NOT NULL,
     started_ms INTEGER,
     ended_ms INTEGER
   ) STRICT;
   CREATE UNIQUE INDEX jobs_waiting ON jobs (target, output) WHERE state = 'queued';
   CREATE INDEX jobs_running ON jobs (target, output) WHERE state = 'running';
   CREATE INDEX jobs_to_run ON jobs (state, priority DESC, position);
   CREATE INDEX jobs_in_order ON jobs (priority DESC, position, id);
   CREATE INDEX jobs_of_batch ON jobs (batch, priority DESC, position, id);
   CREATE TABLE events (
     id INTEGER PRIMARY KEY,
     at_ms INTEGER NOT NULL,
     batch INTEGER,
     job INTEGER,
     type TEXT NOT NULL,
     detail TEXT
   ) STRICT;
   CREATE INDEX events_of_job ON events (job);
   CREATE TABLE passed_over (
     batch INTEGER NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
     source TEXT NOT NULL,
     output TEXT,
     state TEXT NOT NULL CHECK (state IN ('skipped', 'failed')),
     code TEXT NOT NULL,
     message TEXT NOT NULL,
     flags TEXT NOT NULL DEFAULT '[]'
   ) STRICT;
   CREATE INDEX passed_over_of_batch ON passed_over (batch);
   CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** An open database, and how it is called when something is wrong with it. */
export interface Books {
  readonly db: Database.Database;
  readonly path: string;
  readonly owner: string;
}

/**
 * Opens a database that one process holds at a time (the lock is the operating system's and dies with its holder), and
 * brings its schema up to date. What it acknowledges is on the disk: WAL, and a sync at every commit.
 * @param path of the file; made, with its folder, where it is not there
 * @param owner what a second process is told is in use: the target folder, or the app
 * @throws SilvergrainError TARGET_BUSY, TARGET_UNWRITABLE, DISK_FULL, INTERNAL
 */
export function openBooks(path: string, owner: string): Books {
  const folder = dirname(path);
  try {
    makeFolder(folder);
  } catch (error) {
    throw systemError(error, folder, "target");
  }
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { timeout: 0 });
    db.pragma("locking_mode = EXCLUSIVE");
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    db.pragma("foreign_keys = ON");
    // Left to itself, SQLite folds the log into the file during whichever change comes, and that one then takes long.
    db.pragma("wal_autocheckpoint = 0");
    migrate(db);
    return { db, path, owner };
  } catch (error) {
    if (db !== undefined) closeBooks({ db, path, owner });
    throw booksError(error, owner, path);
  }
}

/**
 * Closes it, as one file without a log beside it, and lets go of the lock at once: libsql keeps a closed database, lock
 * and all, until the last of its statements was collected.
 */
export function closeBooks({ db }: Books): void {
  try {
    db.pragma("journal_mode = DELETE");
    db.pragma("locking_mode = NORMAL");
    db.prepare("SELECT count(*) FROM settings").get();
  } catch {
    // On a full disk, or one that is gone, the log stays; whoever opens it next reads it.
  }
  db.close();
}

function migrate(db: Database.Database): void {
  // A transaction that writes takes the lock, so a second run is turned away here and not in the middle of its work.
  db.exec("BEGIN IMMEDIATE");
  try {
    const found = z.object({ user_version: z.number() }).parse(db.prepare("PRAGMA user_version").get()).user_version;
    if (found > SCHEMA_VERSION) {
      throw new SilvergrainError(
        "TARGET_UNWRITABLE",
        "The target folder was used by a newer Silvergrain. Update this one, or choose another folder with --out.",
      );
    }
    for (const step of MIGRATIONS.slice(found)) db.exec(step);
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    db.exec("COMMIT");
  } catch (error) {
    if (db.inTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

/** What went wrong with a database, as a sentence and a code. */
export function booksError(error: unknown, owner: string, path: string): SilvergrainError {
  if (error instanceof SilvergrainError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/locked|busy/i.test(text)) {
    return new SilvergrainError(
      "TARGET_BUSY",
      `Another Silvergrain is working in ${owner}. Wait for it, or choose another folder with --out.`,
      { cause: error },
    );
  }
  if (/disk I\/O error/i.test(text) && !existsSync(path)) {
    return new SilvergrainError(
      "TARGET_UNWRITABLE",
      `${owner} is not there any more. Was its disk unplugged? What is done stays done; go on when it is back.`,
      { cause: error },
    );
  }
  if (/disk is full|disk I\/O error|SQLITE_FULL/i.test(text)) {
    return new SilvergrainError(
      "DISK_FULL",
      `The disk is full while writing ${path}. Free some space and run the same command again; what is done stays done.`,
      { cause: error },
    );
  }
  if (/readonly|read-only|unable to open/i.test(text)) {
    return new SilvergrainError(
      "TARGET_UNWRITABLE",
      `${owner} cannot be written to. Choose another folder with --out, or check its permissions.`,
      { cause: error },
    );
  }
  return new SilvergrainError(
    "INTERNAL",
    `The ledger at ${path} cannot be used (${text}). Move it away to begin a new one.`,
    { cause: error },
  );
}
