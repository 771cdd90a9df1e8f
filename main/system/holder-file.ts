import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { z } from "zod";

/** What the names of all our pipes on Windows begin with. */
export const PIPES = "\\\\.\\pipe\\silvergrain-";

const Holder = z.object({
  pid: z.int().positive(),
  // Others may write to a shared folder: what they write there must not lead to another machine's pipe.
  address: z.string().refine((at) => (process.platform === "win32" ? at.startsWith(PIPES) : isAbsolute(at))),
  token: z.string().min(1),
});

/** Who holds a folder, and where it listens. */
export type Holder = Readonly<z.infer<typeof Holder>>;

/** @throws the file system's or the parser's error */
export function readHolder(folder: string): Holder {
  return Holder.parse(JSON.parse(readFileSync(pathIn(folder), "utf8")));
}

/**
 * Replaces the file of whoever held the folder before. It may be lost in a power loss, together with its process. On a
 * disk without permissions others can read the token, but they still cannot reach the socket.
 * @throws the file system's error; nothing is left behind then
 */
export function writeHolder(folder: string, holder: Holder): void {
  const path = pathIn(folder);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    rmSync(temporary, { force: true });
    writeFileSync(temporary, JSON.stringify(holder), { mode: 0o600, flag: "wx" });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Removes the file if it is still this holder's. */
export function removeHolder(folder: string, { token }: Holder): void {
  let found: Holder;
  try {
    found = readHolder(folder);
  } catch {
    // It is gone, or nobody's: there is nothing of ours to remove.
    return;
  }
  if (found.token === token) rmSync(pathIn(folder), { force: true });
}

function pathIn(folder: string): string {
  return join(folder, "holder.json");
}
