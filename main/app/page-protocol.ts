import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { protocol } from "electron";
import { PAGE_ORIGIN, PAGE_SCHEME, PHOTO_SCHEME } from "../../preload/contract.ts";
import { CONTENT_SECURITY_POLICY } from "./harden.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".woff2": "font/woff2",
  ".webp": "image/webp",
  ".png": "image/png",
  ".svg": "image/svg+xml",
};

/** Must be called before the app is ready. */
export function registerSchemes(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    { scheme: PHOTO_SCHEME, privileges: { standard: true, secure: true } },
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

/** The file behind an address of the page; `undefined` for one that leads elsewhere. */
export function fileFor(url: string, pageDir: string, samplesDir: string): string | undefined {
  let path: string;
  try {
    const { protocol: scheme, host, pathname } = new URL(url);
    if (`${scheme}//${host}` !== PAGE_ORIGIN) return undefined;
    path = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (path.includes("\0")) return undefined;
  const isSample = path.startsWith("/samples/");
  const folder = isSample ? samplesDir : pageDir;
  const file = normalize(join(folder, isSample ? path.slice("/samples/".length) : path));
  return file.startsWith(folder + sep) && extname(file) in TYPES ? file : undefined;
}

function headersFor(path: string): Record<string, string> {
  return {
    "content-type": TYPES[extname(path)] ?? "application/octet-stream",
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    // The files of a build never change while it runs.
    "cache-control": "no-cache",
  };
}
