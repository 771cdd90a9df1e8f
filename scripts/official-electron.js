// @ts-check
// Electron's own download, which npm would run at install if it ran install scripts.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { executableIn, textOf } from "./electron-folder.js";

/** So long may nothing at all come before it is given up: a slow line is waited for, a dead one is not. */
const SILENCE_MS = 20_000;

/**
 * Runs the electron package's install.js. It reads ELECTRON_MIRROR and its other variables itself.
 * @param {object} options
 * @param {string} options.electronPackage
 * @param {NodeJS.ProcessEnv} options.environment
 * @param {number} [options.silenceMs]
 * @throws {Error} with one sentence that says why
 */
export async function downloadOfficial({ electronPackage, environment, silenceMs = SILENCE_MS }) {
  // The download grows in the temporary folder, what is unpacked in dist: two places that show whether it lives.
  const temporary = mkdtempSync(join(tmpdir(), "silvergrain-electron-"));
  try {
    const child = spawn(process.execPath, [join(electronPackage, "install.js")], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...environment, TMPDIR: temporary, TEMP: temporary, TMP: temporary },
    });
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += chunk;
    });
    let isSilent = false;
    const stopWatching = watchGrowth([temporary, join(electronPackage, "dist")], silenceMs, () => {
      isSilent = true;
      child.kill("SIGKILL");
    });
    const code = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    }).finally(stopWatching);
    if (isSilent) throw new Error(`no answer within ${silenceMs / 1000} seconds`);
    if (code !== 0) throw new Error(reasonIn(said) ?? `its install.js ended with code ${code}`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * @param {readonly string[]} folders
 * @param {number} silenceMs
 * @param {() => void} onSilence
 */
function watchGrowth(folders, silenceMs, onSilence) {
  let bytes = -1;
  let grownAt = Date.now();
  const timer = setInterval(
    () => {
      const now = folders.reduce((sum, folder) => sum + bytesIn(folder), 0);
      if (now !== bytes) {
        bytes = now;
        grownAt = Date.now();
      } else if (Date.now() - grownAt >= silenceMs) {
        onSilence();
      }
    },
    Math.min(1000, silenceMs / 4),
  );
  return () => clearInterval(timer);
}

/** @param {string} folder */
function bytesIn(folder) {
  /** @type {readonly string[]} */
  let files;
  try {
    files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    // Not made yet.
    return 0;
  }
  // A file may be gone since it was listed.
  return files.reduce((sum, file) => sum + (statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0), 0);
}

/**
 * The line of a stack trace that says what happened.
 * @param {string} said
 */
function reasonIn(said) {
  const lines = said.split("\n").map((line) => line.trim());
  return lines.find((line) => /error/i.test(line) && !line.startsWith("at ")) ?? lines.find((line) => line !== "");
}

/**
 * Where the electron package's own binary is, or why there is none.
 * @param {string} electronPackage
 * @param {NodeJS.Platform} platform
 * @returns {{ path: string, version: string } | { reason: string }}
 */
export function installedElectron(electronPackage, platform) {
  const version = packageVersion(electronPackage);
  if (version === undefined) return { reason: "the npm package electron is not installed" };
  const path = executableIn(join(electronPackage, "dist"), version, platform);
  // Written when everything is unpacked: without it, a download was interrupted.
  if (path === undefined || textOf(join(electronPackage, "path.txt")) === undefined)
    return { reason: `the npm package electron ${version} has come without its binary` };
  return { path, version };
}

/**
 * @param {string} electronPackage
 * @returns {string | undefined}
 */
export function packageVersion(electronPackage) {
  const manifest = textOf(join(electronPackage, "package.json"));
  return manifest === undefined ? undefined : JSON.parse(manifest).version;
}
