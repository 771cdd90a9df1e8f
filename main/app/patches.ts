import { randomUUID } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../system/atomic-file.ts";

/** Patches that nobody has fetched; a page that was loaded anew may leave some. */
const MAX_KEPT = 16;

/** Live patches on their way from the engine to the page, each given out once. */
export class Patches {
  private readonly kept = new Map<string, string>();

  /** @param folder is emptied: what an earlier run left is of no use */
  constructor(private readonly folder: string) {}

  /** Deletes what an earlier run has left. */
  async start(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A file to write the next patch to. @throws the file system's error */
  newFile(): { readonly token: string; readonly path: string } {
    makeFolder(this.folder);
    const token = randomUUID().replaceAll("-", "");
    return { token, path: join(this.folder, token) };
  }

  /** From now on the patch can be fetched. */
  async offer(token: string, path: string): Promise<void> {
    this.kept.set(token, path);
    const [oldest] = this.kept;
    if (this.kept.size <= MAX_KEPT || oldest === undefined) return;
    this.kept.delete(oldest[0]);
    await rm(oldest[1], { force: true });
  }

  /** The samples of a patch, which is gone then; `undefined` where there is none by that name. */
  async take(token: string): Promise<Uint8Array | undefined> {
    const path = this.kept.get(token);
    if (path === undefined) return undefined;
    this.kept.delete(token);
    try {
      return await readFile(path);
    } finally {
      await rm(path, { force: true });
    }
  }
}
