import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A publisher's two keys. */
export interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export function newKeys(): Keys {
  return generateKeyPairSync("ed25519");
}

/** A channel file as electron-builder writes it, with the line that scripts/sign-update.js adds. */
export function channelFile(version: string, name: string, file: Buffer, signedFor = "latest-linux.yml"): string {
  const sha512 = createHash("sha512").update(file).digest("base64");
  return [
    `version: ${version}`,
    "files:",
    `  - url: ${name}`,
    `    sha512: ${sha512}`,
    `    size: ${file.length}`,
    `path: ${name}`,
    `sha512: ${sha512}`,
    "releaseDate: '2026-01-02T03:04:05.678Z'",
    `signedFor: ${signedFor}`,
    "",
  ].join("\n");
}

/** The content of a `.sig` file. */
export function signatureOf(text: string, { privateKey }: Keys): string {
  return `${sign(null, Buffer.from(text), privateKey).toString("base64")}\n`;
}

/** What is under a path: its content, or where else to go. */
export type Served = string | Buffer | { readonly to: string };

/** A server of newer versions on the loopback, with a log of all that was asked of it. */
export async function updateServer(served: Record<string, Served>) {
  const requests: { readonly path: string; readonly headers: readonly string[] }[] = [];
  const server = createServer(({ url = "", headers }, response) => {
    requests.push({ path: url, headers: Object.keys(headers).sort() });
    const found = served[url];
    if (found === undefined) response.writeHead(404).end();
    else if (typeof found === "string" || Buffer.isBuffer(found)) response.writeHead(200).end(found);
    else response.writeHead(302, { location: found.to }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/releases/`),
    served,
    requests,
    paths: () => requests.map(({ path }) => path),
  };
}

/** Serves a version with its signature, and a file for AppImages. */
export function releaseOf(version: string, keys: Keys, file: Buffer): Record<string, Served> {
  const name = `Silvergrain-${version}.AppImage`;
  const text = channelFile(version, name, file);
  return {
    "/releases/latest-linux.yml": text,
    "/releases/latest-linux.yml.sig": signatureOf(text, keys),
    [`/releases/${name}`]: file,
  };
}
