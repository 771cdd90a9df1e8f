/** What the fields of a name template are filled with. What is `undefined` is not known, and fills in nothing. */
export interface NameFacts {
  /** Of the photo's file, without its extension. */
  readonly name: string | undefined;
  /** Of the file that is written, without its dot. */
  readonly ext: string | undefined;
  readonly model: string | undefined;
  /** Of the result to its photo; written with two decimals at most. */
  readonly scale: number | undefined;
  /** Size of the picture that is written, in px. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** When the photo was taken: the camera's clock in ms since 1970, as if it were UTC. See `takenMsOf`. */
  readonly takenMs: number | undefined;
  readonly camera: string | undefined;
  /** In stars. */
  readonly rating: number | undefined;
  /** The batch's name. */
  readonly batch: string | undefined;
  /** Number of the file in the export, a whole number from 0. */
  readonly n: number | undefined;
}

/** How a field is written: as it is, by a pattern of a date, or with leading zeros. */
const FIELDS = {
  name: "text",
  ext: "text",
  model: "text",
  scale: "number",
  width: "number",
  height: "number",
  date: "date",
  camera: "text",
  rating: "number",
  batch: "text",
  n: "counter",
} as const;

export type FieldName = keyof typeof FIELDS;
export type FieldKind = (typeof FIELDS)[FieldName];

export const FIELD_NAMES = Object.keys(FIELDS) as readonly FieldName[];

/** The parts of a date that a pattern can have. */
export const DATE_TOKENS = ["YYYY", "YY", "MM", "DD", "HH", "mm", "ss"] as const;
export type DateToken = (typeof DATE_TOKENS)[number];

/** A piece of a date's pattern. */
export type DatePart = { readonly token: DateToken } | { readonly text: string };

/** A field as it stands in a template. */
export type FieldUse =
  | { readonly kind: "plain"; readonly field: Exclude<FieldName, "date" | "n"> }
  | { readonly kind: "date"; readonly parts: readonly DatePart[] }
  | { readonly kind: "counter"; readonly digits: number };

export function kindOf(field: FieldName): FieldKind {
  return FIELDS[field];
}

/** A field's text in Unicode's composed form; "" where it is not known. May hold slashes. */
export function readField(use: FieldUse, facts: NameFacts): string {
  switch (use.kind) {
    case "plain":
      return plainText(facts[use.field]);
    case "date":
      return dateText(facts.takenMs, use.parts);
    case "counter":
      return counterText(plainText(facts.n), use.digits);
  }
}

function plainText(value: string | number | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value.normalize("NFC");
  return Number.isFinite(value) ? String(Math.round(value * 100) / 100) : "";
}

function counterText(number: string, digitCount: number): string {
  return number === "" ? "" : number.padStart(digitCount, "0");
}

function dateText(ms: number | undefined, parts: readonly DatePart[]): string {
  const date = new Date(ms ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return "";
  return parts.map((part) => ("text" in part ? part.text : tokenText(part.token, date))).join("");
}

function tokenText(token: DateToken, date: Date): string {
  switch (token) {
    case "YYYY":
      return digits(date.getUTCFullYear(), 4);
    case "YY":
      return digits(date.getUTCFullYear() % 100, 2);
    case "MM":
      return digits(date.getUTCMonth() + 1, 2);
    case "DD":
      return digits(date.getUTCDate(), 2);
    case "HH":
      return digits(date.getUTCHours(), 2);
    case "mm":
      return digits(date.getUTCMinutes(), 2);
    case "ss":
      return digits(date.getUTCSeconds(), 2);
  }
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, "0");
}
