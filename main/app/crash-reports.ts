import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../system/atomic-file.ts";

/** What reports are made of. */
export interface CrashReportParts {
  /** Absolute path of the folder for them; whatever else lies in it is left alone. */
  readonly folder: string;
  /** Names and versions of the programs that the app consists of. */
  readonly versions: () => readonly (readonly [name: string, version: string])[];
  /** The latest lines of the log. */
  readonly tail: (most: number) => readonly string[];
  /** Takes out what is private: people hand reports on. */
  readonly scrub: (text: string) => string;
  readonly now?: () => Date;
}

/** A report that was left. */
export interface CrashReport {
  /** File name. */
  readonly name: string;
  readonly whenMs: number;
  readonly what: string;
}

const LOG_LINES = 50;
const MOST_REPORTS = 20;
/** What an engine's libraries said last comes a little after its end. */
const LAST_WORDS_MS = 200;
/** What goes wrong again and again must not keep the disk busy; the log has every time. */
const ONCE_IN_MS = 1000;
const NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z\.txt$/;
const MARK = "open.json";

/** One readable file for every process that has ended as it should not. They stay on this machine. */
export class CrashReports {
  private waiting: readonly { readonly timer: NodeJS.Timeout; readonly write: () => void }[] = [];

  private last: { readonly what: string; readonly ms: number } | undefined;

  constructor(private readonly parts: CrashReportParts) {}

  /**
   * Marks the app as open. A mark that is there already was left by one that has not been closed: that is reported, for
   * whatever kills this process kills its report too.
   */
  begin(): void {
    const { folder, now = () => new Date() } = this.parts;
    const left = existsSync(this.mark) ? startOf(this.mark) : undefined;
    if (left !== undefined) {
      this.write(
        "Silvergrain was not closed the last time",
        `It was opened at ${left}. Then it crashed, was killed, or the computer went off. What follows is what it said last.`,
      );
    }
    this.attempt(() => {
      mkdirSync(folder, { recursive: true });
      writeFileAtomically(this.mark, `${JSON.stringify({ opened: now().toISOString() })}\n`);
    });
  }

  /** Writes what still waits, and takes the mark off. */
  end(): void {
    for (const { timer, write } of this.waiting) {
      clearTimeout(timer);
      write();
    }
    this.waiting = [];
    this.attempt(() => rmSync(this.mark, { force: true }));
  }

  /** Leaves a report. @param what has happened, in a sentence @param detail all that is known of it */
  write(what: string, detail: string): void {
    const { folder, versions, tail, scrub, now = () => new Date() } = this.parts;
    const when = now();
    if (what === this.last?.what && when.getTime() - this.last.ms < ONCE_IN_MS) return;
    this.last = { what, ms: when.getTime() };
    const textOf = () =>
      [
        "Silvergrain has left this report because something ended as it should not.",
        "It is on this machine only. Names of photos are left out.",
        "",
        `When: ${when.toISOString()}`,
        `What: ${oneLine(what)}`,
        ...versions().map(([name, version]) => `${name}: ${version}`),
        "",
        detail,
        "",
        `The last ${LOG_LINES} lines of the log:`,
        ...tail(LOG_LINES),
        "",
      ].join("\n");
    // All of it: an error that is thrown while one is reported would end the app.
    this.attempt(() => {
      mkdirSync(folder, { recursive: true });
      writeFileAtomically(join(folder, this.nameFor(when)), scrub(textOf()));
      for (const { name } of this.list().slice(MOST_REPORTS)) rmSync(join(folder, name), { force: true });
    });
  }

  /** Leaves a report in a moment, when its last words have come. */
  writeSoon(what: string, detail: string): void {
    const write = () => this.write(what, detail);
    const timer = setTimeout(() => {
      this.waiting = this.waiting.filter((each) => each.timer !== timer);
      write();
    }, LAST_WORDS_MS);
    this.waiting = [...this.waiting, { timer, write }];
  }

  /** Those that are there, the latest first. */
  list(): readonly CrashReport[] {
    const { folder } = this.parts;
    try {
      return readdirSync(folder)
        .filter((name) => NAME.test(name))
        .sort()
        .reverse()
        .map((name) => ({ name, whenMs: timeOf(name), what: whatOf(join(folder, name)) }));
    } catch {
      return [];
    }
  }

  private get mark(): string {
    return join(this.parts.folder, MARK);
  }

  /** Two in one millisecond are two files. */
  private nameFor(when: Date): string {
    for (let ms = when.getTime(); ; ms++) {
      const name = `${new Date(ms).toISOString().replaceAll(/[:.]/g, "-")}.txt`;
      if (!existsSync(join(this.parts.folder, name))) return name;
    }
  }

  /** What cannot be written must not be the next thing that goes wrong. */
  private attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      process.stderr.write(`silvergrain: no report could be left: ${String(error)}\n`);
    }
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

function timeOf(name: string): number {
  return Date.parse(name.replace(/T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z\.txt$/, "T$1:$2:$3.$4Z"));
}

function whatOf(path: string): string {
  try {
    return /^What: (.*)$/m.exec(readFileSync(path, "utf8"))?.[1] ?? "";
  } catch {
    return "";
  }
}

function startOf(mark: string): string {
  try {
    return String(JSON.parse(readFileSync(mark, "utf8")).opened);
  } catch {
    return "an unknown time";
  }
}
