import { foldName, pointBytes, utf8Bytes } from "./naming.ts";

/** What no operating system, or not every one, has in a name: Windows' list, control characters, half surrogate pairs. */
const FORBIDDEN = /[<>:"/\\|?*\p{Control}\p{Surrogate}\p{Noncharacter_Code_Point}\u2028\u2029]/gu;

/**
 * What cannot be seen and makes a name look like another: marks that turn the direction of text, blanks of no width.
 * The joiners and selectors that emoji and some scripts are written with, and the tags of flags, are not among them.
 */
const DECEIVING =
  /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb](?<!\p{Join_Control}|\p{Variation_Selector}|[\u{e0020}-\u{e007f}])/gu;

/**
 * Names that mean a device to Windows, whatever follows their first dot ("Naming Files, Paths, and Namespaces",
 * learn.microsoft.com); the digits ¹ ² ³ count too.
 */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?= *(?:\.|$))/i;

/** A part of a path in characters that every system takes, in Unicode's composed form. May be empty, or a device's name. */
export function cleanName(raw: string): string {
  return trimName(raw.replace(DECEIVING, "").replace(FORBIDDEN, "_").normalize("NFC"));
}

/**
 * A clean name that is no longer than it may be, and no device's.
 * @param maxBytes of UTF-8; cut is between characters as they are seen, where one is not too long by itself
 */
export function fitName(clean: string, maxBytes: number): string {
  const cut = cutName(clean, maxBytes);
  const spared = cut.replace(DEVICE, "$&_");
  return spared === cut ? cut : cutName(spared, maxBytes);
}

/**
 * The form under which two paths are one somewhere, or look like one: regardless of case by every rule, of Unicode's form, and
 * of characters that cannot be seen, which HFS+ passes over. Capitals of small letters join what small letters alone do
 * not: ß, ẞ and SS, ſ and s, ς and σ.
 */
export function meetingForm(path: string): string {
  const seen = path.replace(/\p{Default_Ignorable_Code_Point}/gu, "");
  return foldName(foldName(seen).toUpperCase());
}

/**
 * Without blanks around it and dots at its end: Windows drops them from the end. An expression for that would walk over every
 * run of dots from each of its dots.
 */
function trimName(name: string): string {
  let end = name.length;
  while (end > 0 && (name[end - 1] === "." || name[end - 1]?.trim() === "")) end--;
  return name.slice(0, end).trimStart();
}

function cutName(name: string, maxBytes: number): string {
  // A UTF-16 unit is one to three bytes.
  if (name.length * 3 <= maxBytes || (name.length <= maxBytes && utf8Bytes(name) <= maxBytes)) return name;
  const units = unitsWithin(name, maxBytes);
  // Where a character begins does not depend on more than the code point behind that place.
  const seen = CHARACTERS.segment(name.slice(0, units + 2)).containing(units)?.index ?? units;
  return trimName(name.slice(0, seen > 0 ? seen : units));
}

const CHARACTERS = new Intl.Segmenter("en", { granularity: "grapheme" });

/** UTF-16 units of the whole code points that fit into some bytes. */
function unitsWithin(text: string, maxBytes: number): number {
  let bytes = 0;
  let units = 0;
  while (units < text.length) {
    const point = text.codePointAt(units) ?? 0;
    bytes += pointBytes(point);
    if (bytes > maxBytes) break;
    units += point > 0xffff ? 2 : 1;
  }
  return units;
}
