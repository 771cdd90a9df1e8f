import { type FileHandle, open } from "node:fs/promises";

/** Files that are written at places, open as long as they grow. */
export class LevelFiles {
  private readonly handles = new Map<string, FileHandle>();

  /** Writes all of the bytes at a place of a file. @throws the file system's error */
  async write(path: string, bytes: Uint8Array, position: number): Promise<void> {
    const file = this.handles.get(path) ?? (await open(path, "w"));
    this.handles.set(path, file);
    for (let at = 0; at < bytes.length; ) {
      // A disk that is filling up may take a part without an error; the next try then fails with the reason.
      const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
      if (bytesWritten === 0) throw Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
      at += bytesWritten;
    }
  }

  /** Has everything on the disk. */
  async sync(): Promise<void> {
    for (const file of this.handles.values()) await file.datasync();
  }

  async close(): Promise<void> {
    const files = [...this.handles.values()];
    this.handles.clear();
    await Promise.all(files.map((file) => file.close()));
  }
}
