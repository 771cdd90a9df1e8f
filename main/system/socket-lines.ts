import type { Socket } from "node:net";
import { SilvergrainError } from "../core/errors.ts";

/** More than any message has; without a limit one endless line would fill the memory. */
export const LONGEST_LINE_BYTES = 16 * 1024 * 1024;

/**
 * The lines that arrive at a socket; what comes after the last line feed is no line. The socket stays open when the
 * reader stops.
 * @throws the socket's error, or a SilvergrainError at a line that is too long
 */
export async function* linesOf(socket: Socket): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    let rest = chunk as Buffer;
    for (let end = rest.indexOf("\n"); ; end = rest.indexOf("\n")) {
      const part = end < 0 ? rest : rest.subarray(0, end);
      length += part.length;
      if (length > LONGEST_LINE_BYTES) throw tooLong();
      parts.push(part);
      if (end < 0) break;
      yield Buffer.concat(parts).toString("utf8");
      parts = [];
      length = 0;
      rest = rest.subarray(end + 1);
    }
  }
}

/** @throws SilvergrainError where `value` is no JSON or too long for a line */
export function toLine(value: unknown): string {
  const line = `${JSON.stringify(value)}\n`;
  if (Buffer.byteLength(line) > LONGEST_LINE_BYTES) throw tooLong();
  return line;
}

function tooLong(): SilvergrainError {
  return new SilvergrainError(
    "USAGE",
    `Expected at most ${LONGEST_LINE_BYTES / 1024 / 1024} MB for a message between two Silvergrains, but it is longer. Pass fewer files at a time.`,
  );
}
