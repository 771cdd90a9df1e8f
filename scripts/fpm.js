#!/usr/bin/env node
// @ts-check
// Stands in for fpm, which electron-builder calls to make a Debian package, and would download: takes those of its arguments
// that are used here, and has Debian's own dpkg-deb write the package. scripts/pack-deb.js names it to electron-builder.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  constants,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";

/** electron-builder's names of compressions, as dpkg-deb has them. zst is there for a package to be tried soon: as fast as can be. */
const COMPRESSIONS = new Map([
  ["xz", ["-Zxz"]],
  ["zst", ["-Zzstd", "-z1"]],
]);

/** What Debian's policy wants compressed. */
const COMPRESSED = /^\/usr\/share\/(man\/man\d\/|doc\/[^/]+\/changelog)/;

/** Chromium's helper for its sandbox, where users may not make namespaces. */
const SETUID = /^\/opt\/[^/]+\/chrome-sandbox$/;

/** The beginnings of programs: compiled ones, and scripts for an interpreter that every Debian has. */
const PROGRAM = /^(\x7fELF|#!\/bin\/)/;
const LIBRARY = /\.(so(\.\d+)*|node)$/;

/** Of the plain folder, and in a package at their system's place. */
const ELSEWHERE = /^\/opt\/[^/]+\/usr$/;

/**
 * Makes a package as fpm's arguments say.
 * @param {readonly string[]} given
 * @throws {Error} where an argument is not known, or dpkg-deb refuses
 */
export function makePackage(given) {
  const { values, sources } = argumentsOf(given);
  const { package: file = "" } = values;
  const compression = COMPRESSIONS.get(values["deb-compression"] ?? "xz");
  if (compression === undefined)
    throw new Error(
      `Expected one of ${[...COMPRESSIONS.keys()].join(", ")}, but received ${values["deb-compression"]}.`,
    );
  const tree = mkdtempSync(`${file}.`);
  try {
    for (const { from, to } of sources) place(from, tree, to);
    const files = normalize(tree, "/");
    mkdirSync(join(tree, "DEBIAN"));
    writeControl(join(tree, "DEBIAN"), { values, files, tree });
    execFileSync("dpkg-deb", ["--root-owner-group", ...compression, "--build", tree, file], { stdio: "pipe" });
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

/** @param {readonly string[]} given */
function argumentsOf(given) {
  const text = /** @type {const} */ ({ type: "string" });
  const list = /** @type {const} */ ({ type: "string", multiple: true });
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      "input-type": { ...text, short: "s" },
      "output-type": { ...text, short: "t" },
      force: { type: "boolean" },
      depends: { ...list, short: "d" },
      "deb-recommends": list,
      "deb-compression": text,
      "deb-priority": text,
      architecture: text,
      "after-install": text,
      "after-remove": text,
      description: text,
      version: text,
      package: text,
      name: text,
      maintainer: text,
      vendor: text,
      url: text,
      category: text,
      license: text,
    },
  });
  if (values["output-type"] !== "deb")
    throw new Error(`Expected a package for Debian to make, but received ${values["output-type"]}.`);
  const sources = positionals.map((pair) => {
    const at = pair.lastIndexOf("=");
    return { from: pair.slice(0, at), to: pair.slice(at + 1) };
  });
  return { values, sources };
}

/**
 * @param {string} from a file, a link, or a folder, whose content becomes that of `to`
 * @param {string} tree
 * @param {string} to
 */
function place(from, tree, to) {
  const target = join(tree, to);
  mkdirSync(dirname(target), { recursive: true });
  if (COMPRESSED.test(to)) writeFileSync(`${target}.gz`, gzipSync(readFileSync(from), { level: 9 }));
  else cpSync(from, target, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
}

/**
 * Gives everything the mode that it has on a system, whatever the umask was, and lists the files.
 * @param {string} tree
 * @param {string} path below it, beginning with a slash
 * @returns {string[]}
 */
function normalize(tree, path) {
  const here = join(tree, path);
  if (ELSEWHERE.test(path)) rmSync(here, { recursive: true });
  const stats = lstatSync(here, { throwIfNoEntry: false });
  if (stats === undefined || stats.isSymbolicLink()) return [];
  if (!stats.isDirectory()) {
    chmodSync(here, SETUID.test(path) ? 0o4755 : isProgram(here, stats.mode) ? 0o755 : 0o644);
    return [path];
  }
  chmodSync(here, 0o755);
  return readdirSync(here).flatMap((name) => normalize(tree, join(path, name)));
}

/**
 * Whether a file is to be started, and not only marked so, as packages mark whatever they like.
 * @param {string} file
 * @param {number} mode
 */
function isProgram(file, mode) {
  return (mode & 0o100) !== 0 && !LIBRARY.test(file) && PROGRAM.test(readFileSync(file, "latin1").slice(0, 8));
}

/**
 * @param {string} folder
 * @param {object} of
 * @param {ReturnType<typeof argumentsOf>["values"]} of.values
 * @param {readonly string[]} of.files
 * @param {string} of.tree
 */
function writeControl(folder, { values, files, tree }) {
  const kib = files.reduce((sum, file) => sum + Math.ceil(lstatSync(join(tree, file)).size / 1024), 0);
  const fields = {
    Package: values.name,
    Version: values.version,
    Architecture: values.architecture,
    Maintainer: values.maintainer,
    "Installed-Size": kib,
    Depends: values.depends?.join(", "),
    Recommends: values["deb-recommends"]?.join(", "),
    Section: values.category,
    Priority: values["deb-priority"],
    Homepage: values.url,
    Description: values.description,
  };
  const lines = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : `${name}: ${value}\n`));
  writeFileSync(join(folder, "control"), lines.join(""));
  const sums = [...files].sort().map((file) => `${md5Of(join(tree, file))}  ${file.slice(1)}\n`);
  writeFileSync(join(folder, "md5sums"), sums.join(""));
  for (const [name, script] of Object.entries({ postinst: values["after-install"], postrm: values["after-remove"] }))
    if (script !== undefined) writeFileSync(join(folder, name), readFileSync(script), { mode: 0o755 });
  chmodSync(folder, 0o755);
}

/** @param {string} file */
function md5Of(file) {
  return createHash("md5").update(readFileSync(file)).digest("hex");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) makePackage(process.argv.slice(2));
