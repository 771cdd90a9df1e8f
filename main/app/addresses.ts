import { extname, join, normalize, sep } from "node:path";
import { PAGE_ORIGIN } from "../../preload/contract.ts";

/*
 * What an address may mean. Everything here is pure, so that what a stranger may try can be tried by the thousand.
 */

/** The kinds of files that a page has. */
export const PAGE_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".woff2": "font/woff2",
  ".webp": "image/webp",
  ".png": "image/png",
  ".svg": "image/svg+xml",
};

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
  return file.startsWith(folder + sep) && extname(file) in PAGE_TYPES ? file : undefined;
}

/** What an address asks for. */
export type PhotoAddress =
  | { readonly kind: "thumbnail" | "embedded"; readonly id: number; readonly version: string }
  | { readonly kind: "tile"; readonly key: string; readonly level: number; readonly x: number; readonly y: number }
  | { readonly kind: "patch"; readonly token: string };

const THUMBNAIL = /^photo:\/\/(thumbnail|embedded)\/([1-9]\d{0,14})\/([0-9a-z]{1,64})$/;
const TILE = /^photo:\/\/tile\/([0-9a-z]{1,64})\/(0|[1-9]\d?)\/(0|[1-9]\d{0,5})\/(0|[1-9]\d{0,5})$/;
const PATCH = /^photo:\/\/patch\/([0-9a-z]{1,64})$/;

/** Reads an address: a kind, a number or a name that was handed out, and nothing that could be a path. */
export function photoAddress(url: string): PhotoAddress | undefined {
  const [, kind, id, version] = THUMBNAIL.exec(url) ?? [];
  if (kind !== undefined && version !== undefined) {
    return { kind: kind as "thumbnail" | "embedded", id: Number(id), version };
  }
  const [, key, level, x, y] = TILE.exec(url) ?? [];
  if (key !== undefined) return { kind: "tile", key, level: Number(level), x: Number(x), y: Number(y) };
  const token = PATCH.exec(url)?.[1];
  return token === undefined ? undefined : { kind: "patch", token };
}

/** Whether a call comes from our own page, at the top of its window. */
export function isOwnPage(frame: { readonly url: string; readonly parent: unknown } | null): boolean {
  if (frame === null || frame.parent !== null) return false;
  try {
    const { protocol, host } = new URL(frame.url);
    return `${protocol}//${host}` === PAGE_ORIGIN;
  } catch {
    return false;
  }
}
