import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { PhotoHeader, StopSignal } from "../../main/core/enhance.ts";
import { SilvergrainError } from "../../main/core/errors.ts";
import type { PhotoDetails, Thumbnail, ThumbnailRequest, Viewer } from "../../main/core/viewing.ts";
import { Library } from "../../main/library/library.ts";

/** Reads "photos" that are texts: `40x30` has that size, what begins with "bad" is broken. Keeps what it was asked. */
export class FakeViewer implements Viewer {
  readonly read: string[] = [];
  readonly made: string[] = [];
  /** How many calls went on at the same time, at most. */
  most = 0;
  private going = 0;
  /** Thumbnails are made when this is over. */
  gate: Promise<void> = Promise.resolve();

  async details(path: string): Promise<PhotoDetails> {
    this.read.push(path);
    return this.counted(async () => {
      const text = readFileSync(path, "utf8");
      if (text.startsWith("bad")) throw new SilvergrainError("SOURCE_CORRUPT", "It is broken.");
      const [width = 4, height = 3] = /^(\d+)x(\d+)/.exec(text)?.slice(1).map(Number) ?? [];
      const format = "jpeg";
      const header: PhotoHeader = {
        format,
        size: { width, height },
        channels: 3,
        bits: 8,
        hasAlpha: false,
        space: "srgb",
        orientation: 1,
        pages: 1,
        hasProfile: false,
        wear: {},
      };
      const none = undefined;
      return {
        header,
        facts: {
          format,
          width,
          height,
          bits: 8,
          camera: "A camera",
          lens: none,
          seconds: none,
          fNumber: none,
          iso: none,
          focalLength: none,
          takenMs: 1000,
          profile: none,
        },
      };
    });
  }

  async thumbnail({ path, folder }: ThumbnailRequest, signal?: StopSignal): Promise<Thumbnail> {
    this.made.push(path);
    return this.counted(async () => {
      await Promise.race([this.gate, new Promise<void>((end) => signal?.addEventListener("abort", end))]);
      if (signal?.aborted === true) throw new SilvergrainError("CANCELLED", "It was stopped.");
      const bytes = readFileSync(path);
      if (bytes.toString().startsWith("bad")) throw new SilvergrainError("SOURCE_CORRUPT", "It is broken.");
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const file = join(folder, `${sha256}.jpg`);
      writeFileSync(file, "thumbnail");
      return { sha256, size: { width: 4, height: 3 }, file, bytes: 9 };
    });
  }

  embedded(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  private async counted<T>(act: () => Promise<T>): Promise<T> {
    this.going++;
    this.most = Math.max(this.most, this.going);
    try {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return await act();
    } finally {
      this.going--;
    }
  }
}

/** A library whose database lies in a folder; closed when the test ends. */
export function openLibrary(home: string, viewer: Viewer = new FakeViewer()): Library {
  const folder = join(home, "thumbnails");
  mkdirSync(folder, { recursive: true });
  const library = Library.open({
    path: join(home, "library.db"),
    viewer,
    maxMegapixels: 100,
    thumbnails: { folder, longEdgePx: 512, has: (sha256) => existsSync(join(folder, `${sha256}.jpg`)) },
  });
  onTestFinished(() => library.close());
  return library;
}

/** Writes files, each with its path as its content unless told. */
export function write(root: string, files: readonly string[], content?: string): void {
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), content ?? file);
  }
}

export const namesIn = (library: Library) => library.page(0, 5000).map(({ place }) => place);

/** Waits until something holds. */
export async function until(holds: () => boolean | Promise<boolean>, what = "it"): Promise<void> {
  const since = performance.now();
  while (!(await holds())) {
    if (performance.now() - since > 10_000) throw new Error(`waited for ${what} in vain: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Waits until nothing is looked through any more. */
export async function scanned(library: Library): Promise<void> {
  await until(() => !library.folders().some(({ isScanning }) => isScanning), "the end of the scans");
}
