import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { Pyramids } from "../../main/app/pyramids.ts";
import { SilvergrainError } from "../../main/core/errors.ts";
import { pyramidBytes } from "../../main/core/pyramid.ts";
import type { PyramidMaker, PyramidRequest } from "../../main/core/viewing.ts";
import { makePyramid } from "../../main/engine/pyramid.ts";
import { PyramidCache } from "../../main/library/pyramid-cache.ts";
import { levelFile } from "../../main/system/pyramid-files.ts";
import { tempDir } from "../helpers/temp.ts";

const SIZE = { width: 1100, height: 700 };
const ORIGIN = { level: 0, x: 0, y: 0 };

async function pictureFile(folder: string, name: string, shade = 90) {
  const path = join(folder, name);
  await sharp({ create: { ...SIZE, channels: 3, background: { r: shade, g: 20, b: 30 } } })
    .png()
    .toFile(path);
  const { size, mtimeMs } = statSync(path);
  return { path, stamp: { bytes: size, mtimeMs }, size: SIZE };
}

/** Makes pyramids in this process, and notes which; one whose name is held waits until it is let go. */
class Maker implements PyramidMaker {
  readonly begun: string[] = [];
  readonly ended: string[] = [];
  private readonly held = new Map<string, () => void>();
  private gates = new Map<string, Promise<void>>();
  failure: SilvergrainError | undefined;

  hold(name: string): () => void {
    this.gates.set(name, new Promise((resolve) => this.held.set(name, resolve)));
    return () => this.held.get(name)?.();
  }

  async pyramid(request: PyramidRequest, onTiles: Parameters<PyramidMaker["pyramid"]>[1], signal?: AbortSignal) {
    const name = request.path.split("/").at(-1) ?? "";
    this.begun.push(name);
    const stopped = new Promise<never>((_resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new SilvergrainError("CANCELLED", "stopped")));
    });
    stopped.catch(() => {});
    await Promise.race([this.gates.get(name), stopped]);
    if (this.failure !== undefined) throw this.failure;
    const made = await makePyramid(request, { onTiles, signal });
    this.ended.push(name);
    return made;
  }
}

function setUp(cacheDir = tempDir(), limitBytes?: number) {
  const cache = new PyramidCache({ folder: cacheDir, ...(limitBytes === undefined ? {} : { limitBytes }) });
  const maker = new Maker();
  return { cacheDir, cache, maker, pyramids: new Pyramids(cache, maker as PyramidMaker) };
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(holds()).toBe(true);
}

