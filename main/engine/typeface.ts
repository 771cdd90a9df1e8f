import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { create, type Font } from "fontkit";
import decompress from "woff2-encoder/decompress";
import { type CodePointRange, isInRanges, parseUnicodeRanges } from "../core/unicode-ranges.ts";

/*
 * The faces that captions are set in: those of the app's own pages, which come in files of a few alphabets each: Latin,
 * Cyrillic, Greek, Vietnamese, Chinese and kana. So a composite looks the same wherever it is made. Lines in other scripts
 * are set in the machine's faces, see system-type.ts. No font is parsed that came with a photo.
 */
const FAMILIES = ["@fontsource-variable/inter", "@fontsource-variable/noto-sans-sc"] as const;
const WEIGHT = 450;

const packages = createRequire(import.meta.url);

/** A file of a face, and the characters that it is for. */
interface FaceFile {
  readonly path: string;
  readonly ranges: readonly CodePointRange[];
}

let files: Promise<readonly FaceFile[]> | undefined;
const opened = new Map<string, Promise<Font>>();

/**
 * The face that has a character, the first of them where several have it.
 * @returns `undefined` where none has it
 */
export async function faceFor(codePoint: number): Promise<Font | undefined> {
  files ??= Promise.all(FAMILIES.map(filesOf)).then((lists) => lists.flat());
  for (const { path, ranges } of await files) {
    if (!isInRanges(ranges, codePoint)) continue;
    const font = await openFace(path);
    if (font.hasGlyphForCodePoint(codePoint)) return font;
  }
  return undefined;
}

/** Where a package keeps its files, and what each of them is for: its list names them "latin", or "[4]". */
async function filesOf(family: string): Promise<readonly FaceFile[]> {
  const list = packages.resolve(`${family}/unicode.json`);
  const ranges = JSON.parse(await readFile(list, "utf8")) as Readonly<Record<string, string>>;
  const name = family.slice(family.indexOf("/") + 1);
  return Object.entries(ranges).map(([subset, text]) => ({
    path: packages.resolve(`${family}/files/${name}-${subset.replace(/[[\]]/g, "")}-wght-normal.woff2`),
    ranges: parseUnicodeRanges(text),
  }));
}

function openFace(path: string): Promise<Font> {
  const known = opened.get(path);
  if (known !== undefined) return known;
  const font = readFace(path);
  opened.set(path, font);
  return font;
}

/** Unpacked first: fontkit cannot vary the weight of a face that is packed as WOFF2. */
async function readFace(path: string): Promise<Font> {
  const font = create(Buffer.from(await decompress(await readFile(path))));
  if ("fonts" in font) throw new Error(`expected one face in ${path}, not a collection`);
  return font.getVariation({ wght: WEIGHT });
}
