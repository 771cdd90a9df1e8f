import { join } from "node:path";
import electronLog from "electron-log/main.js";
import { logTo } from "./log.ts";

/** Of a log file; the one before it is kept too. */
const MOST_BYTES = 2e6;

/** Writes the log into a folder. A full file becomes the old one, and a new one is begun. */
export function beginLogFile(folder: string): void {
  const { file, console: toConsole, ipc } = electronLog.transports;
  file.resolvePathFn = () => join(folder, "silvergrain.log");
  file.maxSize = MOST_BYTES;
  file.level = "info";
  // The standard error stream has it already, and the page has no business with it.
  toConsole.level = false;
  if (ipc !== undefined && ipc !== null) ipc.level = false;
  logTo((line) => electronLog.info(line));
}
