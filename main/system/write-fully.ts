import { writeSync } from "node:fs";

/**
 * Writes all of `bytes` at `position`. One write(2) may store less than it was given without an error, as on a disk
 * that is filling up; what is left is then tried again, and the second try fails with the reason.
 * @throws the file system's error
 */
export function writeFully(fd: number, bytes: Uint8Array | Uint16Array, position: number): void {
  const all = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < all.length; ) {
    const written = writeSync(fd, all, at, all.length - at, position + at);
    if (written === 0) throw Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
    at += written;
  }
}
