import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./models.ts";

/** Pixels as a reader of PNG sees them that shares nothing with ours: Python's standard library. */
export function pngPixels(
  path: string,
  places: readonly (readonly [x: number, y: number])[],
): { readonly width: number; readonly height: number; readonly pixels: readonly (readonly number[])[] } {
  const script = readFileSync(join(ROOT, "tests", "helpers", "png_pixels.py"), "utf8");
  const answer = execFileSync("python3", ["-c", script, path, JSON.stringify(places)], { encoding: "utf8" });
  return JSON.parse(answer) as ReturnType<typeof pngPixels>;
}
