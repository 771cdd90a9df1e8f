import { homedir, release, type } from "node:os";
import { CrashReports } from "./crash-reports.ts";
import { keepLog, note } from "./log.ts";
import type { LogFile } from "./log-file.ts";
import type { AppPaths } from "./paths.ts";
import { scrub } from "./scrub.ts";

/** What the app writes down of itself: on this machine, and sent nowhere. */
export class Records {
  readonly log: LogFile;
  readonly reports: CrashReports;
  /** Whose names are left out of what may be handed on; known once the library is open. */
  privateFolders: () => readonly string[] = () => [];
  private lastFolders: readonly string[] = [];

  constructor(paths: Pick<AppPaths, "logsDir" | "reportsDir" | "version">) {
    this.log = keepLog(paths.logsDir);
    this.reports = new CrashReports({
      folder: paths.reportsDir,
      versions: () => [...appVersions(paths.version), ["System", systemName()]],
      tail: (most) => this.log.tail(most),
      scrub: (text) => this.scrub(text),
    });
    this.reports.begin();
    note(`Silvergrain ${paths.version} begins on ${systemName()}, process ${process.pid}`);
  }

  /** Takes out of a text what is private. */
  scrub(text: string): string {
    try {
      this.lastFolders = this.privateFolders();
    } catch {
      // The library is closed already: they are what they were.
    }
    return scrub(text, { home: homedir(), folders: this.lastFolders });
  }

  /** To be called last of all. */
  end(): void {
    note("Silvergrain ends");
    this.reports.end();
  }
}

/** What this process consists of. */
export function appVersions(version: string): readonly (readonly [name: string, version: string])[] {
  const { electron, chrome, node } = process.versions;
  return [
    ["Silvergrain", version],
    ["Electron", electron ?? "none"],
    ["Chromium", chrome ?? "none"],
    ["Node", node],
  ];
}

export function systemName(): string {
  return `${type()} ${release()} ${process.arch}`;
}
