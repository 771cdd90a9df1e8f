// @ts-check
// What a Linux machine must have before a window can open on it.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { textOf } from "./electron-folder.js";

/** Debian's packages with everything that Electron needs. */
export const DEBIAN_PACKAGES = [
  "libgtk-3-0",
  "libnss3",
  "libasound2",
  "libgbm1",
  "libxss1",
  "libatk-bridge2.0-0",
  "libcups2",
  "libdrm2",
  // Not linked to, and without it no window opens.
  "libx11-xcb1",
];

/**
 * Whether there is something to open a window on.
 * @param {NodeJS.ProcessEnv} environment
 * @param {NodeJS.Platform} platform
 */
export function hasDisplay({ DISPLAY = "", WAYLAND_DISPLAY = "" }, platform) {
  return platform !== "linux" || DISPLAY !== "" || WAYLAND_DISPLAY !== "";
}

/** @returns {string} one sentence */
export function noDisplaySentence() {
  return "There is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set); without one, enhance photos on the command line: npm run enhance -- PHOTO --out FOLDER";
}

/**
 * The shared libraries that a program needs and the machine has not.
 * @param {string} ldd what `ldd` printed
 * @returns {string[]}
 */
export function missingLibraries(ldd) {
  return [...new Set([...ldd.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name ?? ""))];
}

/**
 * One sentence about libraries that are missing, undefined where all are there or nobody can tell.
 * @param {string} executable
 * @returns {string | undefined}
 */
export function missingLibrariesSentence(executable) {
  // Some systems have no ldd; Electron then says itself what it lacks.
  const { stdout } = spawnSync("ldd", [executable], { encoding: "utf8" });
  const missing = missingLibraries(stdout ?? "");
  if (missing.length === 0) return undefined;
  const how = existsSync("/etc/debian_version")
    ? `; install them with: sudo apt-get install ${DEBIAN_PACKAGES.join(" ")}`
    : "; install them with your system's package manager";
  return `Electron cannot start without these shared libraries: ${missing.join(", ")}${how}`;
}

/** The kernel's settings that keep ordinary users from namespaces, each with the value that lets them. */
const NAMESPACE_SETTINGS = [
  { key: "kernel.unprivileged_userns_clone", forbids: "0", allows: "1" },
  { key: "user.max_user_namespaces", forbids: "0", allows: "15000" },
  { key: "kernel.apparmor_restrict_unprivileged_userns", forbids: "1", allows: "0" },
];

/**
 * What sandboxing can be tried with; tests put their own in place.
 * @typedef {object} SandboxProbe
 * @property {() => boolean} canMakeNamespace
 * @property {() => boolean} hasSetuidHelper
 * @property {(key: string) => string | undefined} setting of the kernel
 */

/**
 * What to do where Chromium's sandbox cannot work for an ordinary user, undefined where it can.
 * @param {string} executable
 * @param {SandboxProbe} [probe]
 * @returns {string | undefined} one or two sentences
 */
export function noSandboxSentence(executable, probe = sandboxProbe(executable)) {
  if (probe.hasSetuidHelper() || probe.canMakeNamespace()) return undefined;
  const guilty = NAMESPACE_SETTINGS.find(({ key, forbids }) => probe.setting(key) === forbids);
  const helper = helperOf(executable);
  const settings = guilty === undefined ? "" : `sudo sysctl -w ${guilty.key}=${guilty.allows}, or: `;
  return `Electron's sandbox cannot work here, because users may not make namespaces of their own. Allow it once with: ${settings}sudo chown root:root '${helper}' && sudo chmod 4755 '${helper}'; or start without the sandbox: npm start -- --no-sandbox`;
}

/**
 * @param {string} executable
 * @returns {SandboxProbe}
 */
function sandboxProbe(executable) {
  return {
    // Tried rather than read from settings: a container may forbid it, too. Who has no `unshare` gets the benefit of the doubt.
    canMakeNamespace: () => {
      const { status, error } = spawnSync("unshare", ["--user", "--map-root-user", "true"], { stdio: "ignore" });
      return error !== undefined || status === 0;
    },
    hasSetuidHelper: () => {
      const stats = statSync(helperOf(executable), { throwIfNoEntry: false });
      return stats !== undefined && stats.uid === 0 && (stats.mode & 0o4001) === 0o4001;
    },
    setting: (key) => textOf(join("/proc/sys", ...key.split(".")))?.trim(),
  };
}

/** @param {string} executable */
function helperOf(executable) {
  return join(dirname(executable), "chrome-sandbox");
}
