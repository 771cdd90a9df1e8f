// @ts-check
// The licences of everything that a packed app contains and that is not ours, beside Electron's and Node's own.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BUNDLED } from "./build.js";

/** Texts that packages do not bring, named after their SPDX identifiers: of MIT and ISC what follows the holder's name. */
const TEXTS = fileURLToPath(new URL("../packaging/licences", import.meta.url));

/** SPDX identifiers of what may be in a packed app. */
const ALLOWED = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC-BY-3.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "OFL-1.1",
  "Python-2.0",
]);
/** libvips and what it is built from; sharp's packages for Windows have it inside. Nothing else may be under the LGPL. */
const LIBVIPS = /^@img\/sharp-(libvips-|win32-|wasm32)/;
const LGPL = "LGPL-3.0-or-later";

/**
 * Packages that bring no licence's text: the text's name and whom they, or their repository, name as its holder. A
 * package that is not here and brings none is an error.
 * @type {readonly (readonly [RegExp, string, string])[]}
 */
const TEXTLESS = [
  [/^@libsql\//, "MIT", "Copyright (c) 2023 Pekka Enberg"],
  [/^@npmcli\/agent$/, "ISC", "Copyright (c) GitHub Inc."],
  [/^@sigstore\/verify$/, "Apache-2.0", "Copyright 2023 The Sigstore Authors"],
  [/^(brotli|dfa|fontkit)$/, "MIT", "Copyright (c) Devon Govett"],
  [/^lazy-val$/, "MIT", "Copyright (c) Vladimir Krivosheev"],
  [
    /^onnxruntime-(common|node)$/,
    "MIT",
    "Copyright (c) Microsoft Corporation\n\nWhat ONNX Runtime itself is built from is in ThirdPartyNotices.txt of its source, under the tag of this version.",
  ],
  [/^spdx-license-ids$/, "CC0-1.0", "By Shinnosuke Watanabe"],
];
/** Packages whose readme says what their licence asks for. CC BY 3.0 may be named by its address. */
const IN_README = /^spdx-exceptions$/;
const CC_BY = "https://creativecommons.org/licenses/by/3.0/legalcode";

/**
 * One text of all packages: name, version, licence, and the text that the package brings.
 * @param {string} root
 * @throws {Error} naming the packages whose licence is not allowed, or has no text
 */
export function thirdPartyNotices(root) {
  const folders = new Set([...installed(root), ...bundled(root)]);
  /** @type {string[]} */
  const refusals = [];
  const parts = [...folders].sort().flatMap((folder) => {
    const notice = noticeOf(join(root, folder));
    if ("text" in notice) return [notice.text];
    refusals.push(notice.refusal);
    return [];
  });
  if (refusals.length > 0) throw new Error(`Not to be shipped as it is:\n${refusals.join("\n")}`);
  return `Silvergrain contains these packages, under their own licences.\n\n${parts.join("\n")}`;
}

/**
 * The folders of what an installed app has as packages: all that are not for development.
 * @param {string} root
 */
function installed(root) {
  /** @type {Record<string, { dev?: boolean, devOptional?: boolean, peer?: boolean }>} */
  const packages = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  return Object.entries(packages).flatMap(([folder, { dev, devOptional, peer }]) =>
    folder === "" || dev === true || devOptional === true || peer === true || !existsSync(join(root, folder))
      ? []
      : [folder],
  );
}

/**
 * The folders of what is inside our own bundles.
 * @param {string} root
 * @returns {readonly string[]}
 */
function bundled(root) {
  return JSON.parse(readFileSync(join(root, "dist", BUNDLED), "utf8"));
}

/**
 * What must be said of one package, or why it may not be shipped.
 * @param {string} folder
 * @returns {{ readonly text: string } | { readonly refusal: string }}
 */
export function noticeOf(folder) {
  const { name = basename(folder), version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const called = `${name} ${version}`;
  if (!isAllowed(name, license)) return { refusal: `${called}: its licence is ${license ?? "not said"}` };
  const texts = textsOf(folder, name);
  if (license.includes(LGPL)) texts.push(...libvipsTexts(folder, version));
  if (texts.length === 0) return { refusal: `${called}: it brings no text of its licence, ${license}` };
  return { text: [`${"-".repeat(80)}\n${called}: ${license}`, ...texts, ""].join("\n\n") };
}

/**
 * Whether a package may be shipped: all that is joined by AND must be allowed, of what is joined by OR one.
 * @param {string} name @param {unknown} license an SPDX expression without nesting
 */
function isAllowed(name, license) {
  if (typeof license !== "string") return false;
  return license
    .replace(/^\((.*)\)$/, "$1")
    .split(" OR ")
    .some((each) => each.split(" AND ").every((id) => ALLOWED.has(id) || (id === LGPL && LIBVIPS.test(name))));
}

/** @param {string} folder @param {string} name */
function textsOf(folder, name) {
  const files = readdirSync(folder).filter(
    (file) => /^(licen[cs]e|copying|notice|third.?party)/i.test(file) && statSync(join(folder, file)).isFile(),
  );
  if (files.length > 0) return files.map((file) => readFileSync(join(folder, file), "utf8").trim());
  if (IN_README.test(name)) return [readme(folder), CC_BY];
  const found = TEXTLESS.find(([names]) => names.test(name));
  return found === undefined ? [] : [found[2], ownText(found[1])];
}

/**
 * LGPL 3, 4: the library is named, both licences come with it, and it can be replaced.
 * @param {string} folder @param {string} version
 */
function libvipsTexts(folder, version) {
  const linked = `libvips and what it is built from, below, are shared libraries in files of their own (resources/app.asar.unpacked/node_modules/@img/${basename(folder)}), which sharp loads as it starts: they may be replaced by others of the same interface. Silvergrain has changed nothing in them. The source of this build, with the versions of all parts, is lovell/sharp-libvips on GitHub, and what it fetches, under the tag of version ${sourceVersion(folder) ?? version}; libvips' own is libvips/libvips.`;
  const parts = existsSync(join(folder, "versions.json")) ? [readFileSync(join(folder, "versions.json"), "utf8")] : [];
  return [linked, readme(folder), ...parts, ownText("LGPL-3.0"), ownText("GPL-3.0")];
}

/** The version of libvips' build where it is inside of another package. @param {string} folder @returns {string | undefined} */
function sourceVersion(folder) {
  if (/^sharp-libvips-/.test(basename(folder))) return undefined;
  const sharp = JSON.parse(readFileSync(join(folder, "..", "..", "sharp", "package.json"), "utf8"));
  return sharp.optionalDependencies["@img/sharp-libvips-linux-x64"];
}

/** @param {string} folder */
function readme(folder) {
  return readFileSync(join(folder, "README.md"), "utf8").trim();
}

/** @param {string} id */
function ownText(id) {
  return readFileSync(join(TEXTS, `${id}.txt`), "utf8").trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(thirdPartyNotices(fileURLToPath(new URL("..", import.meta.url))));
}
