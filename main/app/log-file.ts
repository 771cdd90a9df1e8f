import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync } from "node:fs";
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
const TAIL_BYTES = 128 * 1024;

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
    let lines: readonly string[] = [];
    for (let age = 0; age < this.files && lines.length < most; age++) {
      lines = [...lastLines(this.pathOf(age)).slice(lines.length - most), ...lines];
    }
    return lines;
  }

  private get files(): number {
    return this.limits.files ?? FILES;
  }

  private pathOf(age: number): string {
    return join(this.folder, age === 0 ? "silvergrain.log" : `silvergrain.${age}.log`);
  }

  private rotate(): void {
    try {
      for (let age = this.files - 2; age >= 0; age--) {
        if (existsSync(this.pathOf(age))) renameSync(this.pathOf(age), this.pathOf(age + 1));
      }
    } catch {
      // Held open by another program, or on a disk that is full: it grows until it can be moved.
    }
  }
}

/** Of the end of a file, which is enough for some hundred lines. */
function lastLines(path: string): readonly string[] {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const { size } = fstatSync(file);
    const from = Math.max(0, size - TAIL_BYTES);
    const bytes = Buffer.alloc(size - from);
    const count = readSync(file, bytes, 0, bytes.length, from);
    const lines = bytes.toString("utf8", 0, count).split(/\r?\n/);
    // The first one may be cut.
    return lines.slice(from === 0 ? 0 : 1).filter((line) => line !== "");
  } catch {
    return [];
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
