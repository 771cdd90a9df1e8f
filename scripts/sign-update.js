// @ts-check
// Signs what tells programs of a newer version. `node scripts/sign-update.js build/packed/latest-linux.yml…` writes a
// signature beside each, with the private key in the file that SILVERGRAIN_UPDATES_PRIVATE_KEY names;
// `node scripts/sign-update.js --new-key FILE` makes such a key, and its public half as FILE.pub.
import { createHash, createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseUpdateInfo } from "electron-updater/out/providers/Provider.js";

export class SigningError extends Error {}

/** The name of the field that ties a channel file to its own name, so that one system's is no other's. */
const SIGNED_FOR = "signedFor";

/**
 * Signs channel files, each as `FILE.sig`: Ed25519 over its exact bytes, in base64.
 * @param {readonly string[]} files as electron-builder has written them, beside the installers that they name
 * @param {string} keyFile
 * @throws {SigningError} where a file names an installer that is not there, or is another one
 */
export function signUpdates(files, keyFile) {
  const key = createPrivateKey(readFileSync(keyFile));
  if (key.asymmetricKeyType !== "ed25519")
    throw new SigningError(`Expected an Ed25519 key in ${keyFile}, but received ${key.asymmetricKeyType}.`);
  for (const file of files) {
    const name = basename(file);
    const info = contentOf(file);
    for (const installer of info.files) checkInstaller(join(dirname(file), installer.url), installer.sha512);
    if (info[SIGNED_FOR] === undefined) {
      const text = readFileSync(file, "utf8");
      writeFileSync(file, `${text.endsWith("\n") ? text : `${text}\n`}${SIGNED_FOR}: ${name}\n`);
    } else if (info[SIGNED_FOR] !== name)
      throw new SigningError(`${file} was signed for ${info[SIGNED_FOR]}. Take it as electron-builder has written it.`);
    writeFileSync(`${file}.sig`, `${sign(null, readFileSync(file), key).toString("base64")}\n`);
  }
}

/**
 * Makes a key for signing, readable to nobody else, and its public half.
 * @param {string} file
 */
export function newKey(file) {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  // Never over another: programs out there believe that one alone.
  writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600, flag: "wx" });
  writeFileSync(`${file}.pub`, publicKey.export({ type: "spki", format: "pem" }), { flag: "wx" });
}

/**
 * @param {string} file
 * @returns {{ readonly signedFor?: string, readonly files: readonly { readonly url: string, readonly sha512: string }[] }}
 */
function contentOf(file) {
  const info = /** @type {any} */ (parseUpdateInfo(readFileSync(file, "utf8"), file, new URL("file:///")));
  if (typeof info?.version !== "string" || !Array.isArray(info.files) || info.files.length === 0)
    throw new SigningError(`Expected a channel file of electron-builder, but ${file} names no version or no files.`);
  return info;
}

/**
 * @param {string} path
 * @param {string} sha512
 */
function checkInstaller(path, sha512) {
  if (!existsSync(path)) throw new SigningError(`${path} is not there, but is to be signed for.`);
  if (createHash("sha512").update(readFileSync(path)).digest("base64") !== sha512)
    throw new SigningError(`${path} is not the file that was told of: make the installers again.`);
}

/** @param {readonly string[]} given */
function main([first, ...rest]) {
  const keyFile = process.env.SILVERGRAIN_UPDATES_PRIVATE_KEY ?? "";
  if (first === "--new-key" && rest[0] !== undefined) newKey(rest[0]);
  else if (first === undefined || first.startsWith("-"))
    throw new SigningError("Say which channel files are to be signed, as build/packed/latest-linux.yml.");
  else if (keyFile === "")
    throw new SigningError("Name the file with the private key in SILVERGRAIN_UPDATES_PRIVATE_KEY.");
  else signUpdates([first, ...rest], keyFile);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
