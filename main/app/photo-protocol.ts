import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { protocol } from "electron";
import { PHOTO_SCHEME } from "../../preload/contract.ts";
import type { Viewer } from "../core/viewing.ts";
import type { Library } from "../library/library.ts";
import type { ThumbnailCache } from "../library/thumbnail-cache.ts";
import { photoAddress } from "./addresses.ts";

/** What pixels come from. */
export interface PhotoSources {
  readonly library: Library;
  readonly viewer: Viewer;
  readonly cache: ThumbnailCache;
  /** A folder for files that live for one answer. */
  readonly scratchDir: string;
}

/** Serves thumbnails by the numbers of photos. */
export function servePhotos(sources: PhotoSources): void {
  let scratch = 0;
  protocol.handle(PHOTO_SCHEME, async (request) => {
    const address = photoAddress(request.url);
    if (request.method !== "GET" || address === undefined) return nothing();
    try {
      if (address.kind === "embedded") {
        const jpeg = await embedded(sources, address.id, join(sources.scratchDir, `${scratch++}.jpg`));
        return jpeg === undefined ? nothing() : picture(jpeg, false);
      }
      const shown = await thumbnail(sources, address.id);
      // A hash names its content for ever; anything else is asked for anew.
      return shown === undefined ? nothing() : picture(shown.jpeg, shown.sha256 === address.version);
    } catch {
      // Why a photo cannot be shown is in its row.
      return nothing();
    }
  });
}

interface Shown {
  readonly sha256: string;
  readonly jpeg: Uint8Array;
}

async function thumbnail({ library, cache }: PhotoSources, id: number): Promise<Shown | undefined> {
  // Also for one that was made before: the file may be another by now, or have left its folder.
  if ((await library.pathOf(id)) === undefined) return undefined;
  const known = library.row(id)?.thumbnail;
  const kept = known === undefined ? undefined : await read(cache, known);
  if (kept !== undefined) return kept;
  const made = await library.thumbnail(id);
  return made === undefined ? undefined : read(cache, made);
}

async function read(cache: ThumbnailCache, sha256: string): Promise<Shown | undefined> {
  const jpeg = await cache.read(sha256);
  return jpeg === undefined ? undefined : { sha256, jpeg };
}

async function embedded(
  { library, viewer, scratchDir }: PhotoSources,
  id: number,
  save: string,
): Promise<Uint8Array | undefined> {
  const path = await library.pathOf(id);
  if (path === undefined) return undefined;
  await mkdir(scratchDir, { recursive: true });
  if ((await viewer.embedded(path, save)) === undefined) return undefined;
  try {
    return await readFile(save);
  } finally {
    await rm(save, { force: true });
  }
}

function picture(jpeg: Uint8Array, isForEver: boolean): Response {
  return new Response(new Uint8Array(jpeg), {
    headers: {
      "content-type": "image/jpeg",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "cross-origin",
      "cache-control": isForEver ? "max-age=31536000, immutable" : "no-store",
    },
  });
}

function nothing(): Response {
  return new Response(null, { status: 404 });
}
