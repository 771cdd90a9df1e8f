import { type KeyObject, verify } from "node:crypto";
import { parseUpdateInfo } from "electron-updater/out/providers/Provider.js";
import { z } from "zod";
import { UpdateError } from "./update-error.ts";

/** Larger than any program of ours. */
const MOST_BYTES = 4e9;
const PLAIN_VERSION = /^\d{1,6}\.\d{1,6}\.\d{1,6}$/;
/** 64 bytes. */
const SIGNATURE = /^[A-Za-z0-9+/]{86}==\s*$/;

const Release = z.object({
  version: z.string().regex(PLAIN_VERSION),
  /** The channel file's own name, by scripts/sign-update.js: signed for one system, it is no other's. */
  signedFor: z.string().optional(),
  files: z
    .array(
      z.object({
        url: z.string().min(1).max(1000),
        sha512: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
        size: z.int().min(1).max(MOST_BYTES),
        isAdminRightsRequired: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(20),
  releaseDate: z.string().max(100).optional(),
  minimumSystemVersion: z.string().max(100).optional(),
});
/** What a channel file tells, as electron-builder writes it; nothing else of it is used. */
export type Release = z.infer<typeof Release>;

/**
 * Reads a channel file, and believes nothing in it before its signature holds.
 * @param name of the channel file, such as latest-linux.yml
 * @param signature Ed25519 over the exact bytes, in base64
 * @param key without one nothing is checked, and nothing may be put in
 * @throws UpdateError unproven, damaged
 */
export function readRelease(name: string, bytes: Buffer, signature: string, key: KeyObject | undefined): Release {
  if (key !== undefined && !isSigned(bytes, signature, key))
    throw new UpdateError("unproven", `The signature of ${name} is not that of the publisher.`);
  const parsed = Release.safeParse(contentOf(name, bytes));
  if (!parsed.success) {
    const places = parsed.error.issues.map(({ path }) => path.join(".") || "all of it");
    throw new UpdateError("damaged", `${name} is not as it should be: ${places.join(", ")}.`);
  }
  const { signedFor } = parsed.data;
  if (key !== undefined && signedFor !== name)
    throw new UpdateError("unproven", `${name} was signed for ${signedFor ?? "no system"}.`);
  return parsed.data;
}

/** Refuses a version that is older than one that is known: somebody shows an old file. @throws UpdateError older */
export function refuseOlder({ version }: Release, known: readonly string[]): void {
  const newer = known.find((each) => isOlder(version, each));
  if (newer !== undefined)
    throw new UpdateError("older", `The newest version is said to be ${version}, but ${newer} is known already.`);
}

/** Whether a version comes before another. What is behind their three numbers does not count. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [numbersOf(version), numbersOf(than)];
  const at = a.findIndex((number, i) => number !== b[i]);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
}

function numbersOf(version: string): readonly number[] {
  return version
    .split(/[.+-]/)
    .slice(0, 3)
    .map((part) => Number(part) || 0);
}

function isSigned(bytes: Buffer, signature: string, key: KeyObject): boolean {
  return SIGNATURE.test(signature) && verify(null, bytes, key, Buffer.from(signature, "base64"));
}

function contentOf(name: string, bytes: Buffer): unknown {
  try {
    return parseUpdateInfo(bytes.toString("utf8"), name, new URL("file:///"));
  } catch (error) {
    throw new UpdateError("damaged", `${name} cannot be read.`, { cause: error });
  }
}
