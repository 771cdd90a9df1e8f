import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import electronLog from "electron-log/node";

/** How much is kept. */
export interface LogLimits {
  /** A file that has grown larger is set aside. */
  readonly maxBytes?: number;
  /** The one that is written to among them. */
  readonly files?: number;
}

export type LogLevel = "error" | "warn" | "info";

const MAX_BYTES = 2e6;
const FILES = 5;

/**
 * The log on the disk: silvergrain.log, and older ones as silvergrain.1.log and so on, of which the last one goes. It may
 * name photos, so that their owner can find them; what is handed on is cleaned first, see `scrub`.
 */
export class LogFile {
  private readonly logger: ReturnType<typeof electronLog.create>;

  constructor(
    readonly folder: string,
    private readonly limits: LogLimits = {},
  ) {
    // The one for Node: it opens no channel to the page, as the one for Electron does.
    this.logger = electronLog.create({ logId: folder });
    const { console: terminal, file } = this.logger.transports;
    terminal.level = false;
    file.resolvePathFn = () => this.pathOf(0);
    file.maxSize = limits.maxBytes ?? MAX_BYTES;
    file.archiveLogFn = () => this.rotate();
    // The logger's own pattern is in local time without a zone, which nobody elsewhere can read.
    file.format = ({ message, data }) => [`${message.date.toISOString()} ${message.level} ${data.join(" ")}`];
  }

  write(level: LogLevel, text: string): void {
    this.logger[level](text);
  }

  /** The latest lines, the last one last. */
  tail(most: number): readonly string[] {
    const lines: string[] = [];
    for (let age = 0; age < this.files && lines.length < most; age++) {
      lines.unshift(...linesOf(this.pathOf(age)));
    }
    return lines.slice(-most);
  }

  private get files(): number {
    return this.limits.files ?? FILES;
  }

  private pathOf(age: number): string {
    return join(this.folder, age === 0 ? "silvergrain.log" : `silvergrain.${age}.log`);
  }

  private rotate(): void {
    try {
      rmSync(this.pathOf(this.files - 1), { force: true });
      for (let age = this.files - 2; age >= 0; age--) {
        if (existsSync(this.pathOf(age))) renameSync(this.pathOf(age), this.pathOf(age + 1));
      }
    } catch {
      // Held open by another program, or on a disk that is full: it grows until it can be moved.
    }
  }
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8")
      .split(/\r?\n/)
      .filter((line) => line !== "");
  } catch {
    return [];
  }
}
