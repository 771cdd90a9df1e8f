import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Deletes the canvases that were used longest ago until the rest takes at most `limitBytes` on the disk. They are
 * only a cache: without one, its photo is inferred again when its strength or format changes.
 */
export function trimCanvases(workDir: string, limitBytes: number): void {
  const canvases = readdirSync(workDir)
    .filter((name) => name.endsWith(".json"))
    .map((name) => measure(workDir, name.slice(0, -".json".length)))
    .sort((a, b) => b.usedMs - a.usedMs);
  let kept = 0;
  for (const canvas of canvases) {
    kept += canvas.bytes;
    if (kept > limitBytes)
      for (const ending of ["json", "done", "tif"]) rmSync(join(workDir, `${canvas.stem}.${ending}`), { force: true });
  }
}

function measure(
  workDir: string,
  stem: string,
): { readonly stem: string; readonly bytes: number; readonly usedMs: number } {
  const stat = (ending: string) => statSync(join(workDir, `${stem}.${ending}`), { throwIfNoEntry: false });
  const pixels = stat("tif");
  // A canvas that was begun and not finished is a sparse file: what counts is what it takes.
  const bytes = pixels === undefined ? 0 : Math.min(pixels.size, pixels.blocks * 512 || pixels.size);
  return { stem, bytes, usedMs: stat("json")?.mtimeMs ?? 0 };
}
