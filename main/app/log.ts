/** Says something on the standard error stream, for whoever looks for a cause. */
export function log(text: string): void {
  process.stderr.write(`silvergrain: ${text}\n`);
}
