import { existsSync, lstatSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { z } from "zod";
import { SilvergrainError } from "../core/errors.ts";
import { makeFolder } from "../system/atomic-file.ts";
import { type Books, booksError, closeBooks, openBooks } from "../system/books.ts";
import { hashFile } from "../system/hash-file.ts";
import { systemError } from "../system/system-error.ts";

/** Where exports keep their books; the library and the queue pass over a folder of this name. */
const FOLDER = ".silvergrain";
/** That nothing else was in the folder: then the library and the queue pass over it, so that no export is enhanced. */
const OWN_MARK = "only-exports";
const MIGRATIONS = [
  `CREATE TABLE exports (
     path TEXT PRIMARY KEY, owner TEXT NOT NULL, key TEXT NOT NULL,
     bytes INTEGER, mtime_ms REAL, sha256 TEXT
   ) STRICT;
   CREATE TABLE listed (id TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT`,
];
const Row = z.object({
  path: z.string(),
  owner: z.string(),
  key: z.string(),
  bytes: z.number().nullable(),
  mtime_ms: z.number().nullable(),
  sha256: z.string().nullable(),
});

/** What is known of a finished file. */
export interface ExportedFile {
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly sha256: string;
}

/** What was exported into a folder, on the disk before it is acknowledged. One process holds it at a time. */
export class ExportLedger {
  private constructor(
    readonly target: string,
    private readonly books: Books,
  ) {}

  /**
   * Opens the books of a folder, makes both where they are not there, and clears away what a killed run left half-written.
   * @throws SilvergrainError TARGET_BUSY, TARGET_UNWRITABLE, DISK_FULL
   */
  static open(target: string): ExportLedger {
    const workDir = join(target, FOLDER, "export");
    try {
      const isOwn = !existsSync(target) || readdirSync(target).length === 0;
      makeFolder(workDir);
      if (isOwn) writeFileSync(join(target, FOLDER, OWN_MARK), "");
    } catch (error) {
      throw systemError(error, join(target, "export"));
    }
    for (const path of [join(target, FOLDER), workDir]) refuseLink(path);
    const books = openBooks(join(target, FOLDER, "export.db"), { kind: "target", folder: target }, MIGRATIONS);
    const ledger = new ExportLedger(target, books);
    ledger.clearWork();
    return ledger;
  }

  /** Where files are written before they get their names: on the same disk. */
  get workDir(): string {
    return join(this.target, FOLDER, "export");
  }

  /** Deletes what lies there, but for a file of that name. */
  clearWork(kept?: string): void {
    for (const name of readdirSync(this.workDir))
      if (name !== kept) rmSync(join(this.workDir, name), { recursive: true, force: true });
  }

  /**
   * Paths below the folder that none of these owners has, each with forward slashes; those of folders end in one.
   * @throws SilvergrainError TARGET_UNWRITABLE where a folder may not be looked into
   */
  takenByOthers(owners: ReadonlySet<string>): readonly string[] {
    const rows = z.array(Row).parse(this.books.db.prepare("SELECT * FROM exports").all());
    const mine = new Set(rows.filter(({ owner }) => owners.has(owner)).map(({ path }) => path));
    return pathsIn(this.target).filter((path) => !mine.has(path));
  }

  /** What was written under a name, where it is what would come out, and nobody has changed it since. */
  async finished(path: string, key: string): Promise<ExportedFile | undefined> {
    const found = this.books.db.prepare("SELECT * FROM exports WHERE path = ?").get(path);
    if (found === undefined) return undefined;
    const row = Row.parse(found);
    if (row.key !== key || row.bytes === null || row.mtime_ms === null || row.sha256 === null) return undefined;
    const file = join(this.target, path);
    try {
      const { size, mtimeMs } = statSync(file);
      if (size !== row.bytes) return undefined;
      if (mtimeMs !== row.mtime_ms && (await hashFile(file)) !== row.sha256) return undefined;
      return { bytes: size, mtimeMs, sha256: row.sha256 };
    } catch {
      return undefined;
    }
  }

  /** The name that was written for an owner and is there. */
  pathOf(owner: string): string | undefined {
    const rows = this.books.db.prepare("SELECT * FROM exports WHERE owner = ? AND sha256 IS NOT NULL").all(owner);
    return z
      .array(Row)
      .parse(rows)
      .find(({ path }) => existsSync(join(this.target, path)))?.path;
  }

  /** Notes names that are about to be written, all or none: after a crash they are known to be ours. */
  claim(steps: readonly { readonly path: string; readonly owner: string; readonly key: string }[]): void {
    this.atomically(() => {
      const claim = this.books.db.prepare(
        `INSERT INTO exports (path, owner, key) VALUES (?, ?, ?) ON CONFLICT (path) DO UPDATE SET
           owner = excluded.owner, key = excluded.key, bytes = NULL, mtime_ms = NULL, sha256 = NULL
           WHERE key <> excluded.key OR owner <> excluded.owner`,
      );
      for (const { path, owner, key } of steps) claim.run(path, owner, key);
    });
  }

  /** Notes files that are there under their names. */
  finish(files: readonly { readonly path: string; readonly file: ExportedFile }[]): void {
    if (files.length === 0) return;
    this.atomically(() => {
      const finish = this.books.db.prepare("UPDATE exports SET bytes = ?, mtime_ms = ?, sha256 = ? WHERE path = ?");
      for (const { path, file } of files) finish.run(file.bytes, file.mtimeMs, file.sha256, path);
    });
  }

  /** Adds what was exported to the list of everything that was, or puts it in the place of what it was before. */
  list(rows: readonly { readonly id: string; readonly json: string }[]): void {
    this.atomically(() => {
      const add = this.books.db.prepare(
        "INSERT INTO listed (id, json) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json",
      );
      for (const { id, json } of rows) add.run(id, json);
    });
  }

  /** All of it, in the order in which it was first listed. */
  listed(): readonly string[] {
    const rows = this.books.db.prepare("SELECT json FROM listed ORDER BY rowid").all();
    return z
      .array(z.object({ json: z.string() }))
      .parse(rows)
      .map(({ json }) => json);
  }

  close(): void {
    closeBooks(this.books);
  }

  private atomically(act: () => void): void {
    const { db, owner, path } = this.books;
    try {
      db.exec("BEGIN IMMEDIATE");
      act();
      db.exec("COMMIT");
    } catch (error) {
      if (db.inTransaction) db.exec("ROLLBACK");
      throw booksError(error, owner, path);
    }
  }
}

/** Everything below a folder but the books. */
function pathsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .map((entry) => {
        const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/");
        return entry.isDirectory() ? `${path}/` : path;
      })
      .filter((path) => !path.startsWith(`${FOLDER}/`));
  } catch (error) {
    throw systemError(error, join(folder, "export"));
  }
}

/** What lies in the working folder is deleted: it has to be the folder that was made, not a way to another. */
function refuseLink(path: string): void {
  if (!lstatSync(path).isSymbolicLink()) return;
  throw new SilvergrainError(
    "TARGET_UNWRITABLE",
    `${path} leads to another folder. Delete it, or export to another folder.`,
  );
}
