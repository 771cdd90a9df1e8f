/** What an argument of a function is: text in quotes, or a whole number. */
export type ArgumentKind = "text" | "integer";

/** The arguments of a call, those of a kind in their order. */
export interface Arguments {
  readonly texts: readonly string[];
  readonly integers: readonly number[];
}

interface NameFunction {
  /** The arguments that must be there, in order. */
  readonly needs: readonly ArgumentKind[];
  /** Those that may follow. */
  readonly allows: readonly ArgumentKind[];
  readonly apply: (text: string, given: Arguments) => string;
}

/**
 * The functions of a name template. They do what those of the same name do in Oracle's SQL ("SQL Language Reference",
 * chapter "Functions"), where empty text is NULL: a function of nothing gives nothing, and `nvl` puts something there.
 * Text is counted in code points.
 */
const FUNCTIONS = {
  upper: { needs: [], allows: [], apply: (text) => text.toUpperCase() },
  lower: { needs: [], allows: [], apply: (text) => text.toLowerCase() },
  substr: {
    needs: ["integer"],
    allows: ["integer"],
    apply: (text, { integers: [start = 1, length] }) => substr(text, start, length),
  },
  replace: { needs: ["text"], allows: ["text"], apply: (text, { texts: [from = "", to] }) => replace(text, from, to) },
  lpad: {
    needs: ["integer"],
    allows: ["text"],
    apply: (text, { integers: [length = 0], texts: [fill] }) => lpad(text, length, fill),
  },
  trim: { needs: [], allows: [], apply: (text) => text.trim() },
  nvl: { needs: ["text"], allows: [], apply: (text, { texts: [instead = ""] }) => (text === "" ? instead : text) },
} as const satisfies Readonly<Record<string, NameFunction>>;

export type FunctionName = keyof typeof FUNCTIONS;

export const FUNCTION_NAMES = Object.keys(FUNCTIONS) as readonly FunctionName[];

/** Longest text that a function gives, in UTF-16 units: far more than a name can be, and an end to texts that double. */
const MAX_UNITS = 4096;

/** The arguments that a function takes. */
export function parametersOf(name: FunctionName): Pick<NameFunction, "needs" | "allows"> {
  return FUNCTIONS[name];
}

/** What a function makes of a text, cut to `MAX_UNITS`. */
export function applyFunction(name: FunctionName, text: string, given: Arguments): string {
  const made = (FUNCTIONS[name] as NameFunction).apply(text, given);
  return made.length <= MAX_UNITS ? made : made.slice(0, MAX_UNITS).replace(/[\ud800-\udbff]$/, "");
}

/**
 * Part of a text.
 * @param start of its first code point: 1 is the first, 0 too, −1 the last; outside of the text gives ""
 * @param length in code points; below 1 gives ""
 */
function substr(text: string, start: number, length = Number.POSITIVE_INFINITY): string {
  const points = [...text];
  const from = start < 0 ? points.length + start : Math.max(0, start - 1);
  return from < 0 || length < 1 ? "" : points.slice(from, from + length).join("");
}

/** Replaces every occurrence; one of nothing replaces nothing. */
function replace(text: string, from: string, to = ""): string {
  return from === "" ? text : text.split(from).join(to);
}

/**
 * Fills a text up from the left, or cuts its end off, so that it has a length in code points; "" stays "".
 * Nothing to fill with leaves a short text as it is, as PostgreSQL does: Oracle would lose it.
 */
function lpad(text: string, length: number, fill = " "): string {
  const points = [...text];
  const missing = length - points.length;
  if (missing <= 0) return points.slice(0, Math.max(0, length)).join("");
  const filler = [...fill];
  if (points.length === 0 || filler.length === 0) return text;
  const padding = Array.from({ length: missing }, (_, i) => filler[i % filler.length]);
  return padding.join("") + text;
}
