import { extname } from "node:path";

/** Comes before every character of a name, so that `a.jpg` comes before `a-1.jpg`. */
const AFTER_STEM = "\u0001";

/**
 * A text whose order by bytes (UTF-8) is the natural order of file names: numbers by their value, capitals like small
 * letters, and an accent the same however it is put together. A number is preceded by how many digits it has.
 */
export function sortKeyOf(name: string): string {
  const folded = name.normalize("NFC").toLowerCase().normalize("NFC");
  const extension = extname(folded);
  const stem = folded.slice(0, folded.length - extension.length);
  return numbered(stem) + AFTER_STEM + numbered(extension);
}

function numbered(text: string): string {
  return text.replace(/\d+/g, (digits) => {
    const value = digits.replace(/^0+(?=\d)/, "");
    return String(value.length).padStart(3, "0") + value;
  });
}
