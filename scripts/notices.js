// @ts-check
// The licences of everything that a packed app contains and that is not ours, beside Electron's and Node's own.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { BUNDLED } from "./build.js";

/**
 * One text of all packages: name, version, licence, and the text that the package brings.
 * @param {string} root
 */
export function thirdPartyNotices(root) {
  const folders = new Set([...installed(root), ...bundled(root)]);
  const parts = [...folders].sort().map((folder) => noticeOf(join(root, folder)));
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

/** @param {string} folder */
function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder).filter(
    (file) => /^(licen[cs]e|copying|notice|third.?party)/i.test(file) && statSync(join(folder, file)).isFile(),
  );
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
  const rule = "-".repeat(80);
  return [`${rule}\n${name ?? basename(folder)} ${version}: ${license ?? "see below"}`, ...texts, ""].join("\n\n");
}
