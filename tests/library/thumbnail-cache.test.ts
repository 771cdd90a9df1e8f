import { createHash } from "node:crypto";
import {
  existsSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ThumbnailCache } from "../../main/library/thumbnail-cache.ts";
import { tempDir } from "../helpers/temp.ts";

const NOW = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BYTES = 1000;

const sha = (n: number) => createHash("sha256").update(String(n)).digest("hex");

/** Something that begins and ends as a JPEG does. */
function jpegOf(bytes: number): Buffer {
  const jpeg = Buffer.alloc(bytes, 7);
  jpeg.writeUInt16BE(0xffd8, 0);
  jpeg.writeUInt16BE(0xffd9, bytes - 2);
  return jpeg;
}

function put(folder: string, n: number, usedMs = NOW): void {
  const path = join(folder, `${sha(n)}.jpg`);
  writeFileSync(path, jpegOf(BYTES));
  utimesSync(path, usedMs / 1000, usedMs / 1000);
}

/** A cache with a clock that the test sets. */
function cacheOf(folder: string, limit: number, startMs = NOW) {
  const clock = { ms: startMs };
  const cache = new ThumbnailCache({ folder, limitBytes: limit * BYTES, now: () => clock.ms });
  const add = async (n: number) => {
    put(folder, n, clock.ms);
    await cache.added({ sha256: sha(n), bytes: BYTES });
  };
  return { cache, clock, add };
}

const there = (folder: string, upTo: number) =>
  Array.from({ length: upTo }, (_, n) => n).filter((n) => existsSync(join(folder, `${sha(n)}.jpg`)));

