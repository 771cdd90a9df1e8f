import { readdirSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { expected } from "../core/errors.ts";
import { INPUT_EXTENSIONS } from "../core/formats.ts";
import { systemError } from "../system/system-error.ts";

/** A reference picture and, where the folder has it, its small version. */
export interface PicturePair {
  readonly name: string;
  readonly reference: string;
  readonly low: string | undefined;
}

const HIGH = /_HR$/i;
const LOW = /_LR$/i;

/**
 * Finds what a folder offers for measuring: pairs `*_HR.*` and `*_LR.*` as test sets have them; else every picture in
 * it is a reference.
 * @throws SilvergrainError SOURCE_MISSING; USAGE where there is none, or a pair lacks a half
 */
export function findPairs(folder: string): readonly PicturePair[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder).sort();
  } catch (error) {
    throw systemError(error, folder, "source");
  }
  const pictures = names.filter((name) => INPUT_EXTENSIONS[extname(name).toLowerCase()] !== undefined);
  const byStem = new Map(pictures.map((name) => [stemOf(name).toLowerCase(), join(folder, name)]));
  const high = pictures.filter((name) => HIGH.test(stemOf(name)));
  const references = high.length > 0 ? high : pictures.filter((name) => !LOW.test(stemOf(name)));
  if (references.length === 0) throw expected("DIR", "a folder with pictures, or pairs *_HR and *_LR", folder);
  const hasLow = pictures.some((name) => LOW.test(stemOf(name)));
  return references.map((name) => {
    const stem = stemOf(name);
    const low = HIGH.test(stem) ? byStem.get(stem.replace(HIGH, "_LR").toLowerCase()) : undefined;
    if (hasLow && low === undefined) throw expected("DIR", `a small picture for ${name}`, "none");
    const isAlone = references.filter((other) => stemOf(other) === stem).length === 1;
    return { name: isAlone ? stem.replace(HIGH, "") : name, reference: join(folder, name), low };
  });
}

function stemOf(name: string): string {
  return basename(name, extname(name));
}
