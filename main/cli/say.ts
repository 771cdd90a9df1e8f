/** Prints a line for people. A file's name may hold anything; a terminal would obey its control characters. */
export function say(line: string): void {
  process.stdout.write(`${printable(line)}\n`);
}

/** A name or a sentence that must not make lines of its own. */
export function oneLine(text: string): string {
  return text.replaceAll("\n", "\uFFFD");
}

/** Prints an object as a line for programs. */
export function sayJson(object: { readonly type: string } & Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(object)}\n`);
}

/** The line with control characters shown as such; line ends of our own stay. */
export function printable(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return line.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, "\uFFFD");
}

/** Rows of a label and a text, aligned. */
export function sayRows(rows: readonly (readonly [label: string, text: string])[]): void {
  for (const [label, text] of rows) say(`${label.padEnd(18)}${text}`);
}
