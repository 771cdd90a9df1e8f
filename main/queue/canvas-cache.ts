import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

interface CachedCanvas {
  readonly stem: string;
  readonly finished: boolean;
  readonly bytes: number;
  readonly usedMs: number;
}

/**
 * Deletes the finished canvases that were used longest ago until the rest takes at most `limitBytes` on the disk. They
 * are only a cache: without one, its photo is inferred again when its strength or format changes. A canvas that is
 * not finished is work that somebody waits for, and stays.
 * @returns bytes that were freed; what cannot be deleted now is left for the next time
 */
export function trimCanvases(workDir: string, limitBytes: number): number {
  let kept = 0;
  let freed = 0;
  for (const canvas of canvasesIn(workDir).filter(({ finished }) => finished)) {
    if (kept + canvas.bytes <= limitBytes) kept += canvas.bytes;
    else if (remove(workDir, canvas.stem)) freed += canvas.bytes;
  }
  return freed;
}

/**
 * Makes room on a full disk: deletes every canvas but the one used last, which belongs to the photo in hand. Also
 * what is not finished: else a photo that does not fit would keep all after it from being done.
 * @returns bytes that were freed
 */
export function freeRoom(workDir: string): number {
  let freed = 0;
  for (const canvas of canvasesIn(workDir).slice(1)) if (remove(workDir, canvas.stem)) freed += canvas.bytes;
  return freed;
}

/** Used last first. */
function canvasesIn(workDir: string): readonly CachedCanvas[] {
  try {
    return readdirSync(workDir)
      .filter((name) => name.endsWith(".json"))
      .map((name) => name.slice(0, -".json".length))
      .map((stem) => ({
        stem,
        finished: !readFileSync(join(workDir, `${stem}.done`)).includes(0),
        bytes: statSync(join(workDir, `${stem}.tif`)).size,
        usedMs: statSync(join(workDir, `${stem}.json`)).mtimeMs,
      }))
      .sort((a, b) => b.usedMs - a.usedMs);
  } catch {
    // A folder that cannot be read, because its disk is gone, is not worth failing a batch for.
    return [];
  }
}

function remove(workDir: string, stem: string): boolean {
  try {
    for (const ending of ["json", "done", "tif"]) rmSync(join(workDir, `${stem}.${ending}`), { force: true });
    return true;
  } catch {
    return false;
  }
}
