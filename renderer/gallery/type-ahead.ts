import { pinyinInitial } from "./pinyin.ts";

/** Letters that were typed at the grid, to go to a photo by its name. */
export interface Typed {
  readonly text: string;
  readonly atMs: number;
}

export const NOTHING_TYPED: Typed = { text: "", atMs: Number.NEGATIVE_INFINITY };

/** Letters further apart than this begin a name anew. */
export const TYPING_MS = 800;

/** Whether a key would go on with a name. */
export function isTyping(typed: Typed, nowMs: number): boolean {
  return typed.text !== "" && nowMs - typed.atMs <= TYPING_MS;
}

/** Whether a key stands for a character that names have. */
export function isCharacter(key: string): boolean {
  return [...key].length === 1 && /^[\p{L}\p{N}\p{P}\p{S} ]$/u.test(key);
}

export function typeKey(typed: Typed, key: string, nowMs: number): Typed {
  return { text: (isTyping(typed, nowMs) ? typed.text : "") + fold(key), atMs: nowMs };
}

/**
 * The index of the photo that was meant. One letter, also again and again, goes to the next name that begins with it;
 * more letters stay with a name as long as it fits.
 * @param names of the photos shown, in order
 * @param from index of the focus
 */
export function findTyped(
  typed: Typed,
  photos: number,
  nameAt: (index: number) => string,
  from: number | undefined,
): number | undefined {
  const letters = [...typed.text];
  const isOneLetter = letters.every((letter) => letter === letters[0]);
  const start = from === undefined ? 0 : isOneLetter ? from + 1 : from;
  return (
    search(typed.text, photos, nameAt, isOneLetter && letters.length > 1 ? (from ?? 0) : start) ??
    (isOneLetter && letters.length > 1 ? search(letters[0] ?? "", photos, nameAt, start) : undefined)
  );
}

function search(prefix: string, photos: number, nameAt: (index: number) => string, start: number): number | undefined {
  const letters = [...prefix];
  for (let step = 0; step < photos; step++) {
    const index = (start + step) % photos;
    if (begins(nameAt(index), prefix, letters)) return index;
  }
  return undefined;
}

/** Whether a name begins with what was typed; the first letter of its pinyin stands for a Chinese character too. */
function begins(name: string, prefix: string, letters: readonly string[]): boolean {
  // A character may be written as several that are put together; no more of the name than that is folded.
  const start = fold(name.slice(0, 4 * prefix.length));
  if (start.startsWith(prefix)) return true;
  if (!HAN.test(start)) return false;
  const characters = [...start];
  return letters.every((letter, at) => {
    const character = characters[at] ?? "";
    return character === letter || pinyinInitial(character) === letter;
  });
}

const HAN = /\p{Script=Han}/u;

function fold(text: string): string {
  return text.normalize("NFC").toLowerCase();
}
