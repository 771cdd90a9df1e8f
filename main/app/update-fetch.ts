import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { type IncomingMessage, get as overHttp, type RequestOptions } from "node:http";
import { get as overHttps } from "node:https";
import { pipeline } from "node:stream/promises";
import { asUpdateError, NotThereError, UpdateError } from "./update-error.ts";
import { isLoopback } from "./update-source.ts";

/*
 * Newer versions come by Node's own requests: Chromium, which the page runs in, finds no host at all (see harden.ts).
 * A request says nothing but what is asked for: no cookie, no name of a program, no number of a user.
 */

/** A small file may take so long; a large one may stand still so long. */
const PATIENCE_MS = 30_000;
const MOST_REDIRECTS = 5;

/** What a download must turn out to be. */
export interface Expected {
  readonly bytes: number;
  /** Base64. */
  readonly sha512: string;
}

/** A file of a few kB. @throws UpdateError unreachable, damaged */
export async function fetchSmall(url: URL, mostBytes: number): Promise<Buffer> {
  try {
    const response = await open(url, AbortSignal.timeout(PATIENCE_MS));
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw new UpdateError("damaged", `${url.href} is larger than ${mostBytes} bytes.`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    throw asUpdateError(error, "unreachable");
  }
}

/**
 * Downloads into a file, which is there afterwards only if it is what was expected.
 * @param onProgress gets the bytes that have come
 * @throws UpdateError unreachable, damaged
 */
export async function download(
  url: URL,
  file: string,
  { bytes, sha512 }: Expected,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const hash = createHash("sha512");
  let come = 0;
  const measure = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      come += chunk.length;
      if (come > bytes)
        throw new UpdateError("damaged", `${url.href} is larger than the ${bytes} bytes that were signed.`);
      hash.update(chunk);
      onProgress(come);
      yield chunk;
    }
  };
  try {
    await pipeline(await open(url), measure, createWriteStream(file));
    if (come < bytes) throw new UpdateError("damaged", `${url.href} has ${come} bytes, and ${bytes} were signed.`);
    if (hash.digest("base64") !== sha512)
      throw new UpdateError("damaged", `${url.href} does not have the SHA-512 that was signed.`);
  } catch (error) {
    await rm(file, { force: true });
    throw asUpdateError(error, "unreachable");
  }
}

/** Whether a request may be sent there. @param first what was asked for, before any redirect */
export function mayAsk(url: URL, first: URL): boolean {
  if (url.username !== "" || url.password !== "") return false;
  return (
    url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname) && first.protocol === "http:")
  );
}

async function open(first: URL, signal?: AbortSignal): Promise<IncomingMessage> {
  let url = first;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    if (!mayAsk(url, first))
      throw new UpdateError("unproven", `${first.href} leads to ${url.href}, which is not https.`);
    const response = await answer(url, signal);
    const { statusCode = 0, headers } = response;
    if (statusCode === 200) return response;
    response.destroy();
    if (statusCode === 404) throw new NotThereError(url.href);
    if (statusCode < 300 || statusCode > 399 || headers.location === undefined)
      throw new UpdateError("unreachable", `${url.href} answered ${statusCode}.`);
    url = new URL(headers.location, url);
  }
  throw new UpdateError("unreachable", `${first.href} leads on and on.`);
}

function answer(url: URL, signal: AbortSignal | undefined): Promise<IncomingMessage> {
  const options: RequestOptions = {
    // A connection of its own, closed behind it.
    agent: false,
    timeout: PATIENCE_MS,
    headers: { accept: "*/*", "cache-control": "no-cache" },
    ...(signal === undefined ? {} : { signal }),
  };
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === "https:"
        ? overHttps(url, { ...options, rejectUnauthorized: true }, resolve)
        : overHttp(url, options, resolve);
    request.on("timeout", () => request.destroy(new Error(`${url.host} stood still for ${PATIENCE_MS / 1000} s.`)));
    request.on("error", reject);
  });
}
