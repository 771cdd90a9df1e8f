import { FORMATS, INPUT_EXTENSIONS } from "../core/formats.ts";

/** What is taken out of a text that may be handed on. */
export interface Private {
  /** The user's home folder. */
  readonly home: string;
  /** Folders whose names are nobody's business: those of the library and of the results. */
  readonly folders: readonly string[];
}

const EXTENSIONS = [...new Set([...Object.keys(INPUT_EXTENSIONS), ...Object.values(FORMATS).map((f) => f.extension)])]
  .map((extension) => extension.slice(1))
  .join("|");
/** Time and level, as the log has them; they stay. */
const HEAD = /^(?:\S+Z (?:error|warn|info) )?/;
const PHOTO = new RegExp(String.raw`^.*\.(?:${EXTENSIONS})(?![\p{L}\p{N}_])`, "iu");

/**
 * A text without what is private: the home folder becomes ~, other folders <folder>. A name may have spaces and any
 * word in it, so that nobody can tell where it begins: of a line that names a photo, all that is before its end goes.
 */
export function scrub(text: string, { home, folders }: Private): string {
  let clean = text;
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) clean = replaced(clean, folder, "<folder>");
  return replaced(clean, home, "~").split("\n").map(withoutPhoto).join("\n");
}

function withoutPhoto(line: string): string {
  const head = HEAD.exec(line)?.[0] ?? "";
  return head + line.slice(head.length).replace(PHOTO, "<photo>");
}

/** Whole folder names only: /home/an is not in /home/anna. */
function replaced(text: string, folder: string, by: string): string {
  if (folder.length < 2) return text;
  let rest = text;
  let done = "";
  for (let at = rest.indexOf(folder); at >= 0; at = rest.indexOf(folder)) {
    const end = at + folder.length;
    const isWhole = !/^[\p{L}\p{N}_-]/u.test(rest.slice(end));
    done += rest.slice(0, at) + (isWhole ? by : folder);
    rest = rest.slice(end);
  }
  return done + rest;
}
