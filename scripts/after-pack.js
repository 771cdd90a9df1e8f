// @ts-check
// electron-builder calls this when everything is in its place, before the fuses are set.
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Takes away what an Electron for development brings along: its own default app, and the loader of an assembled one; and,
 * on Linux, the names of symbols in Electron and Node.
 * @param {{ appOutDir: string, electronPlatformName: string, packager: { getResourcesDir(folder: string): string } }} context
 */
export default async function afterPack({ appOutDir, electronPlatformName, packager }) {
  const resources = packager.getResourcesDir(appOutDir);
  for (const own of ["app", "default_app.asar"]) rmSync(join(resources, own), { recursive: true, force: true });
  rmSync(join(appOutDir, "version"), { force: true });
  if (electronPlatformName === "linux") strip([...programsIn(appOutDir), join(resources, "node", "node")]);
}

/**
 * Nothing that a program is loaded by goes. 19 MB, nearly all of it Node's; without binutils they stay.
 * @param {readonly string[]} programs
 */
function strip(programs) {
  const { error, status, stderr } = spawnSync("strip", ["--strip-unneeded", ...programs], { encoding: "utf8" });
  if (error === undefined && status !== 0) throw new Error(`strip has ended with ${status}: ${stderr}`);
}

/** @param {string} folder */
function programsIn(folder) {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ name }) => join(folder, name)).filter(isElf);
}

/** @param {string} file */
function isElf(file) {
  const start = Buffer.alloc(4);
  const open = openSync(file, "r");
  readSync(open, start);
  closeSync(open);
  return start.toString("latin1") === "\x7fELF";
}
