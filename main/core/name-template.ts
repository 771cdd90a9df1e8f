import {
  DATE_TOKENS,
  type DatePart,
  type DateToken,
  FIELD_NAMES,
  type FieldKind,
  type FieldName,
  type FieldUse,
  kindOf,
  type NameFacts,
  readField,
} from "./name-fields.ts";
import {
  type ArgumentKind,
  type Arguments,
  applyFunction,
  FUNCTION_NAMES,
  type FunctionName,
  parametersOf,
} from "./name-functions.ts";
import { nearestWord, TemplateError, type TemplateProblemKind } from "./name-template-error.ts";

export type { NameFacts } from "./name-fields.ts";
export { TemplateError, type TemplateProblem } from "./name-template-error.ts";

/** A template that has been understood. */
export interface NameTemplate {
  readonly pieces: readonly NamePiece[];
}

type NamePiece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "field"; readonly use: FieldUse; readonly calls: readonly FunctionCall[] };

interface FunctionCall {
  readonly name: FunctionName;
  readonly given: Arguments;
}

/** A field that a template can have. */
export interface FieldDescription {
  readonly name: FieldName;
  readonly kind: FieldKind;
}

/** A function that a template can have: the kinds of its arguments, and of those that may follow. */
export interface FunctionDescription {
  readonly name: FunctionName;
  readonly needs: readonly ArgumentKind[];
  readonly allows: readonly ArgumentKind[];
}

/** Longest template, in UTF-16 units. */
export const MAX_TEMPLATE_UNITS = 1000;

/** Largest number that a function takes, either way of zero: a name has no more bytes. */
const MAX_INTEGER = 255;

const DEFAULT_DATE_PATTERN = "YYYY-MM-DD";

/** Every field and function, in the order in which help shows them. Their words are the locale's. */
export function describeTemplateFields(): {
  readonly fields: readonly FieldDescription[];
  readonly functions: readonly FunctionDescription[];
  readonly dateTokens: readonly DateToken[];
} {
  return {
    fields: FIELD_NAMES.map((name) => ({ name, kind: kindOf(name) })),
    functions: FUNCTION_NAMES.map((name) => {
      const { needs, allows } = parametersOf(name);
      return { name, needs, allows };
    }),
    dateTokens: DATE_TOKENS,
  };
}

/**
 * Understands a template of file names.
 *
 *     template = { text | "{{" | "}}" | "{" field [ ":" pattern ] { "|" call } "}" }
 *     call     = function [ "(" [ argument { "," argument } ] ")" ]
 *     argument = "'" text, in it '' for a quote "'" | whole number
 *
 * Names of fields and functions may be in any case, as in SQL, and a number does where text is wanted. Slashes divide folders.
 *
 * @throws TemplateError, a SilvergrainError USAGE, naming what is wrong and where
 */
export function parseTemplate(text: string): NameTemplate {
  const cursor = new Cursor(text);
  if (text.trim() === "") throw cursor.problem("blank", 0, "", "There is nothing to name a file by");
  if (text.length > MAX_TEMPLATE_UNITS)
    throw cursor.problem("too-long", MAX_TEMPLATE_UNITS, "", `Expected ${MAX_TEMPLATE_UNITS} characters at most`);
  const pieces: NamePiece[] = [];
  while (!cursor.isAtEnd) pieces.push(readPiece(cursor));
  return { pieces };
}

/**
 * Fills a template in.
 * @returns a path with forward slashes, not yet fit for a disk: see `nameExports`. A slash in a value becomes "_"; only
 *   those of the template itself, and of a date's pattern, divide folders.
 */
export function fillTemplate(template: NameTemplate, facts: NameFacts): string {
  return template.pieces.map((piece) => (piece.kind === "text" ? piece.text : fillField(piece, facts))).join("");
}

function fillField({ use, calls }: Extract<NamePiece, { kind: "field" }>, facts: NameFacts): string {
  const value = calls.reduce((text, { name, given }) => applyFunction(name, text, given), readField(use, facts));
  return use.kind === "date" ? value : value.replaceAll("/", "_");
}

