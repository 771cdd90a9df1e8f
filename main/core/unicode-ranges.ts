/** Code points from `first` to `last`, both included. */
export interface CodePointRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads a CSS unicode-range without wildcards, "U+0-FF,U+131" (CSS Fonts 4, section 4.5). What is no range is left out.
 */
export function parseUnicodeRanges(text: string): readonly CodePointRange[] {
  return text.split(",").flatMap((part) => {
    const found = /^\s*U\+([0-9a-f]{1,6})(?:-([0-9a-f]{1,6}))?\s*$/i.exec(part);
    if (found === null) return [];
    const first = Number.parseInt(found[1] as string, 16);
    return [{ first, last: found[2] === undefined ? first : Number.parseInt(found[2], 16) }];
  });
}

/** Whether one of the ranges holds a code point. */
export function isInRanges(ranges: readonly CodePointRange[], codePoint: number): boolean {
  return ranges.some(({ first, last }) => codePoint >= first && codePoint <= last);
}
