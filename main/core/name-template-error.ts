import { SilvergrainError } from "./errors.ts";

/** What can be wrong with a name template. */
export type TemplateProblemKind =
  | "blank"
  | "too-long"
  | "brace-unclosed"
  | "brace-stray"
  | "quote-unclosed"
  | "field-unknown"
  | "function-unknown"
  | "pattern-unwanted"
  | "counter-pattern"
  | "date-pattern"
  | "argument-count"
  | "argument-kind"
  | "argument-size"
  | "unexpected";

/** What is wrong, for whoever says it in words of another language. */
export interface TemplateProblem {
  readonly kind: TemplateProblemKind;
  /** Where in the template, in UTF-16 units from 0. */
  readonly at: number;
  /** The part of the template that is wrong, or the function whose arguments are; "" where something is missing. */
  readonly word: string;
  /** What may have been meant. */
  readonly suggestion: string | undefined;
}

/** A template that cannot be used. Its code is USAGE. */
export class TemplateError extends SilvergrainError {
  readonly problem: TemplateProblem;

  /** @param sentence what is wrong, without a full stop; the place and the suggestion are added */
  constructor(template: string, problem: TemplateProblem, sentence: string) {
    const character = [...template.slice(0, problem.at)].length + 1;
    const meant = problem.suggestion === undefined ? "" : ` Did you mean “${problem.suggestion}”?`;
    super("USAGE", `${sentence}, at character ${character} of the name template.${meant}`);
    this.problem = problem;
  }
}

/** Of some words the one that is nearest, where it takes two changes at most and not a whole word's worth; case is none. */
export function nearestWord(word: string, words: readonly string[]): string | undefined {
  const near = words
    .map((candidate) => ({ candidate, edits: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= 2 && edits < Math.min(word.length, candidate.length));
  return near.sort((a, b) => a.edits - b.edits)[0]?.candidate;
}

/** Letters to put in, take out or exchange to make one word of the other (Levenshtein 1966), a row of the table at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const letter of from) {
    const next = [(row[0] ?? 0) + 1];
    for (let i = 1; i <= to.length; i++) {
      const exchanged = (row[i - 1] ?? 0) + (letter === to[i - 1] ? 0 : 1);
      next.push(Math.min(exchanged, (row[i] ?? 0) + 1, (next[i - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
