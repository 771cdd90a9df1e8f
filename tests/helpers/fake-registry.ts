import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { create } from "tar";
import { onTestFinished } from "vitest";
import { tempDir } from "./temp.ts";

/** A package tarball with these files in it. */
export async function packageTarball(files: Readonly<Record<string, Uint8Array | string>>): Promise<Buffer> {
  const folder = tempDir();
  for (const [path, content] of Object.entries(files)) {
    const place = join(folder, "package", path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, content);
  }
  await create({ gzip: true, file: join(folder, "p.tgz"), cwd: folder, portable: true }, ["package"]);
  return readFileSync(join(folder, "p.tgz"));
}

export function integrityOf(bytes: Uint8Array): string {
  return `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
}

/** How a registry misbehaves. */
export interface Manners {
  /** Breaks the connection after so many bytes of the tarball, this many times. */
  breakAfter?: number;
  breaks?: number;
  ignoresRange?: boolean;
  /** Answers 416 to whoever asks for a part. */
  refusesRange?: boolean;
  /** Sends this much more than there is. */
  surplus?: number;
  /** Pieces of this size, a moment apart. */
  trickle?: number;
}

/** An npm registry on the loopback with one package of one version. */
export async function fakeRegistry(name: string, version: string, tarball: Buffer, manners: Manners = {}) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const range = request.headers.range;
    requests.push(`${request.url}${range === undefined ? "" : ` ${range}`}`);
    if (request.url === `/${name}`) sendPackument(response, name, version, tarball);
    else if (request.url === `/${name}/-/${name}-${version}.tgz`) void sendTarball(request, response, tarball, manners);
    else response.writeHead(404).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, requests };

  function sendPackument(response: ServerResponse, packageName: string, of: string, bytes: Buffer): void {
    const dist = { tarball: `${url}${packageName}/-/${packageName}-${of}.tgz`, integrity: integrityOf(bytes) };
    const body = {
      name: packageName,
      "dist-tags": { latest: of },
      versions: { [of]: { name: packageName, version: of, dist } },
    };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  }
}

async function sendTarball(request: IncomingMessage, response: ServerResponse, tarball: Buffer, manners: Manners) {
  const wanted = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
  const from = wanted === undefined || manners.ignoresRange === true ? 0 : Number(wanted);
  if (wanted !== undefined && manners.refusesRange === true) {
    response.writeHead(416).end();
    return;
  }
  const body = Buffer.concat([tarball.subarray(from), Buffer.alloc(manners.surplus ?? 0)]);
  const head = { "content-type": "application/octet-stream", "content-length": String(body.length) };
  response.writeHead(from > 0 ? 206 : 200, head);
  if ((manners.breaks ?? 0) > 0) {
    manners.breaks = (manners.breaks ?? 0) - 1;
    response.write(body.subarray(0, manners.breakAfter ?? 0));
    setTimeout(() => response.destroy(), 50);
    return;
  }
  const piece = manners.trickle ?? body.length;
  for (let at = 0; at < body.length && !response.destroyed; at += piece) {
    response.write(body.subarray(at, at + piece));
    if (manners.trickle !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  response.end();
}
