import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The files and folders that the app was started with.
 * Desktops may name them by file: addresses.
 * @param argv as Electron has it: the executable, switches, in development the app's own folder, then paths
 * @param folder that relative ones are seen from
 */
export function pathsAmong(argv: readonly string[], isPackaged: boolean, folder: string): readonly string[] {
  const plain = argv.slice(1).filter((argument) => !argument.startsWith("-"));
  return plain.slice(isPackaged ? 0 : 1).map((path) => resolve(folder, plainPath(path)));
}

function plainPath(given: string): string {
  if (!given.startsWith("file://")) return given;
  try {
    return fileURLToPath(given);
  } catch {
    // Of another machine, or no address after all.
    return given;
  }
}

/**
 * What a second start of the app hands over to the first. Without a space and in ASCII alone: on Linux, Electron 33 loses
 * the whole message where a string has both a space and a letter beyond Latin-1, as “/茶园 x/a.jpg” has.
 */
export function toFirst(paths: readonly string[]): Record<string, unknown> {
  const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return { paths: JSON.stringify(paths).replace(/[^!-~]/g, escaped) };
}

/** The paths that a second start has handed over. */
export function pathsFrom(message: unknown): readonly string[] {
  const text = (message as { paths?: unknown } | null | undefined)?.paths;
  if (typeof text !== "string") return [];
  try {
    const paths: unknown = JSON.parse(text);
    return Array.isArray(paths) ? paths.filter((path) => typeof path === "string") : [];
  } catch {
    return [];
  }
}
