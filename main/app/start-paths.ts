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
