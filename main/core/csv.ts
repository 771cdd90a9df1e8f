/**
 * A value as a cell of RFC 4180. A text that spreadsheets would take for a formula is led by an apostrophe: a photo's name
 * may come from anywhere.
 */
export function csvCell(value: string | number | null | readonly string[]): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = typeof value === "string" ? value : value.join("; ");
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
