/** A photo to be named: its path under the folder it was found in, with forward slashes. */
export interface NameRequest {
  readonly source: string;
  /** The extension that the result must have, with its dot; `undefined` keeps the source's own spelling of it. */
  readonly extension: string | undefined;
}

/** What most file systems allow a name: ext4 and APFS 255 bytes of UTF-8, NTFS 255 UTF-16 units. */
export const MAX_NAME_BYTES = 255;

/**
 * Gives every photo a result path of its own under the target folder, the same whatever else is in the batch where that can be.
 *
 * Two results never share a name, also not on a file system that ignores case or Unicode form. The photo whose own
 * name the result has keeps it; the others are told apart by the extension they came from where it is another, then by a number.
 *
 * @param requests sources are distinct
 * @param claimed result paths that earlier runs gave to these photos, by source; the one of the right extension is kept
 * @param others result paths that are given away to other photos
 * @returns result path by source, forward slashes
 */
export function nameResults(
  requests: readonly NameRequest[],
  claimed: ReadonlyMap<string, readonly string[]> = new Map(),
  others: Iterable<string> = [],
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set([...[...claimed.values()].flat(), ...others].map(foldName));
  const open: NameRequest[] = [];
  for (const request of requests) {
    const earlier = claimed.get(request.source)?.find((name) => hasExtension(name, request));
    if (earlier !== undefined) names.set(request.source, earlier);
    else open.push(request);
  }
  const owners = open.filter((request) => plainName(request) === request.source);
  const rest = open.filter((request) => plainName(request) !== request.source);
  for (const request of [...sorted(owners), ...sorted(rest)]) {
    const name = firstFree(candidates(request), taken);
    taken.add(foldName(name));
    names.set(request.source, name);
  }
  return names;
}

/** The form under which two names are the same file somewhere. */
export function foldName(path: string): string {
  return path.normalize("NFC").toLowerCase().normalize("NFC");
}

/** Bytes of the text in UTF-8. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += pointBytes(character.codePointAt(0) ?? 0);
  return bytes;
}

/** Bytes of a code point in UTF-8 (RFC 3629, 3). */
export function pointBytes(point: number): number {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

function* candidates(request: NameRequest): Generator<string> {
  yield plainName(request);
  const { folder, stem, extension } = split(request.source);
  const wanted = request.extension ?? extension;
  const told = wanted === extension ? stem : `${stem}-${extension.slice(1) || "file"}`;
  if (told !== stem) yield join(folder, told, wanted);
  for (let n = 2; ; n++) yield join(folder, `${told}-${n}`, wanted);
}

function plainName(request: NameRequest): string {
  const { folder, stem, extension } = split(request.source);
  return join(folder, stem, request.extension ?? extension);
}

function hasExtension(name: string, request: NameRequest): boolean {
  return split(name).extension === (request.extension ?? split(request.source).extension);
}

function firstFree(names: Iterable<string>, taken: ReadonlySet<string>): string {
  for (const name of names) if (!taken.has(foldName(name))) return name;
  throw new Error("unreachable: the candidates never end");
}

function sorted(requests: readonly NameRequest[]): readonly NameRequest[] {
  return [...requests].sort((a, b) => (a.source < b.source ? -1 : 1));
}

function split(path: string): { readonly folder: string; readonly stem: string; readonly extension: string } {
  const slash = path.lastIndexOf("/");
  const base = path.slice(slash + 1);
  const dot = base.lastIndexOf(".");
  const at = dot <= 0 ? base.length : dot;
  return { folder: path.slice(0, slash + 1), stem: base.slice(0, at), extension: base.slice(at) };
}

/** Shortens the stem where the name would be too long; a hash of the whole keeps such names apart. */
function join(folder: string, stem: string, extension: string): string {
  if (utf8Bytes(stem + extension) <= MAX_NAME_BYTES) return folder + stem + extension;
  const mark = `~${fnv1a(stem)}`;
  const room = MAX_NAME_BYTES - utf8Bytes(mark + extension);
  let kept = "";
  let bytes = 0;
  for (const character of stem) {
    bytes += utf8Bytes(character);
    if (bytes > room) break;
    kept += character;
  }
  return folder + kept + mark + extension;
}

/** 32-bit FNV-1a over UTF-16 units, as eight hex digits (Fowler, Noll, Vo). */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
