import { existsSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import { z } from "zod";
import { assertNever, SilvergrainError } from "../core/errors.ts";
import { makeFolder } from "./atomic-file.ts";
import { systemError } from "./system-error.ts";

/** Whose a database is: a target folder's, of which the user may choose another, or the app's own. */
export type Owner = { readonly kind: "target"; readonly folder: string } | { readonly kind: "app" };

/** An open database, and whose it is when something is wrong with it. */
export interface Books {
  readonly db: Database.Database;
  readonly path: string;
  readonly owner: Owner;
}

/**
 * Opens a database that one process holds at a time (the lock is the operating system's and dies with its holder), and
 * brings its schema up to date. What it acknowledges is on the disk: WAL, and a sync at every commit.
 * @param path of the file; made, with its folder, where it is not there
 * @param owner what a second process is told is in use
 * @param migrations one step for each version of the schema
 * @throws SilvergrainError TARGET_BUSY, TARGET_UNWRITABLE, DISK_FULL, INTERNAL
 */
export function openBooks(path: string, owner: Owner, migrations: readonly string[]): Books {
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
    migrate(db, owner, migrations);
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
    // The mode takes effect at the next read.
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
  } catch {
    // On a full disk, or one that is gone, the log stays; whoever opens it next reads it.
  }
  db.close();
}

function migrate(db: Database.Database, owner: Owner, migrations: readonly string[]): void {
  // A transaction that writes takes the lock, so a second run is turned away here and not in the middle of its work.
  db.exec("BEGIN IMMEDIATE");
  try {
    const found = z.object({ user_version: z.number() }).parse(db.prepare("PRAGMA user_version").get()).user_version;
    if (found > migrations.length) throw new SilvergrainError("TARGET_UNWRITABLE", wordsFor(owner).newer);
    for (const step of migrations.slice(found)) db.exec(step);
    db.exec(`PRAGMA user_version = ${migrations.length}`);
    db.exec("COMMIT");
  } catch (error) {
    if (db.inTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

/** What went wrong with a database, as a sentence and a code. */
export function booksError(error: unknown, owner: Owner, path: string): SilvergrainError {
  if (error instanceof SilvergrainError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const words = wordsFor(owner, path);
  const make = (code: SilvergrainError["code"], sentence: string) =>
    new SilvergrainError(code, sentence, { cause: error });
  if (/locked|busy/i.test(text)) return make("TARGET_BUSY", words.busy);
  if (/disk I\/O error/i.test(text) && !existsSync(path)) return make("TARGET_UNWRITABLE", words.lost);
  if (/disk is full|disk I\/O error|SQLITE_FULL/i.test(text)) return make("DISK_FULL", words.full);
  if (/readonly|read-only|unable to open/i.test(text)) return make("TARGET_UNWRITABLE", words.locked);
  return make("INTERNAL", `${words.name} at ${path} cannot be used (${text}). Move it away to begin a new one.`);
}

/** The sentences about a database. Only someone who chose a folder for results can choose another one. */
function wordsFor(owner: Owner, path = "") {
  switch (owner.kind) {
    case "target":
      return {
        name: "The ledger",
        newer:
          "The target folder was used by a newer Silvergrain. Update this one, or choose another folder for the results.",
        busy: `Another Silvergrain is working in ${owner.folder}. Wait for it, or choose another folder for the results.`,
        lost: `${owner.folder} is not there any more. Was its disk unplugged? What is done stays done; go on when it is back.`,
        full: `The disk is full while writing ${path}. Free some space and run the same command again; what is done stays done.`,
        locked: `${owner.folder} cannot be written to. Choose another folder for the results, or check its permissions.`,
      };
    case "app":
      return {
        name: "The file",
        newer: "A newer Silvergrain was used on this computer. Update this one to see what is kept there.",
        busy: "Silvergrain is open already. Use the window that is there, or close it first.",
        lost: `${path} is not there any more. Was its disk unplugged? Close Silvergrain and open it again when it is back.`,
        full: `The disk is full while writing ${path}. Free some space; what was kept so far is safe.`,
        locked: `${dirname(path)} cannot be written to. Check its permissions, then open Silvergrain again.`,
      };
    default:
      return assertNever(owner);
  }
}
