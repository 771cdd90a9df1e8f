const ELLIPSIS = "…";
/** Of the name's end, before the extension: it tells IMG_1041 from IMG_1042. */
const TAIL_CHARACTERS = 4;

/**
 * A name that is shortened in the middle until it fits, so that its end and its extension can be read.
 * @param widthOf measures a text
 */
export function shorten(name: string, width: number, widthOf: (text: string) => number): string {
  if (widthOf(name) <= width) return name;
  // By code points: half of a surrogate pair is no character.
  const characters = [...name];
  const extension = /\.[^.]{1,5}$/u.exec(name)?.[0] ?? "";
  const tail = Math.min(characters.length - 1, [...extension].length + TAIL_CHARACTERS);
  const end = characters.slice(characters.length - tail).join("");
  let fits = 0;
  let tooLong = characters.length - tail;
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (widthOf(characters.slice(0, middle).join("") + ELLIPSIS + end) <= width) fits = middle;
    else tooLong = middle;
  }
  return characters.slice(0, Math.max(1, fits)).join("") + ELLIPSIS + end;
}
