import { withoutPrefix } from "./exif.ts";
import { shownText, textOf } from "./text.ts";
import {
  type ByteReader,
  cursoryReader,
  numbersOf,
  readDirectory,
  readHeader,
  type TiffEntry,
  TYPE,
} from "./tiff-ifd.ts";
import type { PhotoFacts } from "./viewing.ts";

/** What EXIF tells of how a photo was taken. */
export type TakenFacts = Pick<
  PhotoFacts,
  "camera" | "lens" | "seconds" | "fNumber" | "iso" | "focalLength" | "takenMs"
>;

/** Of a photo that tells nothing. */
export const NO_FACTS: TakenFacts = {
  camera: undefined,
  lens: undefined,
  seconds: undefined,
  fNumber: undefined,
  iso: undefined,
  focalLength: undefined,
  takenMs: undefined,
};

/** CIPA DC-008-2023, 4.6.4 to 4.6.6. */
const TAG = {
  make: 0x010f,
  model: 0x0110,
  exif: 0x8769,
  exposureTime: 0x829a,
  fNumber: 0x829d,
  sensitivity: 0x8827,
  standardSensitivity: 0x8831,
  recommendedIndex: 0x8832,
  isoSpeed: 0x8833,
  dateTimeOriginal: 0x9003,
  subSecondsOriginal: 0x9291,
  focalLength: 0x920a,
  lensModel: 0xa434,
} as const;

/** What PhotographicSensitivity says where the true one does not fit into it. */
const SENSITIVITY_ELSEWHERE = 65_535;

/**
 * What an EXIF block says. Whatever is broken or cannot be true is left out, and what was read before it is kept.
 * @param block a TIFF structure, with or without the leading "Exif\0\0"
 */
export function factsOf(block: Uint8Array): TakenFacts {
  const bytes = withoutPrefix(block);
  return readFacts((offset, length) => bytes.subarray(offset, offset + length));
}

/**
 * As `factsOf`, of a TIFF structure anywhere.
 * @param peek gives fewer bytes where the structure ends
 */
export function readFacts(peek: ByteReader): TakenFacts {
  const read = cursoryReader(peek);
  let main: readonly TiffEntry[] = [];
  let exif: readonly TiffEntry[] = [];
  try {
    const header = readHeader(read);
    main = readDirectory(read, header, header.firstDirectory).entries;
    const [at] = numbersOf(main, TAG.exif);
    if (at !== undefined) exif = readDirectory(read, header, at).entries;
  } catch {
    // A block that is damaged is no reason not to show the photo.
  }
  return {
    camera: cameraName(textIn(main, TAG.make), textIn(main, TAG.model)),
    lens: textIn(exif, TAG.lensModel),
    seconds: rationalIn(exif, TAG.exposureTime, 1e6),
    fNumber: rationalIn(exif, TAG.fNumber, 1000),
    iso: isoIn(exif),
    focalLength: rationalIn(exif, TAG.focalLength, 100_000),
    takenMs: takenMsOf(rawIn(exif, TAG.dateTimeOriginal), rawIn(exif, TAG.subSecondsOriginal)),
  };
}

/** Words that makers add to their name and nobody says. */
const COMPANY_WORDS =
  /[\s,]+(corporation|corp|company|co|ltd|inc|gmbh|ag|imaging|optical|camera|electric|digital|techwin)\b[.,]*/giu;

/** Make and model, without the make where the model begins with it: "NIKON CORPORATION", "NIKON D850" is a NIKON D850. */
export function cameraName(make: string | undefined, model: string | undefined): string | undefined {
  if (make === undefined || model === undefined) return model ?? make;
  const [first = ""] = model.toLowerCase().split(/[\s-]/u);
  const isNamed = make
    .toLowerCase()
    .split(/[\s,.]+/u)
    .some((word) => word.length >= 3 && first === word);
  return isNamed ? model : `${make.replace(COMPANY_WORDS, "")} ${model}`;
}

/**
 * The time of EXIF's "YYYY:MM:DD HH:MM:SS" in ms since 1970, as if it were UTC.
 * @param subSeconds decimals of the second
 * @returns `undefined` for a day or time that there is not
 */
export function takenMsOf(date: string, subSeconds: string): number | undefined {
  const match = /^\s*(\d{4})[:-](\d{2})[:-](\d{2})[ T](\d{2}):(\d{2}):(\d{2})/.exec(date);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  if (year < 1800) return undefined;
  const taken = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // A 31 February would become some day in March.
  const isReal =
    taken.getUTCMonth() === month - 1 && taken.getUTCDate() === day && taken.getUTCHours() === hour && minute < 60;
  const [decimals = "0"] = /^\d+/.exec(subSeconds) ?? [];
  return isReal && second < 60 ? taken.getTime() + Math.floor(Number(`0.${decimals}`) * 1000) : undefined;
}

function isoIn(exif: readonly TiffEntry[]): number | undefined {
  const known = [TAG.sensitivity, TAG.isoSpeed, TAG.recommendedIndex, TAG.standardSensitivity]
    .map((tag) => numbersOf(exif, tag)[0])
    .filter((iso) => iso !== undefined && iso > 0);
  return known.find((iso) => iso !== SENSITIVITY_ELSEWHERE) ?? known[0];
}

function rationalIn(entries: readonly TiffEntry[], tag: number, most: number): number | undefined {
  const entry = entries.find((candidate) => candidate.tag === tag);
  if (entry?.type !== TYPE.rational || entry.data.length < 8) return undefined;
  const data = new DataView(entry.data.buffer, entry.data.byteOffset);
  const value = data.getUint32(0, true) / data.getUint32(4, true);
  return value > 0 && value <= most ? value : undefined;
}

function textIn(entries: readonly TiffEntry[], tag: number): string | undefined {
  return shownText(rawIn(entries, tag));
}

function rawIn(entries: readonly TiffEntry[], tag: number): string {
  const entry = entries.find((candidate) => candidate.tag === tag);
  return entry?.type === TYPE.ascii ? textOf(entry.data) : "";
}
