import { createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";

/** Where newer versions are told of, and who must have signed that. */
export interface UpdateSource {
  /** The folder of the channel files. */
  readonly url: URL;
  /** The publisher's, Ed25519; without one newer versions are told and not put in. */
  readonly key: KeyObject | undefined;
}

const Manifest = z.object({ updates: z.object({ url: z.string(), key: z.string().optional() }).optional() });

/**
 * What scripts/pack.js has built in.
 * @param manifest the package.json in the program's archive
 * @returns `undefined` for a program that was made without an address
 * @throws TypeError, Error where what was built in is not sound
 */
export function builtInSource(manifest: string): UpdateSource | undefined {
  const { updates } = Manifest.parse(JSON.parse(readFileSync(manifest, "utf8")));
  return (
    updates && { url: addressFrom(updates.url), key: updates.key === undefined ? undefined : keyFrom(updates.key) }
  );
}

/** What would be built in: for a program that runs from its sources, and for nothing else. */
export function sourceFrom({
  SILVERGRAIN_UPDATES_URL: url = "",
  SILVERGRAIN_UPDATES_KEY: key = "",
}: NodeJS.ProcessEnv): UpdateSource | undefined {
  if (url === "") return undefined;
  return { url: addressFrom(url), key: key === "" ? undefined : keyFrom(readFileSync(key, "utf8")) };
}

/** Whether a host is this machine itself. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function addressFrom(text: string): URL {
  const url = new URL(text);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname)))
    throw new Error(`Expected an https address for newer versions, but received “${text}”.`);
  // What is asked for lies in it, not beside it.
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

function keyFrom(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== "ed25519")
    throw new Error(`Expected an Ed25519 key for newer versions, but received ${key.asymmetricKeyType}.`);
  return key;
}
