// @ts-check
// Unpacks zip files without trusting them.
import { createWriteStream, mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import yauzl from "yauzl";

const TYPE_BITS = 0o170000;
const SYMLINK = 0o120000;
const PERMISSION_BITS = 0o777;

/**
 * Unpacks a zip file, with permissions and symbolic links.
 * @param {string} zip
 * @param {string} folder
 * @param {(path: string) => string | undefined} place where in the folder an entry goes, by its path in the zip;
 *   undefined leaves it out
 * @throws {Error} where an entry or a link would lead out of the folder, or two entries have one place
 */
export async function unzip(zip, folder, place) {
  mkdirSync(folder, { recursive: true });
  const root = realpathSync.native(folder);
  /** @type {{ path: string, target: string }[]} */
  const links = [];
  const file = await yauzl.openPromise(zip);
  for await (const entry of file.eachEntry()) {
    const placed = place(entry.fileName);
    if (placed === undefined || placed === "") continue;
    const path = within(root, placed, entry.fileName);
    if (entry.fileName.endsWith("/")) {
      mkdirSync(path, { recursive: true });
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    const mode = entry.externalFileAttributes >>> 16;
    const content = await file.openReadStreamPromise(entry);
    if ((mode & TYPE_BITS) === SYMLINK) {
      links.push({ path, target: await text(content) });
    } else {
      const permissions = mode & PERMISSION_BITS;
      await pipeline(content, createWriteStream(path, { flags: "wx", mode: permissions === 0 ? 0o644 : permissions }));
    }
  }
  // Last, so that no file is ever written through a link.
  for (const { path, target } of links) {
    within(root, resolve(dirname(path), target), `${relative(root, path)} → ${target}`);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  }
  // Links through links may lead elsewhere than their text says; the system knows, Node's own realpath goes by the text.
  for (const { path, target } of links) within(root, realpathSync.native(path), `${relative(root, path)} → ${target}`);
}

/**
 * @param {string} root
 * @param {string} path
 * @param {string} name
 */
function within(root, path, name) {
  const absolute = resolve(root, path);
  if (absolute !== root && !absolute.startsWith(root + sep))
    throw new Error(`The zip file holds an entry that leads out of its folder: ${name}`);
  return absolute;
}
