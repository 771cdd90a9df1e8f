/** Lines that are remembered for reports. */
const REMEMBERED = 100;

const latest: string[] = [];
let sink: ((line: string) => void) | undefined;

/** Says something on the standard error stream and in the log, for whoever looks for a cause. */
export function log(text: string): void {
  const line = `silvergrain: ${text}`;
  process.stderr.write(`${line}\n`);
  remember(line);
}

/** Keeps what an engine's libraries print, for the log alone. */
export function logQuietly(text: string): void {
  for (const line of text.trimEnd().split("\n")) remember(line);
}

/** Lines go to a file too, from now on. */
export function logTo(write: (line: string) => void): void {
  sink = write;
}

/** The last lines, the latest one last. */
export function latestLines(): readonly string[] {
  return latest;
}

function remember(line: string): void {
  latest.push(line);
  if (latest.length > REMEMBERED) latest.shift();
  sink?.(line);
}
