const ELLIPSIS = "…";

/**
 * Sets a text, or the longest beginning of it that has room before an ellipsis.
 * @param set sets a text, however long
 * @param widthOf what it takes, in px
 * @param mostLetters more are never set, whatever room they take
 * @returns `undefined` where there is no room for a single letter
 */
export async function fitText<T>(
  text: string,
  roomPx: number,
  set: (text: string) => Promise<T>,
  widthOf: (set: T) => number,
  mostLetters = Number.POSITIVE_INFINITY,
): Promise<T | undefined> {
  const letters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  if (letters.length <= mostLetters) {
    const whole = await set(text);
    if (widthOf(whole) <= roomPx) return whole;
  }
  let fitting: T | undefined;
  let low = 1;
  let high = Math.min(letters.length, mostLetters) - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const part = await set(letters.slice(0, middle).join("").trimEnd() + ELLIPSIS);
    if (widthOf(part) <= roomPx) {
      fitting = part;
      low = middle + 1;
    } else high = middle - 1;
  }
  return fitting;
}
