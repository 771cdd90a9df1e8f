import { LogFile } from "./log-file.ts";

let file: LogFile | undefined;

/** Has everything that is said from now on kept in a folder. */
export function keepLog(folder: string): LogFile {
  file = new LogFile(folder);
  return file;
}

/** Says something on the standard error stream and in the log, for whoever looks for a cause. */
export function log(text: string): void {
  process.stderr.write(`silvergrain: ${text}\n`);
  file?.write("warn", text);
}

/** Says something in the log alone. */
export function note(text: string): void {
  file?.write("info", text);
}

/** What an engine's libraries print. */
export function logEngine(text: string): void {
  if (process.env.SILVERGRAIN_DEBUG !== undefined) process.stderr.write(text);
  const lines = text.trimEnd();
  if (lines !== "") file?.write("info", `engine: ${lines}`);
}
