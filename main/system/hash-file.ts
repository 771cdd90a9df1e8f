import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** Every piece waits for the event loop, which beside inference turns about once a second. */
const PIECE_BYTES = 8 * 1024 * 1024;

/** SHA-256 of a file as hex, read in pieces. @throws the file system's error */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: PIECE_BYTES })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** SHA-256 of a text as hex. */
export function hashText(text: string): string {
  return hashBytes(text);
}

/** SHA-256 of bytes in memory as hex. */
export function hashBytes(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}
