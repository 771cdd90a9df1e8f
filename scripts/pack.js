// @ts-check
// `npm run pack`: the app as users get it, in build/packed, for the platform that this runs on: a folder that can be started as
// it is. `npm run pack -- --deb` makes a Debian package of it, and `--installers` the platform's installers, for which
// electron-builder fetches its tools.
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { FuseV1Options, getCurrentFuseWire } from "@electron/fuses";
import { findElectron, NoElectronError, ROOT, WrongElectronPathError } from "./electron.js";
import { textOf } from "./electron-folder.js";
import { thirdPartyNotices } from "./notices.js";
import { noDebSentence, packDeb } from "./pack-deb.js";
import { placeNode } from "./shipped-node.js";
import { isFresh } from "./stamp.js";
import { UpdateSettingsError, updateSettings } from "./update-settings.js";

/** How large the folder may become on the disk, in MB. Most of it is Electron and Node. */
const BUDGET_MB = 500;

/** How a fuse is written into the program: the digits 1 and 0; other bytes are of fuses that an Electron has no more. */
const ON = "1".charCodeAt(0);
const OFF = "0".charCodeAt(0);

/** What a packed program must have burnt in. */
export const FUSES = {
  RunAsNode: false,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  OnlyLoadAppFromAsar: true,
  EnableEmbeddedAsarIntegrityValidation: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
};

/** Where packed programs lie. @typedef {{ folder: string, executable: string, resources: string }} Packed */

/**
 * The packed app of this platform.
 * @returns {Packed}
 */
export function packedApp(platform = process.platform, arch = process.arch) {
  const suffix = arch === "x64" ? "" : `-${arch}`;
  const output = join(ROOT, "build", "packed");
  if (platform === "darwin") {
    const folder = join(output, `mac${suffix}`, "Silvergrain.app");
    const contents = join(folder, "Contents");
    return { folder, executable: join(contents, "MacOS", "Silvergrain"), resources: join(contents, "Resources") };
  }
  const folder = join(output, `${platform === "win32" ? "win" : "linux"}${suffix}-unpacked`);
  const name = platform === "win32" ? "Silvergrain.exe" : "silvergrain";
  return { folder, executable: join(folder, name), resources: join(folder, "resources") };
}

/**
 * @param {object} wanted beside the folder
 * @param {boolean} wanted.installers
 * @param {boolean} wanted.deb
 */
async function pack({ installers, deb }) {
  const noDeb = deb ? noDebSentence() : undefined;
  if (noDeb !== undefined) throw new PackError(noDeb);
  const updates = updateSettings(process.env);
  if (!isFresh(ROOT)) {
    const { buildAll } = await import("./build.js");
    await buildAll();
  }
  const electron = electronOf((await findElectron()).path);
  await prepareShipped();
  // Loaded only now: it takes a second.
  const { build } = await import("electron-builder");
  await build({
    projectDir: ROOT,
    ...(installers ? {} : { dir: true }),
    publish: "never",
    config: {
      extends: "electron-builder.yml",
      electronDist: electron.folder,
      electronVersion: electron.version,
      ...updates,
    },
  });
  const packed = packedApp();
  await assertFuses(packed.executable);
  report(packed);
  const { publish } = updates;
  if (deb) console.log(relative(ROOT, await packDeb(packed, { electronVersion: electron.version, publish })));
}

/**
 * The folder that an Electron was unpacked into, and its version.
 * @param {string} executable
 */
function electronOf(executable) {
  const folder = process.platform === "darwin" ? dirname(dirname(dirname(dirname(executable)))) : dirname(executable);
  const version = textOf(join(folder, "version"))?.trim().replace(/^v/, "");
  if (version === undefined)
    throw new PackError(
      `Expected a file “version” in ${folder}, as every unpacked Electron has it. Name another one in ELECTRON_PATH.`,
    );
  return { folder, version };
}

