import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { protocol } from "electron";
import { type Failure, PAGE_ORIGIN, PHOTO_SCHEME } from "../../preload/contract.ts";
import { asSilvergrainError } from "../core/errors.ts";
import type { Viewer } from "../core/viewing.ts";
import type { Library } from "../library/library.ts";
import type { ThumbnailCache } from "../library/thumbnail-cache.ts";
import { type PhotoAddress, photoAddress } from "./addresses.ts";
import type { Patches } from "./patches.ts";
import type { Pyramids } from "./pyramids.ts";

/** What pixels come from. */
export interface PhotoSources {
  readonly library: Library;
  readonly viewer: Viewer;
  readonly cache: ThumbnailCache;
  readonly pyramids: Pyramids;
  readonly patches: Patches;
  /** A folder for files that live for one answer. */
  readonly scratchDir: string;
}

type ThumbnailAddress = Extract<PhotoAddress, { readonly id: number }>;

/** Serves thumbnails by the numbers of photos, and tiles and patches by the names that they were given. */
export function servePhotos(sources: PhotoSources): void {
  let scratch = 0;
  protocol.handle(PHOTO_SCHEME, async (request) => {
    const address = photoAddress(request.url);
    if (request.method !== "GET" || address === undefined) return nothing();
    switch (address.kind) {
      case "tile":
        return samples(() => sources.pyramids.tile(address.key, address));
      case "patch":
        return samples(async () => {
          const patch = await sources.patches.take(address.token);
          return patch === undefined ? undefined : { samples: patch, isPreview: true };
        });
      default:
        return thumbnailAt(sources, address, () => join(sources.scratchDir, `${scratch++}.jpg`));
    }
  });
}

/** Raw samples. Why there are none is said: the page asks for them itself, and shows it. */
async function samples(
  get: () => Promise<{ readonly samples: Uint8Array; readonly isPreview: boolean } | undefined>,
): Promise<Response> {
  try {
    const found = await get();
    if (found === undefined) return nothing();
    const headers = headersFor("application/octet-stream", !found.isPreview);
    return new Response(found.samples as Uint8Array<ArrayBuffer>, {
      headers: found.isPreview ? { ...headers, "x-preview": "1" } : headers,
    });
  } catch (thrown) {
    const { code, message } = asSilvergrainError(thrown);
    const failure: Failure = { code, message };
    return new Response(JSON.stringify(failure), { status: 500, headers: headersFor("application/json", false) });
  }
}

async function thumbnailAt(
  sources: PhotoSources,
  address: ThumbnailAddress,
  scratchFile: () => string,
): Promise<Response> {
  try {
    if (address.kind === "embedded") {
      const jpeg = await embedded(sources, address.id, scratchFile());
      return jpeg === undefined ? nothing() : picture(jpeg, false);
    }
    const shown = await thumbnail(sources, address.id);
    // A hash names its content for ever; anything else is asked for anew.
    return shown === undefined ? nothing() : picture(shown.jpeg, shown.sha256 === address.version);
  } catch {
    // Why a photo cannot be shown is in its row.
    return nothing();
  }
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
  return new Response(new Uint8Array(jpeg), { headers: headersFor("image/jpeg", isForEver) });
}

function nothing(): Response {
  return new Response(null, { status: 404, headers: { "access-control-allow-origin": PAGE_ORIGIN } });
}

function headersFor(type: string, isForEver: boolean): Record<string, string> {
  return {
    "content-type": type,
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "cross-origin",
    // Only our own page may read what it fetches.
    "access-control-allow-origin": PAGE_ORIGIN,
    "access-control-expose-headers": "x-preview",
    "cache-control": isForEver ? "max-age=31536000, immutable" : "no-store",
  };
}
