import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freeRoom, trimCanvases } from "../../main/queue/canvas-cache.ts";
import { tempDir } from "../helpers/temp.ts";

function canvas(folder: string, stem: string, usedS: number, done: readonly number[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${stem}.tif`), Buffer.alloc(1000));
  writeFileSync(join(folder, `${stem}.done`), Uint8Array.from(done));
  writeFileSync(join(folder, `${stem}.json`), "{}");
  utimesSync(join(folder, `${stem}.json`), usedS, usedS);
}

test("the canvases used longest ago go first, and one that is not finished stays whatever the limit", () => {
  const folder = tempDir();
  canvas(folder, "old", 100, [1, 1]);
  canvas(folder, "new", 300, [1, 1]);
  canvas(folder, "unfinished", 50, [1, 0]);
  expect(trimCanvases(folder, 1500)).toBe(1000);
  expect(["old", "new", "unfinished"].map((stem) => existsSync(join(folder, `${stem}.tif`)))).toEqual([
    false,
    true,
    true,
  ]);
  expect(trimCanvases(folder, 0)).toBe(1000);
  expect(existsSync(join(folder, "unfinished.tif"))).toBe(true);
});

test("what is worked on is never trimmed, earlier passes included", () => {
  const folder = tempDir();
  canvas(folder, "in-hand", 100, [1, 1]);
  canvas(folder, "in-hand.pass1", 50, [1, 1]);
  canvas(folder, "other", 300, [1, 1]);
  expect(trimCanvases(folder, 0, ["in-hand"])).toBe(1000);
  expect(["in-hand", "in-hand.pass1", "other"].map((stem) => existsSync(join(folder, `${stem}.tif`)))).toEqual([
    true,
    true,
    false,
  ]);
});

test("a full disk costs every canvas but that of the photo in hand", () => {
  const folder = tempDir();
  canvas(folder, "too-large", 100, [1, 0]);
  canvas(folder, "kept-for-later", 200, [1, 1]);
  canvas(folder, "in-hand", 300, [1, 0]);
  expect(freeRoom(folder, ["in-hand"])).toBe(2000);
  expect(["too-large", "kept-for-later", "in-hand"].map((stem) => existsSync(join(folder, `${stem}.tif`)))).toEqual([
    false,
    false,
    true,
  ]);
});

test("what is no whole canvas does not keep the others from being trimmed", () => {
  const folder = tempDir();
  canvas(folder, "old", 100, [1]);
  writeFileSync(join(folder, "stray.json"), "{}");
  expect(trimCanvases(folder, 0)).toBe(1000);
  expect(existsSync(join(folder, "old.tif"))).toBe(false);
});

test("a folder that is gone is no reason to fail", () => {
  expect(trimCanvases("/nowhere/at/all", 0)).toBe(0);
});
