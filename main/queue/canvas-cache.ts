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
 * @param inHand keys of canvases that are being worked on
 * @returns bytes that were freed; what cannot be deleted now is left for the next time
 */
export function trimCanvases(workDir: string, limitBytes: number, inHand: readonly string[] = []): number {
  let kept = 0;
  let freed = 0;
  for (const canvas of canvasesIn(workDir, inHand).filter(({ finished }) => finished)) {
    if (kept + canvas.bytes <= limitBytes) kept += canvas.bytes;
    else if (removeCanvas(workDir, canvas.stem)) freed += canvas.bytes;
  }
  return freed;
}

/**
 * Makes room on a full disk: deletes every canvas that nobody is working on. Also what is not finished: else a photo
 * that does not fit would keep all after it from being done.
 * @param inHand keys of canvases that are being worked on
 * @returns bytes that were freed
 */
export function freeRoom(workDir: string, inHand: readonly string[]): number {
  let freed = 0;
  for (const canvas of canvasesIn(workDir, inHand)) if (removeCanvas(workDir, canvas.stem)) freed += canvas.bytes;
  return freed;
}

/** Used last first. A canvas of an earlier pass is named after its photo's last one. */
function canvasesIn(workDir: string, inHand: readonly string[]): readonly CachedCanvas[] {
  let names: readonly string[];
  try {
    names = readdirSync(workDir);
  } catch {
    // A folder that cannot be read, because its disk is gone, is not worth failing a batch for.
    return [];
  }
  return names
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length))
    .filter((stem) => !inHand.some((key) => stem === key || stem.startsWith(`${key}.`)))
    .flatMap((stem) => canvasAt(workDir, stem) ?? [])
    .sort((a, b) => b.usedMs - a.usedMs);
}

/** `undefined` for what is no whole canvas. */
function canvasAt(workDir: string, stem: string): CachedCanvas | undefined {
  try {
    return {
      stem,
      finished: !readFileSync(join(workDir, `${stem}.done`)).includes(0),
      bytes: statSync(join(workDir, `${stem}.tif`)).size,
      usedMs: statSync(join(workDir, `${stem}.json`)).mtimeMs,
    };
  } catch {
    return undefined;
  }
}

/** Deletes a canvas. @returns whether it is gone */
export function removeCanvas(workDir: string, stem: string): boolean {
  try {
    for (const ending of ["json", "done", "tif"]) rmSync(join(workDir, `${stem}.${ending}`), { force: true });
    return true;
  } catch {
    return false;
  }
}
