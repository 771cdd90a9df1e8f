import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./models.ts";

const SCRIPT = join(ROOT, "node_modules", "exiftool-vendored.pl", "bin", "exiftool");

/** Runs exiftool, an independent reader and writer of metadata. Needs perl. */
export function exiftool(...args: readonly string[]): string {
  return execFileSync("perl", [SCRIPT, ...args], { encoding: "utf8" });
}

/** A file's tags by "Group:Name", numbers as numbers. */
export function tagsOf(path: string): Readonly<Record<string, unknown>> {
  const [tags] = JSON.parse(exiftool("-j", "-G1", "-n", path)) as readonly Record<string, unknown>[];
  return tags ?? {};
}