describe("ThumbnailCache", () => {
  test("gives what is there, and nothing for what is not, was removed, or is not whole", async () => {
    const folder = tempDir();
    const { cache } = cacheOf(folder, 10);
    put(folder, 1);
    put(folder, 2);
    await cache.start();
    expect(Buffer.compare((await cache.read(sha(1))) as Uint8Array, jpegOf(BYTES))).toBe(0);
    expect(await cache.read(sha(3))).toBeUndefined();
    rmSync(join(folder, `${sha(2)}.jpg`));
    expect(await cache.read(sha(2))).toBeUndefined();
    writeFileSync(join(folder, `${sha(4)}.jpg`), jpegOf(BYTES).fill(0, 500));
    expect(await cache.read(sha(4))).toBeUndefined();
    expect(existsSync(join(folder, `${sha(4)}.jpg`)), "it would be in the way of a whole one").toBe(false);
  });

  test.each(["", "../../etc/passwd", `${"a".repeat(63)}/`, "A".repeat(64), `${"a".repeat(64)}\n`])(
    "%j is no hash and becomes no path",
    async (text) => {
      const { cache } = cacheOf(tempDir(), 10);
      await expect(cache.read(text)).rejects.toMatchObject({ code: "USAGE" });
      await expect(cache.added({ sha256: text, bytes: 1 })).rejects.toMatchObject({ code: "USAGE" });
      expect(() => cache.pathOf(text)).toThrow(/64 hexadecimal/);
    },
  );

  test("beyond the limit, what was used longest ago goes first", async () => {
    const folder = tempDir();
    const { cache, clock, add } = cacheOf(folder, 3);
    await cache.start();
    for (const n of [0, 1, 2]) {
      await add(n);
      clock.ms += 5 * MINUTE;
    }
    await cache.read(sha(0));
    clock.ms += 5 * MINUTE;
    await add(3);
    expect(there(folder, 10)).toEqual([0, 2, 3]);
    await add(4);
    expect(there(folder, 10)).toEqual([0, 3, 4]);
  });

  test("a smaller limit holds at once", async () => {
    const folder = tempDir();
    const { cache, clock, add } = cacheOf(folder, 3);
    await cache.start();
    for (const n of [0, 1, 2]) await add(n);
    clock.ms += 2 * MINUTE;
    await cache.setLimit(1 * BYTES);
    expect(there(folder, 10)).toEqual([2]);
  });

  test("what was used in the last minute stays, whatever the limit", async () => {
    const folder = tempDir();
    const { cache, clock, add } = cacheOf(folder, 2);
    await cache.start();
    for (const n of [0, 1, 2, 3]) await add(n);
    expect(there(folder, 10)).toEqual([0, 1, 2, 3]);
    clock.ms += 2 * MINUTE;
    await add(4);
    expect(there(folder, 10)).toEqual([3, 4]);
  });

  test("one that is added twice counts once", async () => {
    const folder = tempDir();
    const { cache, clock, add } = cacheOf(folder, 3);
    await cache.start();
    await add(0);
    clock.ms += 2 * MINUTE;
    for (let i = 0; i < 5; i++) await add(1);
    expect(there(folder, 10)).toEqual([0, 1]);
  });

  test("uses survive a restart", async () => {
    const folder = tempDir();
    for (const n of [0, 1, 2]) put(folder, n, NOW - (10 - n) * HOUR);
    const first = cacheOf(folder, 3);
    await first.cache.start();
    await first.cache.read(sha(0));
    const second = cacheOf(folder, 2, NOW + 5 * MINUTE);
    await second.cache.start();
    expect(there(folder, 10)).toEqual([0, 2]);
  });

  test("a use is noted on the disk once an hour, not at every look", async () => {
    const folder = tempDir();
    const { cache, clock } = cacheOf(folder, 3);
    put(folder, 0, NOW - 2 * HOUR);
    await cache.start();
    const noted = () => statSync(join(folder, `${sha(0)}.jpg`)).mtimeMs;
    await cache.read(sha(0));
    expect(noted()).toBe(NOW);
    clock.ms += 30 * MINUTE;
    await cache.read(sha(0));
    expect(noted()).toBe(NOW);
    clock.ms += 31 * MINUTE;
    await cache.read(sha(0));
    expect(noted()).toBe(NOW + 61 * MINUTE);
  });

  test("is trimmed at the start too, and what is used before that is the latest", async () => {
    const folder = tempDir();
    for (const n of [0, 1, 2, 3]) put(folder, n, NOW - (10 - n) * HOUR);
    const { cache } = cacheOf(folder, 2);
    await Promise.all([cache.start(), cache.read(sha(1))]);
    expect(there(folder, 10)).toEqual([1, 3]);
  });

  test("removes what killed engines left, and touches nothing else", async () => {
    const folder = tempDir();
    const dead = 2 ** 22 + 1;
    const stray = `${sha(1)}.${dead}-0.tmp`;
    const old = `${sha(1)}.${process.pid}-0.tmp`;
    const live = `${sha(1)}.${process.pid}-1.tmp`;
    const others = [
      "notes.txt",
      "a.jpg",
      `${sha(1)}.jpg.tmp`,
      `${sha(1).toUpperCase()}.jpg`,
      ".hidden",
      `x${sha(1)}.jpg`,
    ];
    for (const name of [stray, old, live, ...others]) writeFileSync(join(folder, name), "x".repeat(BYTES * 5));
    utimesSync(join(folder, live), NOW / 1000, NOW / 1000);
    utimesSync(join(folder, old), (NOW - 2 * HOUR) / 1000, (NOW - 2 * HOUR) / 1000);
    for (const name of others) utimesSync(join(folder, name), 1, 1);
    mkdirSync(join(folder, `${sha(5)}.jpg`));
    const outside = join(tempDir(), "photo.jpg");
    writeFileSync(outside, jpegOf(BYTES * 9));
    symlinkSync(outside, join(folder, `${sha(6)}.jpg`));
    lutimesSync(join(folder, `${sha(6)}.jpg`), 1, 1);
    put(folder, 0, NOW - HOUR);
    const { cache, add } = cacheOf(folder, 1);
    await cache.start();
    await add(7);
    const kept = [live, ...others, `${sha(5)}.jpg`, `${sha(6)}.jpg`, `${sha(7)}.jpg`];
    expect(readdirSync(folder).sort()).toEqual(kept.sort());
    expect(existsSync(outside)).toBe(true);
  });

  test("a folder that cannot be made is told, and a later start may do better", async () => {
    const parent = tempDir();
    writeFileSync(join(parent, "cache"), "");
    const { cache } = cacheOf(join(parent, "cache"), 1);
    await expect(cache.start()).rejects.toMatchObject({ name: "SilvergrainError" });
    rmSync(join(parent, "cache"));
    await cache.start();
    expect(existsSync(join(parent, "cache"))).toBe(true);
  });

  test("a hundred thousand files are looked through without keeping the loop from turning", async () => {
    const folder = tempDir();
    const count = 100_000;
    for (let n = 0; n < count; n++) writeFileSync(join(folder, `${sha(n)}.jpg`), "");
    const cache = new ThumbnailCache({ folder });
    let longest = 0;
    let last = performance.now();
    let isOn = true;
    const turn = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (isOn) setImmediate(turn);
    };
    setImmediate(turn);
    const start = performance.now();
    await cache.start();
    isOn = false;
    console.log(
      `100,000 thumbnails: ${(performance.now() - start).toFixed(0)} ms, longest turn ${longest.toFixed(1)} ms`,
    );
    // Some 15 ms where nothing else runs; a sort with a comparison, or all files looked at in one go, takes hundreds.
    expect(longest).toBeLessThan(60);
  });
});
