// @ts-check
// A folder with an unpacked Electron in it.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * The executable in a folder that holds a whole Electron of this version: `version` is written last, or unpacked last.
 * @param {string} folder
 * @param {string} version
 * @param {NodeJS.Platform} platform
 * @returns {string | undefined}
 */
export function executableIn(folder, version, platform) {
  if (textOf(join(folder, "version"))?.trim().replace(/^v/, "") !== version) return undefined;
  const path = join(folder, EXECUTABLES[platform] ?? "electron");
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? path : undefined;
}

/** @type {Partial<Record<NodeJS.Platform, string>>} */
const EXECUTABLES = { darwin: "Electron.app/Contents/MacOS/Electron", win32: "electron.exe" };

/**
 * @param {string} file
 * @returns {string | undefined} undefined where there is none
 */
export function textOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return undefined;
    throw error;
  }
}
