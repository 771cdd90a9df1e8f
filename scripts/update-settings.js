// @ts-check
// What a packed program knows of newer versions: where to ask, and whose signature to believe.
import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";

export class UpdateSettingsError extends Error {}

/**
 * What is added to electron-builder's configuration; nothing without SILVERGRAIN_UPDATES_URL. The program reads it in the
 * package.json of its archive; with `publish`, electron-builder writes the channel file of each system, which
 * scripts/sign-update.js then signs.
 * @param {NodeJS.ProcessEnv} environment SILVERGRAIN_UPDATES_URL, an https address, and SILVERGRAIN_UPDATES_KEY, a file
 *   with the publisher's public key
 * @throws {UpdateSettingsError}
 */
export function updateSettings({ SILVERGRAIN_UPDATES_URL: url = "", SILVERGRAIN_UPDATES_KEY: key = "" }) {
  if (url === "" && key !== "")
    throw new UpdateSettingsError(
      "SILVERGRAIN_UPDATES_KEY is of no use without an address in SILVERGRAIN_UPDATES_URL.",
    );
  if (url === "") return {};
  return {
    extraMetadata: { updates: { url: checkedAddress(url), ...(key !== "" && { key: publicKeyIn(key) }) } },
    publish: { provider: /** @type {const} */ ("generic"), url },
  };
}

/** @param {string} text */
function checkedAddress(text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHere = url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url?.protocol !== "https:" && !isHere)
    throw new UpdateSettingsError(`Expected an https address in SILVERGRAIN_UPDATES_URL, but received “${text}”.`);
  return text;
}

/**
 * The text of a public key. A private one is refused: it would be shipped to everybody.
 * @param {string} file
 */
function publicKeyIn(file) {
  const text = readFileSync(file, "utf8");
  if (text.includes("PRIVATE KEY"))
    throw new UpdateSettingsError(`${file} holds the private key. SILVERGRAIN_UPDATES_KEY is to name the public one.`);
  const key = createPublicKey(text);
  if (key.asymmetricKeyType !== "ed25519")
    throw new UpdateSettingsError(`Expected an Ed25519 key in ${file}, but received ${key.asymmetricKeyType}.`);
  return key.export({ type: "spki", format: "pem" }).toString();
}
