// Tells whether dist/ was built from the sources as they are.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const STAMP = ".stamp";
const SOURCES = [
  "main",
  "preload",
  "renderer",
  "assets/locales",
  "bench",
  "tests/crash",
  "tests/helpers",
  "scripts/build.js",
  "package-lock.json",
];

/** A hash over every file that the build reads. */
export function sourcesStamp(root) {
  const hash = createHash("sha256");
  for (const source of SOURCES) {
    for (const file of filesOf(join(root, source))) {
      hash.update(file.slice(root.length));
      hash.update(readFileSync(file));
    }
  }
  return hash.digest("hex");
}

/** Whether the build is there and of today's sources. */
export function isFresh(root) {
  const path = join(root, "dist", STAMP);
  return existsSync(path) && readFileSync(path, "utf8") === sourcesStamp(root);
}

function filesOf(path) {
  if (!existsSync(path)) return [];
  const entries = (() => {
    try {
      return readdirSync(path, { withFileTypes: true });
    } catch (error) {
      if (error.code === "ENOTDIR") return undefined;
      throw error;
    }
  })();
  if (entries === undefined) return [path];
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((entry) => filesOf(join(path, entry.name)));
}
