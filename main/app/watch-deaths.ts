import { app } from "electron";
import type { CrashReports } from "./crash-reports.ts";
import { log } from "./log.ts";

/**
 * Has a report left of every process of Electron's that is gone, and of every error that nobody has caught. Electron's own
 * crash reporter is not started: what it writes only programs can read, and it holds memory, so pieces of photos.
 * @param isEnding whether processes go because the app does
 */
export function watchDeaths(reports: CrashReports, isEnding: () => boolean): void {
  process.on("uncaughtException", (error) => {
    const text = error.stack ?? error.message;
    log(`uncaught: ${text}`);
    reports.write("An error that nobody has caught, in the main process", text);
  });
  process.on("unhandledRejection", (reason) => {
    log(`unhandled: ${String(reason)}`);
    const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    reports.write("A promise that was broken and that nobody has heard of, in the main process", text);
  });
  app.on("render-process-gone", (_event, _contents, { reason, exitCode }) => {
    if (reason === "clean-exit" || isEnding()) return;
    reports.write(`The page is gone: ${reason}`, `Its process ended with code ${exitCode}.`);
  });
  app.on("child-process-gone", (_event, { type, reason, exitCode, name, serviceName }) => {
    if (reason === "clean-exit" || isEnding()) return;
    const what = `A process of Chromium's is gone: ${name ?? type}, ${reason}`;
    log(what);
    reports.write(what, `Kind: ${type}, service: ${serviceName ?? "none"}, code: ${exitCode}.`);
  });
}
