import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { SilvergrainError } from "../core/errors.ts";
import { systemError } from "../system/system-error.ts";
import { DOWNLOADS } from "./download.ts";

const LOCK = ".lock";
/** Folders that a process which was killed may have left. */
const LEFTOVER = /^\.(incoming|removed|lock)-/;
/** Downloads that nobody has gone on with are kept so long. */
const KEPT_MS = 7 * 24 * 3600 * 1000;

/** Folders that this very process holds. */
const held = new Set<string>();

/**
 * Holds the user's models' folder while `work` changes it, so that no two neither write into one download nor clear
 * away what the other is making. Whoever was killed while holding it holds it no longer.
 * @throws SilvergrainError TARGET_BUSY where somebody else holds it; TARGET_UNWRITABLE; whatever `work` throws
 */
export async function holdingModels<T>(userFolder: string, work: () => Promise<T>): Promise<T> {
  const folder = resolve(userFolder);
  const lock = join(folder, LOCK);
  if (held.has(folder)) throw busy(lock);
  held.add(folder);
  try {
    try {
      mkdirSync(folder, { recursive: true });
      take(folder, lock);
      clear(folder);
    } catch (error) {
      throw systemError(error, lock);
    }
    try {
      return await work();
    } finally {
      if (holderOf(lock) === process.pid) rmSync(lock, { force: true });
    }
  } finally {
    held.delete(folder);
  }
}

/** The lock is written aside and linked into its place, so that it is never seen empty. */
function take(folder: string, lock: string): void {
  const mine = join(folder, `${LOCK}-${process.pid}`);
  writeFileSync(mine, String(process.pid));
  try {
    for (;;) {
      try {
        placeLock(mine, lock);
        return;
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      }
      const holder = holderOf(lock);
      if (holder !== undefined && isAlive(holder)) throw busy(lock);
      try {
        // Only one of those who find it stale can move it away.
        renameSync(lock, `${mine}-stale`);
      } catch {
        // Another one did, or its holder has just let go of it: tried anew.
      }
    }
  } finally {
    rmSync(mine, { force: true });
    rmSync(`${mine}-stale`, { force: true });
  }
}

function placeLock(mine: string, lock: string): void {
  try {
    linkSync(mine, lock);
  } catch (error) {
    if (!(error instanceof Error && "code" in error) || error.code === "EEXIST") throw error;
    // Some file systems have no links.
    writeFileSync(lock, String(process.pid), { flag: "wx" });
  }
}

function clear(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (LEFTOVER.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
    if (name !== DOWNLOADS) continue;
    for (const file of readdirSync(join(folder, name))) {
      const path = join(folder, name, file);
      if (Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { force: true });
    }
  }
}

function holderOf(lock: string): number | undefined {
  try {
    return Number(readFileSync(lock, "utf8"));
  } catch {
    // Gone in the meantime.
    return undefined;
  }
}

function busy(lock: string): SilvergrainError {
  return new SilvergrainError(
    "TARGET_BUSY",
    `Another Silvergrain is changing the models. Wait until it is done, and run the same command again. (If there is none: delete ${lock}.)`,
  );
}

function isAlive(pid: number): boolean {
  // What this process itself holds is known without asking; its number in a lock is a dead process's.
  if (!(Number.isInteger(pid) && pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user is there, but may not be asked.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
