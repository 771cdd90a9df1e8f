/**
 * Text out of a file that nobody vouches for, fit to be shown in one line: no control characters, none that turn the
 * direction of what follows, no runs of blanks, and not long.
 * @returns `undefined` where no letter or digit is left
 */
export function shownText(raw: string, maxCharacters = 120): string | undefined {
  const clean = raw
    .replace(/\p{C}+/gu, " ")
    .replace(/\s+/gu, " ")
    .trim();
  return /[\p{L}\p{N}]/u.test(clean) ? [...clean].slice(0, maxCharacters).join("").trim() : undefined;
}

/** Bytes up to the first zero as text: UTF-8, or Latin-1 where they are not that. Bytes beyond `maxBytes` are left out. */
export function textOf(bytes: Uint8Array, maxBytes = 2048): string {
  const end = bytes.indexOf(0);
  const text = bytes.subarray(0, Math.min(end === -1 ? bytes.length : end, maxBytes));
  try {
    return decodeURIComponent([...text].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""));
  } catch {
    return String.fromCharCode(...text);
  }
}