function readPiece(cursor: Cursor): NamePiece {
  const text = cursor.take(/(?:[^{}]|\{\{|\}\})+/y);
  if (text !== undefined)
    return { kind: "text", text: text.replaceAll("{{", "{").replaceAll("}}", "}").normalize("NFC") };
  if (cursor.take(/\}/y) !== undefined)
    throw cursor.problem("brace-stray", cursor.at - 1, "}", "Expected “}}” for a brace that is meant as one");
  return readFieldPiece(cursor);
}

function readFieldPiece(cursor: Cursor): NamePiece {
  const opening = cursor.at;
  cursor.take(/\{/y);
  const name = readWord(cursor);
  refuseUnclosed(cursor, opening);
  const use = readUse(cursor, name);
  refuseUnclosed(cursor, opening);
  const calls: FunctionCall[] = [];
  while (cursor.take(/\s*\|/y) !== undefined) {
    calls.push(readCall(cursor, opening));
    refuseUnclosed(cursor, opening);
  }
  if (cursor.take(/\s*\}/y) === undefined) throw cursor.unexpected("“|” or “}”");
  return { kind: "field", use, calls };
}

/** Another field's brace, or the end, where the field should have ended. */
function refuseUnclosed(cursor: Cursor, opening: number): void {
  if (cursor.isAtEnd || cursor.next === "{")
    throw cursor.problem("brace-unclosed", opening, "{", "The brace “{” is not closed");
}

interface Word {
  readonly at: number;
  readonly word: string;
}

/** Whatever may be meant as a name, so that what is wrong is named as a whole. */
function readWord(cursor: Cursor): Word {
  cursor.take(/\s+/y);
  const { at } = cursor;
  return { at, word: (cursor.take(/[^:|{}(),']+/y) ?? "").trimEnd() };
}

function readUse(cursor: Cursor, { at, word }: Word): FieldUse {
  const field = FIELD_NAMES.find((name) => name === word.toLowerCase());
  if (field === undefined) throw cursor.unknown("field", { at, word }, FIELD_NAMES);
  const colon = cursor.take(/:/y);
  const pattern: Word | undefined =
    colon === undefined ? undefined : { at: cursor.at, word: cursor.take(/(?:[^|{}']|'[^']*')+/y) ?? "" };
  if (pattern !== undefined && cursor.next === "'") throw cursor.unclosedQuote(cursor.at);
  switch (field) {
    case "date":
      return { kind: "date", parts: dateParts(cursor, pattern ?? { at, word: DEFAULT_DATE_PATTERN }) };
    case "n":
      return { kind: "counter", digits: counterDigits(cursor, pattern ?? { at, word: "0" }) };
    default:
      if (pattern !== undefined)
        throw cursor.problem("pattern-unwanted", at, word, `The field “${field}” takes no “:” and pattern`);
      return { kind: "plain", field };
  }
}

function counterDigits(cursor: Cursor, { at, word }: Word): number {
  if (!/^0+$/.test(word))
    throw cursor.problem("counter-pattern", at, word, "Expected zeros for the number, as in {n:0000}");
  return word.length;
}

/** Runs of a pattern that mean one thing: quoted text, a token, a letter that is none, anything else. */
const DATE_RUNS =
  /'(?<quoted>(?:[^']|'')*)'|(?<token>YYYY|YY|MM|DD|HH|mm|ss)|(?<letters>([a-z])\4*)|(?<other>[^a-z']+)/giu;

function dateParts(cursor: Cursor, { at, word }: Word): readonly DatePart[] {
  if (word === "")
    throw cursor.problem("date-pattern", at, word, "Expected a pattern of a date, as in {date:YYYY-MM-DD}");
  return [...word.matchAll(DATE_RUNS)].map((run) => {
    const { quoted, token, letters, other } = run.groups ?? {};
    const text = quoted?.replaceAll("''", "'") ?? other;
    if (text !== undefined) return { text: text.normalize("NFC") };
    const wrong = token ?? letters ?? "";
    const known = DATE_TOKENS.find((each) => each === wrong);
    if (known !== undefined) return { token: known };
    const sentence = `There is no “${wrong}” in dates, only ${listed(DATE_TOKENS)}; other letters stand in quotes`;
    const meant = DATE_TOKENS.find((each) => each.toLowerCase() === wrong.toLowerCase());
    throw cursor.problem("date-pattern", at + run.index, wrong, sentence, meant);
  });
}

function readCall(cursor: Cursor, opening: number): FunctionCall {
  const { at, word } = readWord(cursor);
  refuseUnclosed(cursor, opening);
  const name = FUNCTION_NAMES.find((each) => each === word.toLowerCase());
  if (name === undefined) throw cursor.unknown("function", { at, word }, FUNCTION_NAMES);
  return { name, given: checkedArguments(cursor, name, at, readArguments(cursor, opening)) };
}

interface Argument {
  readonly at: number;
  readonly value: string | number;
}

function readArguments(cursor: Cursor, opening: number): readonly Argument[] {
  const given: Argument[] = [];
  if (cursor.take(/\(\s*/y) === undefined || cursor.take(/\)/y) !== undefined) return given;
  for (;;) {
    given.push(readArgument(cursor, opening));
    if (cursor.take(/\s*\)/y) !== undefined) return given;
    refuseUnclosed(cursor, opening);
    if (cursor.take(/\s*,\s*/y) === undefined) throw cursor.unexpected("“,” or “)”");
  }
}

