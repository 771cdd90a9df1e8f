import { fileURLToPath } from "node:url";

/** Kinds of clipboard content that name files, as file managers put them there. */
const LISTS = ["x-special/gnome-copied-files", "text/uri-list"] as const;

/** What is read of the system's clipboard. */
export interface ClipboardReader {
  read(format: string): string;
  readText(): string;
  readBuffer(format: string): Uint8Array;
}

/** Absolute paths of the files that were copied in a file manager; none where there is something else. */
export function copiedPaths(clipboard: ClipboardReader, platform: NodeJS.Platform): readonly string[] {
  if (platform === "darwin") return pathsIn(clipboard.read("public.file-url"));
  if (platform === "win32") {
    const name = Buffer.from(clipboard.readBuffer("FileNameW")).toString("utf16le").replaceAll("\0", "");
    return name === "" ? [] : [name];
  }
  for (const format of LISTS) {
    const found = pathsIn(clipboard.read(format));
    if (found.length > 0) return found;
  }
  // Some file managers offer the list as plain text.
  return pathsIn(clipboard.readText());
}

/** Paths of the file:// addresses in a list of lines; comments, verbs such as "copy", and other addresses are left out. */
export function pathsIn(text: string): readonly string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    if (!line.startsWith("file://")) return [];
    try {
      return [fileURLToPath(line.trim())];
    } catch {
      return [];
    }
  });
}
