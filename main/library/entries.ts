import { access } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { INPUT_EXTENSIONS } from "../core/formats.ts";

/**
 * What a folder of results has in it, and one of nothing but exports: what is there are no photos to enhance again,
 * unless they are asked for by name.
 */
const TARGET_MARKS = [".silvergrain/ledger.db", ".silvergrain/only-exports"];

/** Whether results were put into a folder, or it was made for exports. */
export async function isResultsFolder(folder: string): Promise<boolean> {
  const marks = TARGET_MARKS.map((mark) => access(join(folder, mark)));
  return (await Promise.allSettled(marks)).some(({ status }) => status === "fulfilled");
}

/** The format of a photo by its name; `undefined` for what is no photo. */
export function formatByName(name: string): string | undefined {
  return INPUT_EXTENSIONS[extname(name).toLowerCase()];
}

/** Files and folders that their owner, or the system, keeps out of sight. */
export function isHidden(name: string): boolean {
  return name.startsWith(".");
}

/** Names a file or folder by what it is, however it is reached. */
export function identityOf({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${dev}/${ino}`;
}

/** Whether an absolute path is a folder's own or lies below it. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** A path below a folder with forward slashes; the folder's own is "". */
export function placeIn(folder: string, path: string): string {
  return path
    .slice(folder.length)
    .split(sep)
    .filter((part) => part !== "")
    .join("/");
}
