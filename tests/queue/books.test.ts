import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { expect, test } from "vitest";
import { Ledger } from "../../main/queue/ledger.ts";
import { QUEUE_MIGRATIONS } from "../../main/queue/schema.ts";
import { QueueStore } from "../../main/queue/store.ts";
import { closeBooks, openBooks } from "../../main/system/books.ts";
import { batchFor, openQueueBooks, planned } from "../helpers/queue.ts";
import { tempDir } from "../helpers/temp.ts";

/** The schema as version 1 was published. */
const VERSION_1 = `
  CREATE TABLE results (output TEXT PRIMARY KEY, source TEXT NOT NULL, source_sha256 TEXT NOT NULL, key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('claimed', 'done', 'failed')), bytes INTEGER, mtime_ms REAL, sha256 TEXT,
    width INTEGER, height INTEGER, flags TEXT NOT NULL DEFAULT '[]', notes TEXT NOT NULL DEFAULT '[]', code TEXT,
    message TEXT) STRICT;
  CREATE INDEX results_by_source ON results (source);
  PRAGMA user_version = 1;`;

test("books of the first version are taken over, and what was made stays known", async () => {
  const target = tempDir();
  mkdirSync(join(target, ".silvergrain"));
  const old = new Database(join(target, ".silvergrain", "ledger.db"));
  old.exec(VERSION_1);
  old
    .prepare(
      "INSERT INTO results (output, source, source_sha256, key, state, bytes, width, height) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .run("a.png", "/in/a.png", "s", "k", "done", 5, 40, 30);
  old.close();
  const ledger = Ledger.open(target);
  expect(ledger.find("a.png")).toMatchObject({ source: "/in/a.png", key: "k", state: "done", bytes: 5, width: 40 });
  const store = new QueueStore(ledger.books, target);
  await store.add(batchFor(target), [planned("b.png")], () => 1);
  expect(store.claim()?.output).toBe("b.png");
  expect(store.all("PRAGMA user_version")).toMatchObject([{ user_version: QUEUE_MIGRATIONS.length }]);
  ledger.close();
});

test("books of a later version are left alone", () => {
  const folder = tempDir();
  const path = join(folder, "queue.db");
  const later = new Database(path);
  later.exec(`PRAGMA user_version = ${QUEUE_MIGRATIONS.length + 1}`);
  later.close();
  expect(() => openQueueBooks(folder)).toThrow(expect.objectContaining({ code: "TARGET_UNWRITABLE" }));
  const again = new Database(path);
  expect(again.prepare("PRAGMA user_version").get()).toMatchObject({ user_version: QUEUE_MIGRATIONS.length + 1 });
  again.close();
});

test("what is no database is refused with a sentence, and not touched", () => {
  const folder = tempDir();
  const path = join(folder, "queue.db");
  writeFileSync(path, "not a database, but somebody's notes, long enough to be looked at".repeat(20));
  expect(() => openQueueBooks(folder)).toThrow(expect.objectContaining({ code: "INTERNAL" }));
});

test("closed, they are one file, free for the next to open at once", async () => {
  const target = tempDir();
  const path = join(target, "queue.db");
  for (let i = 0; i < 3; i++) {
    const books = openQueueBooks(target);
    const store = new QueueStore(books, target);
    await store.add(batchFor(target), [planned(`${i}.png`)], () => 1);
    expect(store.list({ limit: 9 })).toHaveLength(i + 1);
    closeBooks(books);
    expect(existsSync(`${path}-wal`)).toBe(false);
  }
});

test("every change is in the history, in its order", async () => {
  const target = tempDir();
  const books = openQueueBooks(target);
  const store = new QueueStore(books, target, () => 7);
  await store.add(batchFor(target), [planned("a.png"), planned("b.png")], () => 1);
  const job = store.claim();
  store.setPaused(true);
  store.release(job?.id ?? -1);
  store.setPaused(false);
  store.cancel("all");
  const types = store.all("SELECT type FROM events ORDER BY id").map((row) => (row as { type: string }).type);
  expect(types).toEqual(["added", "claimed", "paused", "released", "resumed", "cancelled", "cancelled"]);
  closeBooks(books);
});

test("whose books they are decides what to do about them", () => {
  const folder = tempDir();
  const path = join(folder, "library.db");
  const owners = [{ kind: "target", folder } as const, { kind: "app" } as const];
  const later = new Database(path);
  later.exec("PRAGMA user_version = 2");
  later.close();
  const sentences = owners.map((owner) => {
    try {
      closeBooks(openBooks(path, owner, ["CREATE TABLE settings (name TEXT)"]));
    } catch (error) {
      return String(error);
    }
    return "opened";
  });
  expect(sentences[0]).toContain("choose another folder for the results");
  expect(sentences[1]).toContain("A newer Silvergrain");
  expect(sentences[1]).not.toContain("--out");
});
