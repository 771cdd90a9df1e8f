import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SilvergrainError } from "../core/errors.ts";
import { systemError } from "../system/system-error.ts";

const LOCK = ".lock";
/** Folders that a process which was killed may have left. */
const LEFTOVER = /^\.(incoming|removed)-/;

/**
 * Holds the user's models' folder while `work` changes it, so that two programs neither write into one download nor
 * clean up after each other. Whoever was killed while holding it holds it no longer.
 * @throws SilvergrainError TARGET_BUSY where another program holds it; TARGET_UNWRITABLE; whatever `work` throws
 */
export async function holdingModels<T>(userFolder: string, work: () => Promise<T>): Promise<T> {
  const lock = join(userFolder, LOCK);
  try {
    mkdirSync(userFolder, { recursive: true });
    take(lock);
    for (const name of readdirSync(userFolder)) {
      if (LEFTOVER.test(name)) rmSync(join(userFolder, name), { recursive: true, force: true });
    }
  } catch (error) {
    throw systemError(error, lock);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock: string): void {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  if (isAlive(Number(readFileSync(lock, "utf8")))) {
    throw new SilvergrainError(
      "TARGET_BUSY",
      "Another Silvergrain is adding or importing models. Wait until it is done, and run the same command again.",
    );
  }
  rmSync(lock, { force: true });
  writeFileSync(lock, String(process.pid), { flag: "wx" });
}

function isAlive(pid: number): boolean {
  if (!(Number.isInteger(pid) && pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user is there, but may not be asked.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
