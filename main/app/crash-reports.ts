import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The latest ones are kept. */
const MOST_REPORTS = 20;

/** What a process left behind that ended as it should not. */
export interface Crash {
  /** Which process, and how it ended. */
  readonly what: string;
  /** What is known of the cause. */
  readonly detail: string;
  readonly versions: Readonly<Record<string, string>>;
  /** What was logged before. */
  readonly lines: readonly string[];
}

/**
 * Writes a readable report of a crash. It stays on this computer; where it cannot be written, nothing else is disturbed.
 * @returns its path
 */
export function writeCrashReport(folder: string, crash: Crash, now = new Date()): string | undefined {
  const stamp = now.toISOString().replaceAll(":", "-").replace(".", "-");
  const path = join(folder, `${stamp}.txt`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, reportText(crash, now));
    const names = readdirSync(folder)
      .filter((name) => name.endsWith(".txt"))
      .sort();
    for (const name of names.slice(0, -MOST_REPORTS)) rmSync(join(folder, name), { force: true });
    return path;
  } catch {
    return undefined;
  }
}

function reportText({ what, detail, versions, lines }: Crash, now: Date): string {
  const facts = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [what, now.toISOString(), facts.join(", "), "", detail, "", "What was logged before:", ...lines, ""].join(
    "\n",
  );
}
