import { z } from "zod";
import type { PassedOverFile } from "../core/viewing.ts";
import { nextTurn } from "../system/next-turn.ts";
import type { Sql } from "../system/sql.ts";

/** Of more files that are no photos only the number is kept. */
const MAX_PASSED_OVER = 10_000;
const CHUNK = 500;

/** `tree`: everything below it. `files`: only the files in it that were added one by one. */
export type FolderKind = "tree" | "files";

export interface FolderRow {
  readonly id: number;
  /** Absolute and real: no part of it is a link. */
  readonly path: string;
  readonly kind: FolderKind;
  /** Names the folder on its disk, wherever it is moved to there. */
  readonly identity: string | undefined;
  readonly isMissing: boolean;
  readonly passedOver: number;
  /** The turn in which it was looked through last, to its end; 0 for never. */
  readonly seenTurn: number;
}

const Row = z.object({
  id: z.number(),
  path: z.string(),
  kind: z.enum(["tree", "files"]),
  identity: z.string().nullable(),
  missing: z.number(),
  passed_over: z.number(),
  seen_turn: z.number(),
});

const PassedOver = z.object({ place: z.string(), why: z.enum(["not-a-photo", "link-out", "unreadable"]) });

/** The folders of the library. One that was removed keeps its row, as those of its photos are kept. */
export class FolderRows {
  constructor(private readonly sql: Sql) {}

  /** In the order in which they were added. */
  all(): readonly FolderRow[] {
    return this.sql.all("SELECT * FROM folders WHERE removed = 0 ORDER BY id").map(folderFrom);
  }

  find(id: number): FolderRow | undefined {
    const row = this.sql.get("SELECT * FROM folders WHERE id = ? AND removed = 0", id);
    return row === undefined ? undefined : folderFrom(row);
  }

  /** @returns its id, the same as before for a folder that was removed once */
  add(path: string, kind: FolderKind): number {
    this.sql.run(
      `INSERT INTO folders (path, kind) VALUES (?, ?)
       ON CONFLICT (path) DO UPDATE SET kind = excluded.kind, removed = 0, missing = 0`,
      path,
      kind,
    );
    return z.object({ id: z.number() }).parse(this.sql.get("SELECT id FROM folders WHERE path = ?", path)).id;
  }

  /** Notes where a folder is now that was renamed. */
  move(id: number, path: string): void {
    this.sql.atomically(() => {
      // A folder of that name that was removed from the library; its photos are not to be found there any more.
      this.sql.run("UPDATE folders SET path = 'removed/' || id || path WHERE path = ? AND removed = 1", path);
      this.sql.run("UPDATE folders SET path = ?, missing = 0 WHERE id = ?", path, id);
    });
  }

  remove(id: number): void {
    this.sql.run("UPDATE folders SET removed = 1, passed_over = 0 WHERE id = ?", id);
    this.sql.run("DELETE FROM passed_over WHERE folder = ?", id);
  }

  setKind(id: number, kind: FolderKind): void {
    this.sql.run("UPDATE folders SET kind = ? WHERE id = ?", kind, id);
  }

  /** Notes that a folder is there, and which one it is. */
  setThere(id: number, identity: string): void {
    this.sql.run("UPDATE folders SET missing = 0, identity = ? WHERE id = ?", identity, id);
  }

  setSeen(id: number, turn: number): void {
    this.sql.run("UPDATE folders SET seen_turn = ? WHERE id = ?", turn, id);
  }

  setMissing(id: number): void {
    this.sql.run("UPDATE folders SET missing = 1 WHERE id = ?", id);
  }

  /** The first 10,000. */
  passedOver(id: number): readonly PassedOverFile[] {
    return this.sql
      .all("SELECT place, why FROM passed_over WHERE folder = ? ORDER BY place", id)
      .map((row) => PassedOver.parse(row));
  }

  /** Notes what a whole scan has passed over, in place of what was noted before. */
  async replacePassedOver(id: number, found: readonly PassedOverFile[], count: number): Promise<void> {
    this.sql.run("DELETE FROM passed_over WHERE folder = ?", id);
    const kept = found.slice(0, MAX_PASSED_OVER);
    for (let from = 0; from < kept.length; from += CHUNK) {
      this.sql.atomically(() => {
        for (const each of kept.slice(from, from + CHUNK)) this.insertPassedOver(id, each);
      });
      await nextTurn();
    }
    this.sql.run("UPDATE folders SET passed_over = ? WHERE id = ?", count, id);
  }

  /** Notes single files that are passed over, or are not any more. @param gone their places, and all below them */
  async changePassedOver(id: number, found: readonly PassedOverFile[], gone: readonly string[]): Promise<void> {
    const before = this.countPassedOver(id);
    for (let from = 0; from < gone.length && this.countPassedOver(id) > 0; from += CHUNK) {
      this.sql.atomically(() => {
        for (const place of gone.slice(from, from + CHUNK)) this.deletePassedOver(id, place);
      });
      await nextTurn();
    }
    const room = MAX_PASSED_OVER - this.countPassedOver(id);
    for (let from = 0; from < Math.min(found.length, room); from += CHUNK) {
      this.sql.atomically(() => {
        for (const each of found.slice(from, Math.min(from + CHUNK, room))) this.insertPassedOver(id, each);
      });
      await nextTurn();
    }
    const change = this.countPassedOver(id) - before;
    this.sql.run("UPDATE folders SET passed_over = passed_over + ? WHERE id = ?", change, id);
  }

  private countPassedOver(id: number): number {
    return z.object({ n: z.number() }).parse(this.sql.get("SELECT count(*) AS n FROM passed_over WHERE folder = ?", id))
      .n;
  }

  /** "0" is the character after "/". */
  private deletePassedOver(id: number, place: string): void {
    this.sql.run("DELETE FROM passed_over WHERE folder = ? AND place = ?", id, place);
    this.sql.run("DELETE FROM passed_over WHERE folder = ? AND place >= ? AND place < ?", id, `${place}/`, `${place}0`);
  }

  private insertPassedOver(id: number, { place, why }: PassedOverFile): void {
    this.sql.run("INSERT OR REPLACE INTO passed_over (folder, place, why) VALUES (?, ?, ?)", id, place, why);
  }
}

function folderFrom(found: unknown): FolderRow {
  const { id, path, kind, identity, missing, passed_over, seen_turn } = Row.parse(found);
  return {
    id,
    path,
    kind,
    identity: identity ?? undefined,
    isMissing: missing === 1,
    passedOver: passed_over,
    seenTurn: seen_turn,
  };
}