describe("a tile", () => {
  test("is made when it is asked for, and is there after a restart without being made again", async () => {
    const { cacheDir, maker, pyramids } = setUp();
    const file = await pictureFile(tempDir(), "a.png");
    const { key } = pyramids.picture(file);
    const tile = await pyramids.tile(key, { level: 0, x: 2, y: 1 });
    expect(tile?.samples.length).toBe((1100 - 1024 + 8) * (700 - 512 + 8) * 3);
    expect([...(tile?.samples.subarray(0, 3) ?? [])]).toEqual([90, 20, 30]);
    expect((await pyramids.tile(key, { level: 2, x: 0, y: 0 }))?.isPreview).toBe(false);
    await until(() => maker.ended.length === 1);
    const again = setUp(cacheDir);
    expect(again.pyramids.picture(file).key).toBe(key);
    expect((await again.pyramids.tile(key, ORIGIN))?.samples.length).toBe(520 * 520 * 3);
    expect([maker.begun, again.maker.begun]).toEqual([["a.png"], []]);
  });

  test("is none for a picture that was not named, or beside it", async () => {
    const { pyramids, maker } = setUp();
    const { key } = pyramids.picture(await pictureFile(tempDir(), "a.png"));
    expect(await pyramids.tile("f".repeat(40), ORIGIN)).toBeUndefined();
    for (const place of [
      { level: 3, x: 0, y: 0 },
      { level: 0, x: 3, y: 0 },
      { level: 0, x: 0, y: 2 },
    ])
      expect(await pyramids.tile(key, place)).toBeUndefined();
    expect(maker.begun).toEqual([]);
  });

  test("waits while its picture is made, and fails with it", async () => {
    const { pyramids, maker } = setUp();
    const { key } = pyramids.picture(await pictureFile(tempDir(), "a.png"));
    const go = maker.hold("a.png");
    pyramids.show([key]);
    let isThere = false;
    const tile = pyramids.tile(key, ORIGIN).finally(() => {
      isThere = true;
    });
    await until(() => maker.begun.length === 1);
    expect(isThere).toBe(false);
    maker.failure = new SilvergrainError("DISK_FULL", "The disk is full.");
    go();
    await expect(tile).rejects.toMatchObject({ code: "DISK_FULL" });
    // Not tried again by itself, but when the photo is looked at once more.
    await expect(pyramids.tile(key, ORIGIN)).rejects.toMatchObject({ code: "DISK_FULL" });
    maker.failure = undefined;
    pyramids.show([key]);
    expect((await pyramids.tile(key, ORIGIN))?.samples.length).toBe(520 * 520 * 3);
  });

  test.each(["truncated", "foreign"] as const)("of a %s file is made again, never shown", async (how) => {
    const { cacheDir, pyramids, maker } = setUp();
    const { key } = pyramids.picture(await pictureFile(tempDir(), "a.png"));
    const before = await pyramids.tile(key, ORIGIN);
    await until(() => maker.ended.length === 1);
    const file = levelFile(join(cacheDir, key), 0);
    if (how === "truncated") truncateSync(file, 1000);
    else writeFileSync(file, new Uint8Array(statSync(file).size).fill(7));
    const after = await pyramids.tile(key, ORIGIN);
    expect(Buffer.compare(after?.samples ?? new Uint8Array(), before?.samples ?? new Uint8Array(1))).toBe(0);
    expect(maker.begun).toHaveLength(2);
  });
});

describe("what is made first", () => {
  test("is what is looked at; what was left is given up, and who waits for it is told", async () => {
    const { pyramids, maker } = setUp();
    const folder = tempDir();
    const [a, b] = await Promise.all([pictureFile(folder, "a.png"), pictureFile(folder, "b.png")]);
    const keyA = pyramids.picture(a).key;
    const keyB = pyramids.picture(b).key;
    maker.hold("a.png");
    pyramids.show([keyA]);
    const left = pyramids.tile(keyA, ORIGIN);
    left.catch(() => {});
    await until(() => maker.begun.length === 1);
    pyramids.show([keyB]);
    await expect(left).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await pyramids.tile(keyB, ORIGIN)).toBeDefined();
  });

  test("is made anew once, however many ask at the same time for what the cache has lost", async () => {
    const { cache, maker, pyramids } = setUp();
    const { key } = pyramids.picture(await pictureFile(tempDir(), "a.png"));
    await pyramids.tile(key, ORIGIN);
    await until(() => maker.ended.length === 1);
    // As it is when others took its room.
    await cache.remove(key);
    const places = [0, 1, 2].flatMap((x) => [0, 1].map((y) => ({ level: 0, x, y })));
    const tiles = await Promise.all(places.map((place) => pyramids.tile(key, place)));
    expect(tiles.every((tile) => tile?.isPreview === false)).toBe(true);
    expect(maker.begun).toEqual(["a.png", "a.png"]);
  });

  test("that was looked at next does not hold up what is looked at now, whoever still waits for it", async () => {
    const { maker, pyramids } = setUp();
    const folder = tempDir();
    const names = ["a.png", "a-result.png", "b.png"];
    const files = await Promise.all(names.map((name, i) => pictureFile(folder, name, 60 + i)));
    const [a = "", result = "", b = ""] = files.map((file) => pyramids.picture(file).key);
    for (const key of [a, result]) pyramids.prepare(key);
    maker.hold("a.png");
    maker.hold("a-result.png");
    pyramids.show([a, result]);
    const left = [a, result].map((key) =>
      expect(pyramids.tile(key, ORIGIN)).rejects.toMatchObject({ code: "CANCELLED" }),
    );
    await until(() => maker.begun.length >= 2);
    pyramids.show([b]);
    expect((await pyramids.tile(b, ORIGIN))?.samples.length).toBeGreaterThan(0);
    await Promise.all(left);
  });

  test("gives way to what is looked at when it is only ahead, and goes on later", async () => {
    const { pyramids, maker } = setUp();
    const folder = tempDir();
    const files = await Promise.all(["ahead.png", "x.png", "y.png"].map((name) => pictureFile(folder, name)));
    const [ahead, x, y] = files.map((file) => pyramids.picture(file).key) as [string, string, string];
    const go = maker.hold("ahead.png");
    pyramids.prepare(ahead);
    await until(() => maker.begun.length === 1);
    pyramids.show([x, y]);
    await until(() => maker.ended.length === 2);
    expect(maker.ended.sort()).toEqual(["x.png", "y.png"]);
    go();
    await until(() => maker.ended.length === 3);
  });

  test("when it is ahead and then looked at, it is not begun anew", async () => {
    const { pyramids, maker } = setUp();
    const { key } = pyramids.picture(await pictureFile(tempDir(), "a.png"));
    const go = maker.hold("a.png");
    pyramids.prepare(key);
    await until(() => maker.begun.length === 1);
    pyramids.show([key]);
    go();
    await pyramids.tile(key, ORIGIN);
    expect(maker.begun).toEqual(["a.png"]);
  });
});