/** Makes build/shipped: what lies beside the archive and is not in the sources. */
async function prepareShipped() {
  const shipped = join(ROOT, "build", "shipped");
  rmSync(shipped, { recursive: true, force: true });
  const { npmOptions } = await import(pathToFileURL(join(ROOT, "dist", "setup", "npm-options.js")).href);
  const target = `${process.platform}-${process.arch}`;
  await placeNode(join(shipped, "node"), { target, say: (text) => console.error(text), npmOptions });
  const launcher = process.platform === "win32" ? "silvergrain.cmd" : "silvergrain";
  mkdirSync(join(shipped, "bin"));
  cpSync(join(ROOT, "packaging", launcher), join(shipped, "bin", launcher));
  const { name, version, type } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  writeFileSync(join(shipped, "package.json"), `${JSON.stringify({ name, version, type }, null, 2)}\n`);
  mkdirSync(join(shipped, "notices"));
  writeFileSync(join(shipped, "notices", "THIRD-PARTY.txt"), thirdPartyNotices(ROOT));
}

/**
 * The fuses that are burnt into a program, by name; `undefined` for those that its Electron does not have.
 * @param {string} executable
 * @returns {Promise<Readonly<Record<string, boolean | undefined>>>}
 */
export async function fusesOf(executable) {
  const wire = await getCurrentFuseWire(executable);
  return Object.fromEntries(
    Object.keys(FUSES).map((name) => {
      const state = Number(wire[FuseV1Options[/** @type {keyof typeof FUSES} */ (name)]]);
      return [name, state === ON ? true : state === OFF ? false : undefined];
    }),
  );
}

/** @param {string} executable */
async function assertFuses(executable) {
  const found = await fusesOf(executable);
  const wrong = Object.entries(FUSES).filter(([name, wanted]) => found[name] !== wanted);
  if (wrong.length > 0) {
    const list = wrong.map(([name, wanted]) => `${name} should be ${wanted} and is ${found[name]}`).join("; ");
    throw new PackError(`The packed program's fuses are not as they should be: ${list}.`);
  }
}

/**
 * Prints what takes how much.
 * @param {Packed} packed
 */
function report({ folder, executable, resources }) {
  const unpacked = join(resources, "app.asar.unpacked");
  const modules = join(unpacked, "node_modules");
  const parts = [
    ["Node", join(resources, "node")],
    ["models", join(resources, "models")],
    ["app.asar", join(resources, "app.asar")],
    ["ONNX Runtime", join(modules, "onnxruntime-node")],
    ["sharp and libvips", join(modules, "@img"), join(modules, "sharp")],
    ["libsql", join(modules, "@libsql"), join(modules, "libsql")],
  ].map(([name = "", ...paths]) => /** @type {const} */ ([name, paths.reduce((sum, path) => sum + bytesAt(path), 0)]));
  const all = bytesAt(folder);
  const ours = bytesAt(resources);
  const known = parts.reduce((sum, [, bytes]) => sum + bytes, 0);
  const rows = [["Electron", all - ours], ...parts, ["other packages, notices", ours - known], ["all", all]];
  console.log(`${relative(ROOT, executable)}`);
  for (const [name, bytes] of rows) console.log(`  ${String(name).padEnd(26)}${mb(Number(bytes)).padStart(7)} MB`);
  console.log(`  ${"budget".padEnd(26)}${String(BUDGET_MB).padStart(7)} MB`);
  if (all / 1e6 > BUDGET_MB)
    throw new PackError(
      `The packed app takes ${mb(all)} MB, and ${BUDGET_MB} MB are its budget (scripts/pack.js). See above what has grown.`,
    );
}

/** @param {number} bytes */
function mb(bytes) {
  return (bytes / 1e6).toFixed(1);
}

/** @param {string} path */
function bytesAt(path) {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return statSync(path).size;
  const files = readdirSync(path, { recursive: true, encoding: "utf8" });
  return files.reduce((sum, file) => {
    const stats = lstatSync(join(path, file));
    return sum + (stats.isFile() ? stats.size : 0);
  }, 0);
}

class PackError extends Error {}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await pack({ installers: process.argv.includes("--installers"), deb: process.argv.includes("--deb") });
  } catch (error) {
    const known = [PackError, NoElectronError, WrongElectronPathError, UpdateSettingsError];
    if (!(error instanceof Error && known.some((kind) => error instanceof kind))) throw error;
    console.error(error.message);
    // Not by exitCode: electron-builder's own hook ends a process that has come to its end, with 0.
    process.exit(1);
  }
}
