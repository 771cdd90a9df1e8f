// @ts-check
// `npm run pack -- --deb`: a Debian package of the plain folder. electron-builder says what goes where and what it needs;
// scripts/fpm.js makes it.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "./electron.js";

/** What electron-builder puts into the folder for a package, and what is not true of the folder itself. */
const OF_PACKAGES = ["apparmor-profile", "package-type", "app-update.yml"];

/** Where the command line lies once the package is installed. */
const COMMAND = "/opt/Silvergrain/resources/bin/silvergrain";

/** @returns {string | undefined} one sentence, undefined where a Debian package can be made */
export function noDebSentence(platform = process.platform) {
  if (platform !== "linux") return "A Debian package is made on Linux.";
  const { error } = spawnSync("dpkg-deb", ["--version"], { stdio: "ignore" });
  return error === undefined ? undefined : "A Debian package is made by dpkg-deb, which this system has not.";
}

/**
 * Makes a Debian package of a packed program.
 * @param {{ folder: string, resources: string }} packed
 * @param {object} options
 * @param {string} options.electronVersion
 * @param {string} [options.output] the folder that it is written to
 * @param {import("electron-builder").Configuration["publish"]} [options.publish] where newer versions are told of: then a channel file is written beside it
 * @param {"xz" | "zst"} [options.compression] zst takes seconds, and is not read by Debian 11
 * @returns {Promise<string>} its file
 */
export async function packDeb(
  packed,
  { electronVersion, output = dirname(packed.folder), publish = null, compression = "xz" },
) {
  // Taken into the package as it is; electron-builder.yml says where to.
  const link = join(ROOT, "build", "shipped", "silvergrain");
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(COMMAND, link);
  process.env.CUSTOM_FPM_PATH = fileURLToPath(new URL("fpm.js", import.meta.url));
  const { build, Platform } = await import("electron-builder");
  /** @type {readonly string[]} */
  let made;
  try {
    const own = { deb: { compression }, directories: { output }, publish };
    const config = { extends: "electron-builder.yml", electronVersion, ...own };
    const targets = Platform.LINUX.createTarget("deb");
    made = await build({ projectDir: ROOT, prepackaged: packed.folder, publish: "never", targets, config });
  } finally {
    delete process.env.CUSTOM_FPM_PATH;
    for (const name of OF_PACKAGES) rmSync(join(packed.resources, name), { force: true });
  }
  const deb = made.find((file) => file.endsWith(".deb"));
  if (deb === undefined) throw new Error(`Expected a Debian package in ${output}, but there is none.`);
  return deb;
}
