import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { protocol } from "electron";
import { PAGE_SCHEME, PHOTO_SCHEME } from "../../preload/contract.ts";
import { fileFor, PAGE_TYPES } from "./addresses.ts";
import { CONTENT_SECURITY_POLICY } from "./harden.ts";

/** Must be called before the app is ready. */
export function registerSchemes(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    {
      scheme: PHOTO_SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true, stream: true },
    },
  ]);
}

/**
 * Serves the built page, and the pictures of what models do.
 * @param pageDir folder of the built page @param samplesDir folder of the pictures, seen as /samples
 */
export function servePage(pageDir: string, samplesDir: string): void {
  protocol.handle(PAGE_SCHEME, async (request) => {
    const path = fileFor(request.url, pageDir, samplesDir);
    if (request.method !== "GET" || path === undefined) return new Response(null, { status: 404 });
    try {
      const body = new Uint8Array(await readFile(path));
      return new Response(body, { headers: headersFor(path) });
    } catch {
      return new Response(null, { status: 404 });
    }
  });
}

function headersFor(path: string): Record<string, string> {
  return {
    "content-type": PAGE_TYPES[extname(path)] ?? "application/octet-stream",
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    // The files of a build never change while it runs.
    "cache-control": "no-cache",
  };
}