function readArgument(cursor: Cursor, opening: number): Argument {
  refuseUnclosed(cursor, opening);
  const { at } = cursor;
  const number = cursor.take(/[+-]?\d+/y);
  if (number !== undefined) return { at, value: checkedInteger(cursor, at, number) };
  const quoted = cursor.take(/'(?:[^']|'')*'/y);
  if (quoted !== undefined) return { at, value: quoted.slice(1, -1).replaceAll("''", "'").normalize("NFC") };
  if (cursor.next === "'") throw cursor.unclosedQuote(at);
  throw cursor.unexpected("a whole number, or text in single quotes");
}

function checkedInteger(cursor: Cursor, at: number, digits: string): number {
  const value = Number(digits);
  if (Math.abs(value) > MAX_INTEGER)
    throw cursor.problem("argument-size", at, digits, `Expected a number from −${MAX_INTEGER} to ${MAX_INTEGER}`);
  return value;
}

/** The arguments of a call, sorted by kind. */
function checkedArguments(cursor: Cursor, name: FunctionName, at: number, given: readonly Argument[]): Arguments {
  const { needs, allows } = parametersOf(name);
  const kinds = [...needs, ...allows];
  if (given.length < needs.length || given.length > kinds.length) {
    const count = allows.length === 0 ? `${needs.length}` : `${needs.length} to ${kinds.length}`;
    const sentence = `Expected ${count === "1" ? "1 argument" : `${count} arguments`} for ${name}, but received ${given.length}`;
    throw cursor.problem("argument-count", at, name, sentence);
  }
  const texts: string[] = [];
  const integers: number[] = [];
  for (const [i, { at: place, value }] of given.entries()) {
    if (kinds[i] === "text") texts.push(String(value));
    else if (typeof value === "number") integers.push(value);
    else throw cursor.problem("argument-kind", place, name, `Expected a whole number for ${name}, but received text`);
  }
  return { texts, integers };
}

function listed(words: readonly string[]): string {
  return words.join(", ");
}

/** A place in a template that moves on as parts of it are understood. */
class Cursor {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#text.length;
  }

  get next(): string {
    return this.#text.charAt(this.at);
  }

  /** What a sticky expression matches here, and moves behind it. */
  take(expression: RegExp): string | undefined {
    expression.lastIndex = this.at;
    const match = expression.exec(this.#text)?.[0];
    if (match !== undefined) this.at += match.length;
    return match;
  }

  problem(kind: TemplateProblemKind, at: number, word: string, sentence: string, suggestion?: string): TemplateError {
    return new TemplateError(this.#text, { kind, at, word, suggestion }, sentence);
  }

  unexpected(expectation: string): TemplateError {
    const [received = ""] = this.#text.slice(this.at).trimStart();
    return this.problem("unexpected", this.at, received, `Expected ${expectation}, but received “${received}”`);
  }

  unclosedQuote(at: number): TemplateError {
    return this.problem("quote-unclosed", at, "'", "The quote “'” is not closed");
  }

  unknown(what: "field" | "function", { at, word }: Word, known: readonly string[]): TemplateError {
    const sentence = word === "" ? `A ${what} is missing` : `There is no ${what} “${word}”`;
    return this.problem(`${what}-unknown`, at, word, `${sentence}, only ${listed(known)}`, nearestWord(word, known));
  }
}
