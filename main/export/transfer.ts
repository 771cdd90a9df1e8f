import { createHash } from "node:crypto";
import { link, open, realpath, rename, rm, stat, utimes } from "node:fs/promises";
import { basename } from "node:path";
import { SilvergrainError } from "../core/errors.ts";
import { hashFile } from "../system/hash-file.ts";
import { isMissingError, systemError } from "../system/system-error.ts";

const PIECE_BYTES = 4 * 1024 * 1024;

/**
 * Copies a file, its times included, and sees that it is the one that is meant.
 * @param sha256 of the bytes that are expected
 * @throws SilvergrainError SOURCE_CHANGED, SOURCE_*, DISK_FULL, TARGET_UNWRITABLE; nothing is left behind then
 */
export async function copyTo(from: string, to: string, sha256: string): Promise<void> {
  try {
    const found = await copyBytes(from, to);
    if (found !== sha256) throw changed(from);
    const { atime, mtime } = await stat(from);
    await utimes(to, atime, mtime);
  } catch (error) {
    await rm(to, { force: true });
    throw error instanceof SilvergrainError ? error : systemError(error, to);
  }
}

/**
 * Gives a file a second name, of a link that of the file that it leads to. Where the disk cannot, it is copied.
 * @throws SilvergrainError SOURCE_CHANGED, SOURCE_*, DISK_FULL, TARGET_UNWRITABLE
 */
export async function linkTo(from: string, to: string, sha256: string): Promise<void> {
  await refuseChanged(from, sha256);
  try {
    await link(await realpath(from), to);
  } catch (error) {
    if (isMissingError(error)) throw systemError(error, from, "source");
    await copyTo(from, to, sha256);
  }
}

/**
 * Takes a file away from where it was, once it is safe elsewhere.
 * @param sha256 of the bytes that are: what was changed since is nowhere else, and stays
 * @throws SilvergrainError SOURCE_CHANGED, TARGET_UNWRITABLE
 */
export async function removeMoved(from: string, sha256: string): Promise<void> {
  try {
    if ((await hashFile(from)) !== sha256) throw changed(from);
    await rm(from, { force: true });
  } catch (error) {
    if (!isMissingError(error)) throw systemError(error, from);
  }
}

/** Gives a finished file its name. @throws SilvergrainError TARGET_UNWRITABLE, DISK_FULL */
export async function settle(part: string, final: string): Promise<void> {
  try {
    await rename(part, final);
    // Two names of one file both stay.
    await rm(part, { force: true });
  } catch (error) {
    throw systemError(error, final);
  }
}

async function copyBytes(from: string, to: string): Promise<string> {
  const hash = createHash("sha256");
  const source = await open(from, "r").catch((error: unknown) => {
    throw systemError(error, from, "source");
  });
  try {
    // Never into a file that is there: it might be another name of an original.
    const target = await open(to, "wx");
    try {
      const piece = Buffer.allocUnsafe(PIECE_BYTES);
      for (;;) {
        const { bytesRead } = await source.read(piece, 0, PIECE_BYTES).catch((error: unknown) => {
          throw systemError(error, from, "source");
        });
        if (bytesRead === 0) break;
        const part = piece.subarray(0, bytesRead);
        hash.update(part);
        await target.writeFile(part);
      }
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
  return hash.digest("hex");
}

/** @throws SilvergrainError SOURCE_CHANGED where a file has other bytes than are expected; SOURCE_* */
export async function refuseChanged(path: string, sha256: string): Promise<void> {
  const found = await hashFile(path).catch((error: unknown) => {
    throw systemError(error, path, "source");
  });
  if (found !== sha256) throw changed(path);
}

function changed(path: string): SilvergrainError {
  return new SilvergrainError(
    "SOURCE_CHANGED",
    `${basename(path)} is not the file any more that was enhanced, or that was made. Enhance it again, then export.`,
  );
}
