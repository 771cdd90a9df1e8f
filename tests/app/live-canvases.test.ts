import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LiveCanvases } from "../../main/app/live-canvases.ts";
import { canvasFiles } from "../../main/engine/canvas.ts";
import { tempDir } from "../helpers/temp.ts";

const keyOf = (i: number) => i.toString(16).padStart(32, "0");

function canvasIn(workDir: string, i: number) {
  for (const file of Object.values(canvasFiles(join(workDir, keyOf(i))))) writeFileSync(file, "");
  return { workDir, key: keyOf(i), source: `/photos/${i}.jpg` };
}

test("of canvases that looking has begun the latest are kept, and those of photos that wait, also over a restart", () => {
  const workDir = tempDir();
  const file = join(tempDir(), "live.json");
  const isWanted = (source: string) => source === "/photos/1.jpg";
  const first = new LiveCanvases(file, isWanted);
  for (let i = 0; i < 6; i++) first.note(canvasIn(workDir, i));
  first.note({ workDir, key: keyOf(0), source: "/photos/0.jpg" });
  expect(readdirSync(workDir)).toHaveLength(18);
  const second = new LiveCanvases(file, isWanted);
  for (let i = 6; i < 9; i++) second.note(canvasIn(workDir, i));
  const isThere = (i: number) => existsSync(canvasFiles(join(workDir, keyOf(i))).pixels);
  expect(Array.from({ length: 9 }, (_, i) => isThere(i))).toEqual([
    true,
    true,
    false,
    false,
    true,
    true,
    true,
    true,
    true,
  ]);
});

test("a list that is none, or names other files, is nothing", () => {
  const file = join(tempDir(), "live.json");
  writeFileSync(file, JSON.stringify([{ workDir: "/", key: "../etc/passwd", source: "x" }]));
  expect(() => new LiveCanvases(file, () => false)).not.toThrow();
});
