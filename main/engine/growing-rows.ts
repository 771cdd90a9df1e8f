import { type FileHandle, open } from "node:fs/promises";
import type { StopSignal } from "../core/enhance.ts";
import type { Size } from "../core/geometry.ts";
import { stopped } from "./lanes.ts";
import { readVipsHeader, VIPS_HEADER_BYTES } from "./vips-file.ts";

/** Samples that are taken over between two turns of the loop. */
const CHUNK_BYTES = 4 * 1024 * 1024;
/** How often it is looked for rows that were written meanwhile. */
const LOOK_MS = 10;

/**
 * The rows of an RGB picture of 8 bits in libvips' format, in pieces that are used again.
 * @param writing settles when the file is whole, or will not be
 * @throws what `writing` rejects with; SilvergrainError CANCELLED; the file system's error
 */
export async function* growingRows(
  path: string,
  { width, height }: Size,
  writing: Promise<void>,
  signal: StopSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const rowBytes = width * 3;
  const chunkRows = Math.max(1, Math.floor(CHUNK_BYTES / rowBytes));
  const buffer = new Uint8Array(rowBytes * chunkRows);
  let isWritten = false;
  const whole = writing.then(() => {
    isWritten = true;
  });
  whole.catch(() => {});
  const more = () => Promise.race([pause(), whole]);
  const file = await whenThere(path, more, signal);
  try {
    for (let y = 0; y < height; ) {
      if (signal?.aborted === true) throw stopped();
      const isLast = isWritten;
      const { size } = await file.stat();
      const rows = Math.min(chunkRows, Math.min(height, Math.floor((size - VIPS_HEADER_BYTES) / rowBytes)) - y);
      if (rows <= 0 && isLast) throw new Error("a picture in libvips' format ended too early");
      // Few large steps, but whatever there is at the end.
      if (rows <= 0 || (rows < chunkRows && y + rows < height && !isLast)) {
        await more();
        continue;
      }
      if (y === 0) await refuseOtherKind(file, { width, height });
      const part = buffer.subarray(0, rows * rowBytes);
      await readFully(file, part, VIPS_HEADER_BYTES + y * rowBytes);
      y += rows;
      yield part;
    }
    await whole;
  } finally {
    await file.close();
  }
}

async function whenThere(path: string, more: () => Promise<void>, signal: StopSignal | undefined): Promise<FileHandle> {
  for (;;) {
    if (signal?.aborted === true) throw stopped();
    try {
      return await open(path, "r");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    await more();
  }
}

async function refuseOtherKind(file: FileHandle, size: Size): Promise<void> {
  const header = new Uint8Array(VIPS_HEADER_BYTES);
  await readFully(file, header, 0);
  const picture = readVipsHeader(header);
  const isRight =
    picture.size.width === size.width &&
    picture.size.height === size.height &&
    picture.channels === 3 &&
    picture.bits === 8;
  if (!isRight) throw new Error("a picture to be shown was not decoded to RGB of 8 bits and its own size");
}

/** Reads all of the bytes from a place of a file. */
async function readFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, position + at);
    if (bytesRead === 0) throw new Error("a file ended too early");
    at += bytesRead;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