describe("the cache of pyramids", () => {
  test("keeps to its limit: the one used longest ago goes, never one that is looked at", async () => {
    const { cacheDir, pyramids, maker } = setUp(tempDir(), pyramidBytes(SIZE) * 2.5);
    const folder = tempDir();
    const keys: string[] = [];
    for (const name of ["a.png", "b.png", "c.png"]) {
      const { key } = pyramids.picture(await pictureFile(folder, name));
      keys.push(key);
      pyramids.show([keys[0] as string, key]);
      await pyramids.tile(key, ORIGIN);
      await until(() => maker.ended.includes(name));
    }
    expect(readdirSync(cacheDir).sort()).toEqual([keys[0], keys[2]].sort());
  });

  test("a smaller limit holds at once, but what is looked at stays and can be looked at on", async () => {
    const { cacheDir, pyramids, maker } = setUp();
    const folder = tempDir();
    const keys: string[] = [];
    for (const name of ["a.png", "b.png"]) {
      const { key } = pyramids.picture(await pictureFile(folder, name));
      keys.push(key);
      pyramids.show([key]);
      await pyramids.tile(key, ORIGIN);
      await until(() => maker.ended.includes(name));
    }
    await until(() => readdirSync(cacheDir).length === 2);
    await pyramids.setLimit(1);
    expect(readdirSync(cacheDir)).toEqual([keys[1]]);
    expect(await pyramids.tile(keys[1] as string, ORIGIN)).toMatchObject({ isPreview: false });
    // The other one is made again.
    pyramids.show([keys[0] as string]);
    await pyramids.tile(keys[0] as string, ORIGIN);
    await until(() => maker.ended.length === 3);
  });

  test("removes what a killed engine left, and leaves alone what is not its own", async () => {
    const cacheDir = tempDir();
    mkdirSync(join(cacheDir, "half"));
    writeFileSync(join(cacheDir, "half", "level-0"), "tiles");
    mkdirSync(join(cacheDir, "odd"));
    writeFileSync(join(cacheDir, "odd", "tiles.json"), '{"version":1,"width":9000,"height":10,"checks":[[1]]}');
    writeFileSync(join(cacheDir, "half.123-4.v"), "decoded");
    writeFileSync(join(cacheDir, "half.123-4.v.cut.tif"), "decoded");
    writeFileSync(join(cacheDir, "notes.txt"), "mine");
    await new PyramidCache({ folder: cacheDir }).start();
    expect(readdirSync(cacheDir)).toEqual(["notes.txt"]);
    expect(readFileSync(join(cacheDir, "notes.txt"), "utf8")).toBe("mine");
  });
});
