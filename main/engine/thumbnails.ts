import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { FileStamp, StopSignal } from "../core/enhance.ts";
import { SilvergrainError } from "../core/errors.ts";
import { type Size, scaled } from "../core/geometry.ts";
import type { Thumbnail, ThumbnailRequest } from "../core/viewing.ts";
import { failPoint } from "../system/fail-point.ts";
import { hashBytes, hashFile } from "../system/hash-file.ts";
import { systemError } from "../system/system-error.ts";
import { encodeThumbnail, probePhoto, sizeOfWholeJpeg } from "./codec.ts";
import { stopped } from "./lanes.ts";
import { formatOf } from "./photo-head.ts";

/** Larger photos are not held in memory; a few are made at a time. */
const MAX_HELD_BYTES = 128 * 1024 * 1024;

/** What was read of a photo: its bytes, or where it is too large for that, only what shows that it has changed. */
interface ReadPhoto {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: Uint8Array | undefined;
  readonly stamp: FileStamp;
}

/**
 * Makes a thumbnail, or finds the one that was made before. Its name is the hash of the very bytes that it shows.
 * @throws SilvergrainError SOURCE_*, DISK_FULL, TARGET_UNWRITABLE, CANCELLED between two steps
 */
export async function makeThumbnail(request: ThumbnailRequest, signal: StopSignal | undefined): Promise<Thumbnail> {
  const { path, maxMegapixels, longEdgePx, folder } = request;
  const name = basename(path);
  // Before all of it is read: a folder, a pipe or a film is told by its first bytes.
  formatOf(path);
  const photo = await readPhoto(path, signal);
  const { header } = await probePhoto(path, maxMegapixels, photo.bytes);
  const size = scaled(header.size, Math.min(1, longEdgePx / Math.max(header.size.width, header.size.height)));
  const file = join(folder, `${photo.sha256}.jpg`);
  const found = await wholeThumbnail(file, size);
  if (found === undefined) refuseStopped(signal);
  failPoint("mid-thumbnail", name);
  const bytes = found ?? (await encodeThumbnail(photo.bytes ?? path, name, header, size));
  if (photo.bytes === undefined) await refuseChanged(photo);
  if (found === undefined) writeInOneStep(file, bytes);
  return { sha256: photo.sha256, size, file, bytes: bytes.length };
}

/**
 * Writes a small file that can be made again: nobody sees half of it, but after a power loss it may not be whole.
 * @throws SilvergrainError DISK_FULL, TARGET_UNWRITABLE, …
 */
export function writeInOneStep(file: string, bytes: Uint8Array): void {
  const temporary = `${file.replace(/\.[^./\\]*$/, "")}.${process.pid}-${writes++}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    try {
      writeFileSync(temporary, bytes);
      renameSync(temporary, file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw systemError(error, file);
  }
}

/** Tells the temporary files of this process apart. */
let writes = 0;

/** In one piece: every turn of the loop may take as long as a window's inference. */
async function readPhoto(path: string, signal: StopSignal | undefined): Promise<ReadPhoto> {
  try {
    const file = await open(path, "r");
    try {
      const { size, mtimeMs } = await file.stat();
      const stamp = { bytes: size, mtimeMs };
      if (size > MAX_HELD_BYTES) return { path, sha256: await hashFile(path), bytes: undefined, stamp };
      const bytes = new Uint8Array(size);
      let filled = 0;
      for (let read = 1; read > 0 && filled < size; filled += read) {
        refuseStopped(signal);
        read = (await file.read(bytes, filled, size - filled, filled)).bytesRead;
      }
      // Shorter where it was cut meanwhile: then that is what is hashed and shown.
      const whole = bytes.subarray(0, filled);
      return { path, sha256: hashBytes(whole), bytes: whole, stamp };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw systemError(error, path, "source");
  }
}

async function refuseChanged({ path, stamp }: ReadPhoto): Promise<void> {
  let now: FileStamp;
  try {
    const file = await open(path, "r");
    const { size, mtimeMs } = await file.stat().finally(() => file.close());
    now = { bytes: size, mtimeMs };
  } catch (error) {
    throw systemError(error, path, "source");
  }
  if (now.bytes === stamp.bytes && now.mtimeMs === stamp.mtimeMs) return;
  throw new SilvergrainError(
    "SOURCE_CHANGED",
    `${basename(path)} was changed while it was being read. It can be looked at again when that is done.`,
  );
}

/** The bytes of a thumbnail that is there already, whole and of the size that is wanted. */
async function wholeThumbnail(file: string, { width, height }: Size): Promise<Uint8Array | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch {
    // Mostly there is none yet; one that cannot be read is made anew.
    return undefined;
  }
  const size = await sizeOfWholeJpeg(bytes);
  return size?.width === width && size.height === height ? bytes : undefined;
}

function refuseStopped(signal: StopSignal | undefined): void {
  if (signal?.aborted === true) throw stopped();
}
