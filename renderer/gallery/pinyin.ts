/*
 * The letter that a Chinese character is typed with first. No table is needed: Chinese collation sorts by pinyin, so the
 * first character of every letter in that order tells the letters apart.
 */

const LETTERS = "abcdefghjklmnopqrstwxyz";
const FIRST = [..."阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀"];

const collator = new Intl.Collator("zh-Hans-CN");
const known = new Map<string, string | undefined>();

/** The first letter of a character's pinyin, in lower case; `undefined` for what is not Chinese. */
export function pinyinInitial(character: string): string | undefined {
  if (!/^\p{Script=Han}$/u.test(character)) return undefined;
  const letter =
    known.get(character) ?? LETTERS[FIRST.findLastIndex((first) => collator.compare(first, character) <= 0)];
  known.set(character, letter);
  return letter;
}
