import type Database from "libsql";
import { z } from "zod";
import { type Books, booksError } from "./books.ts";

export type SqlValue = string | number | null;

/** Changes after which the log is folded into the file. */
const FOLD_EVERY = 300;
/** Texts that are kept prepared; selections are written out, so there is no end of different ones. */
const MAX_PREPARED = 100;

/** Statements on a database that this process holds alone. What is changed is on the disk when a call returns. */
export class Sql {
  private readonly prepared = new Map<string, Database.Statement>();
  /** Goes up with every change. */
  version = 0;
  private foldedAt = 0;

  constructor(private readonly books: Books) {}

  /** Rows of a query, as they are. */
  all(text: string, ...values: readonly SqlValue[]): readonly unknown[] {
    return this.statement(text).all(...values);
  }

  /** The first row. */
  get(text: string, ...values: readonly SqlValue[]): unknown {
    return this.statement(text).get(...values);
  }

  /** The column `id` of every row. */
  ids(text: string, ...values: readonly SqlValue[]): readonly number[] {
    return z
      .array(z.object({ id: z.number() }))
      .parse(this.all(text, ...values))
      .map(({ id }) => id);
  }

  /** A change. @returns the id of the row that was inserted last */
  run(text: string, ...values: readonly SqlValue[]): number {
    const { lastInsertRowid } = this.atomically(() => this.statement(text).run(...values));
    return Number(lastInsertRowid);
  }

  /**
   * Does several things as one: all of them are on the disk when it returns, or none.
   * @throws SilvergrainError DISK_FULL, TARGET_UNWRITABLE, INTERNAL; whatever `act` throws that is no error of the database
   */
  atomically<T>(act: () => T): T {
    const { db, owner, path } = this.books;
    if (db.inTransaction) return act();
    this.version++;
    try {
      db.exec("BEGIN");
      const value = act();
      db.exec("COMMIT");
      return value;
    } catch (error) {
      // On a full disk SQLite has rolled back by itself, and libsql's own helper would hide that behind another error.
      if (db.inTransaction) db.exec("ROLLBACK");
      throw booksError(error, owner, path);
    }
  }

  /**
   * Moves the log into the file now and then; to be called at moments when nobody waits.
   * @param every changes after which it is done: fewer where each of them is large
   */
  foldLog(every = FOLD_EVERY): void {
    const { db } = this.books;
    if (this.version - this.foldedAt < every || db.inTransaction) return;
    this.foldedAt = this.version;
    try {
      db.pragma("wal_checkpoint(PASSIVE)");
    } catch {
      // On a full disk the log stays as it is; everything is in it.
    }
  }

  private statement(text: string): Database.Statement {
    const known = this.prepared.get(text);
    if (known !== undefined) return known;
    const made = this.books.db.prepare(text);
    if (this.prepared.size < MAX_PREPARED) this.prepared.set(text, made);
    return made;
  }
}
