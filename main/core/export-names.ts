import { MAX_NAME_BYTES, utf8Bytes } from "./naming.ts";
import { cleanName, fitName, meetingForm } from "./safe-names.ts";

/** A file to be named. */
export interface ExportRequest {
  /** The template's, filled in: slashes divide folders; the extension may be there or not. */
  readonly path: string;
  /** The extension that the file must have, with its dot; "" for none. */
  readonly extension: string;
  /** Bytes of the file's name to leave free, for what is put behind it afterwards. */
  readonly spareBytes?: number | undefined;
}

export interface ExportNameOptions {
  /** Paths under the target folder that are there already; those that end in a slash are folders. */
  readonly taken?: Iterable<string>;
}

/** What is to be known of a name. */
export type ExportNote =
  /** Something that some system cannot have in a name was replaced, left out or cut off. */
  | "changed"
  /** It, or a folder of it, got a number since another had the name. */
  | "numbered"
  /** Longer than `MAX_PATH_UNITS`: some programs on Windows cannot open it. */
  | "long-path";

/** Where a file is written. */
export interface ExportName {
  /** Under the target folder, with forward slashes. */
  readonly path: string;
  readonly notes: readonly ExportNote[];
}

/** Longest path under the target folder that raises no note, in UTF-16 units: Windows' MAX_PATH is 260 with the drive. */
export const MAX_PATH_UNITS = 240;

/** Longest extension, in bytes; leaves room for the name. */
const MAX_EXTENSION_BYTES = 64;

/**
 * Gives every file a path of its own that every operating system takes: characters, names of devices, blanks and dots at the
 * end, 255 bytes a part. No two are one on a disk that ignores case or Unicode's form, and no file has a folder's name.
 * The first who asks has the name, the next is " (2)". A folder that is spelled in several ways is spelled as the first,
 * or as it is on the disk.
 *
 * @returns in the order of the requests
 */
export function nameExports(
  requests: readonly ExportRequest[],
  { taken = [] }: ExportNameOptions = {},
): readonly ExportName[] {
  const tree = new ExportTree(taken);
  return requests.map((request) => nameExport(tree, request));
}

function nameExport(tree: ExportTree, request: ExportRequest): ExportName {
  const { folders, stem, extension, spareBytes } = wantedName(request);
  const plain = [...folders.map((part) => fitPart(part)), fitPart(stem, "", extension, spareBytes)].join("/");
  const folder = folders.reduce((parent, part) => tree.enter(parent, part), "");
  const path = tree.addFile(folder, stem, extension, spareBytes);
  // That a path comes composed is nothing that anyone sees.
  const asked = request.path.normalize("NFC");
  const notes: ExportNote[] = [];
  if (plain !== asked && plain !== asked + request.extension) notes.push("changed");
  if (meetingForm(path) !== meetingForm(plain)) notes.push("numbered");
  if (path.length > MAX_PATH_UNITS) notes.push("long-path");
  return { path, notes };
}

/** A path in clean parts of any length. */
interface WantedName {
  readonly folders: readonly string[];
  readonly stem: string;
  readonly extension: string;
  readonly spareBytes: number;
}

function wantedName(request: ExportRequest): WantedName {
  const parts = request.path.split("/").map(cleanName);
  const base = parts.pop() ?? "";
  const extension = fitName(cleanName(request.extension), MAX_EXTENSION_BYTES);
  const at = Math.max(0, base.length - extension.length);
  const isThere = base.slice(at).toLowerCase() === extension.toLowerCase();
  return {
    folders: parts.filter((part) => part !== ""),
    stem: cleanName(isThere ? base.slice(0, at) : base),
    extension: isThere ? base.slice(at) : extension,
    spareBytes: request.spareBytes ?? 0,
  };
}

/** A part of a path with what must be at its end, 255 bytes long at most. What has no letter left is called "_". */
function fitPart(stem: string, mark = "", extension = "", spareBytes = 0): string {
  const end = mark + extension;
  return (fitName(stem, MAX_NAME_BYTES - spareBytes - utf8Bytes(end)) || "_") + end;
}

/** The folders and files that have been given a name. Paths come out as they are to be written; "" is the target folder. */
class ExportTree {
  readonly #files = new Set<string>();
  /** Where the files of a folder go, by the form of the folder's path. */
  readonly #folders = new Map<string, string>();
  /** The first number that may be free, by the form of the names that it is for. */
  readonly #numbers = new Map<string, number>();

  constructor(taken: Iterable<string>) {
    for (const path of taken) {
      const folders = path.split("/").filter((part) => part !== "");
      if (!path.endsWith("/")) {
        this.#files.add(meetingForm(folders.join("/")));
        folders.pop();
      }
      for (let depth = 1; depth <= folders.length; depth++) this.#addFolder(folders.slice(0, depth).join("/"));
    }
  }

  /** The folder in another that a part of a wanted path leads to. */
  enter(parent: string, part: string): string {
    const plain = join(parent, fitPart(part));
    const form = meetingForm(plain);
    const known = this.#folders.get(form);
    if (known !== undefined) return known;
    if (!this.#files.has(form)) return this.#addFolder(plain);
    const other = this.#addFolder(this.#numbered(parent, part, "", 0, (candidate) => !this.#files.has(candidate)));
    this.#folders.set(form, other);
    return other;
  }

  addFile(folder: string, stem: string, extension: string, spareBytes: number): string {
    const isFree = (form: string): boolean => !this.#files.has(form) && !this.#folders.has(form);
    const plain = join(folder, fitPart(stem, "", extension, spareBytes));
    const path = isFree(meetingForm(plain)) ? plain : this.#numbered(folder, stem, extension, spareBytes, isFree);
    this.#files.add(meetingForm(path));
    return path;
  }

  /** @returns the folder as it was spelled first */
  #addFolder(path: string): string {
    const form = meetingForm(path);
    const known = this.#folders.get(form);
    if (known === undefined) this.#folders.set(form, path);
    return known ?? path;
  }

  /**
   * The first of "stem (2)", "stem (3)" … that is free. Numbers that were found taken are not tried again; they are kept by
   * what is left of the stem beside a number of so many digits, since long names that differ may be alike once cut.
   */
  #numbered(
    folder: string,
    stem: string,
    extension: string,
    spareBytes: number,
    isFree: (form: string) => boolean,
  ): string {
    for (let end = 10; ; end *= 10) {
      const series = meetingForm(join(folder, fitPart(stem, ` (${end - 1})`, extension, spareBytes)));
      for (let n = this.#numbers.get(series) ?? Math.max(2, end / 10); n < end; n++) {
        this.#numbers.set(series, n + 1);
        const path = join(folder, fitPart(stem, ` (${n})`, extension, spareBytes));
        if (isFree(meetingForm(path))) return path;
      }
    }
  }
}

function join(folder: string, part: string): string {
  return folder === "" ? part : `${folder}/${part}`;
}
