import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { protocol } from "electron";
import { PHOTO_SCHEME } from "../../preload/contract.ts";
import type { Viewer } from "../core/viewing.ts";
import type { Library } from "../library/library.ts";
import type { ThumbnailCache } from "../library/thumbnail-cache.ts";
import { type PhotoAddress, photoAddress } from "./addresses.ts";

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
      const jpeg =
        address.kind === "thumbnail"
          ? await thumbnail(sources, address.id)
          : await embedded(sources, address.id, join(sources.scratchDir, `${scratch++}.jpg`));
      return jpeg === undefined ? nothing() : picture(jpeg, address);
    } catch {
      // Why a photo cannot be shown is in its row.
      return nothing();
    }
  });
}

async function thumbnail({ library, cache }: PhotoSources, id: number): Promise<Uint8Array | undefined> {
  // Also for one that was made before: the file may be another by now, or have left its folder.
  if ((await library.pathOf(id)) === undefined) return undefined;
  const known = library.row(id)?.thumbnail;
  const jpeg = known === undefined ? undefined : await cache.read(known);
  if (jpeg !== undefined) return jpeg;
  const made = await library.thumbnail(id);
  return made === undefined ? undefined : cache.read(made);
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

function picture(jpeg: Uint8Array, { version }: PhotoAddress): Response {
  return new Response(new Uint8Array(jpeg), {
    headers: {
      "content-type": "image/jpeg",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "cross-origin",
      // A hash names its content for ever; anything else is asked for anew.
      "cache-control": /^[0-9a-f]{16,}$/.test(version) ? "max-age=31536000, immutable" : "no-store",
    },
  });
}

function nothing(): Response {
  return new Response(null, { status: 404 });
}
