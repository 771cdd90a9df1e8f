import { z } from "zod";
import type { BlindTest, Pin } from "../core/viewing.ts";
import type { Sql } from "../system/sql.ts";

const PinRow = z.object({ uid: z.string(), name: z.string(), x: z.number(), y: z.number() });
const TestRow = z
  .object({ a: z.string(), b: z.string(), trials: z.number(), correct: z.number(), made_ms: z.number() })
  .transform(({ made_ms, ...same }): BlindTest => ({ ...same, madeMs: made_ms }));
const Latest = z.object({ latest: z.number() });

/** What was marked in photos: pins, and blind tests that were ended. */
export class MarkRows {
  constructor(private readonly sql: Sql) {}

  /** The photos that have pins. */
  pinned(): readonly number[] {
    return this.sql.ids("SELECT DISTINCT photo AS id FROM pins");
  }

  /** The pins of photos. One that several have is given as the first of them has it. */
  pins(photos: readonly number[]): readonly Pin[] {
    const found = z.array(PinRow).parse(
      this.sql.all(
        `SELECT pins.uid, pins.name, pins.x, pins.y FROM json_each(?) AS wanted
         JOIN pins ON pins.photo = wanted.value ORDER BY pins.made, pins.uid, wanted.key`,
        JSON.stringify(photos),
      ),
    );
    return [...new Map([...found].reverse().map((pin) => [pin.uid, pin])).values()].reverse();
  }

  /** How many of the photos have a pin. */
  countPinned(photos: readonly number[]): number {
    const rows = this.sql.all(
      "SELECT COUNT(DISTINCT pins.photo) AS count FROM json_each(?) AS wanted JOIN pins ON pins.photo = wanted.value",
      JSON.stringify(photos),
    );
    return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count;
  }

  /** Sets a pin on photos, those that are gone left out; wherever it is already, it is changed. */
  setPin(photos: readonly number[], { uid, name, x, y }: Pin): void {
    this.sql.atomically(() => {
      const { latest } = Latest.parse(this.sql.get("SELECT coalesce(max(made), 0) AS latest FROM pins"));
      this.sql.run("UPDATE pins SET name = ?, x = ?, y = ? WHERE uid = ?", name, x, y, uid);
      this.sql.run(
        `INSERT OR IGNORE INTO pins (photo, uid, name, x, y, made)
         SELECT photos.id, ?, ?, ?, ?, coalesce((SELECT min(made) FROM pins WHERE uid = ?), ?)
         FROM photos WHERE gone = 0 AND id IN (SELECT value FROM json_each(?))`,
        uid,
        name,
        x,
        y,
        uid,
        latest + 1,
        JSON.stringify(photos),
      );
    });
  }

  /** Takes a pin off every photo. */
  removePin(uid: string): void {
    this.sql.run("DELETE FROM pins WHERE uid = ?", uid);
  }

  /** The latest first. */
  tests(photo: number): readonly BlindTest[] {
    const columns = "a, b, trials, correct, made_ms";
    const found = this.sql.all(`SELECT ${columns} FROM blind_tests WHERE photo = ? ORDER BY id DESC`, photo);
    return z.array(TestRow).parse(found);
  }

  addTest(photo: number, { a, b, trials, correct, madeMs }: BlindTest): void {
    this.sql.run(
      `INSERT INTO blind_tests (photo, a, b, trials, correct, made_ms)
       SELECT id, ?, ?, ?, ?, ? FROM photos WHERE id = ?`,
      a,
      b,
      trials,
      correct,
      madeMs,
      photo,
    );
  }
}
