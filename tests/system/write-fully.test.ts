import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { tempDir } from "../helpers/temp.ts";

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return {
    ...fs,
    // A disk that takes a thousand bytes at a time.
    writeSync: (fd: number, bytes: Uint8Array, at: number, length: number, position: number) =>
      fs.writeSync(fd, bytes, at, Math.min(1000, length), position),
  };
});

test("what one write does not store, the next does", async () => {
  const { writeFully } = await import("../../main/system/write-fully.ts");
  const path = join(tempDir(), "file");
  const fd = openSync(path, "w+");
  const samples = Uint16Array.from({ length: 2345 }, (_, i) => i * 7);
  writeFully(fd, samples, 5);
  closeSync(fd);
  const stored = readFileSync(path).subarray(5);
  expect(Buffer.compare(stored, Buffer.from(samples.buffer))).toBe(0);
});
