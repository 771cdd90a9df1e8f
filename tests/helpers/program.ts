import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { onTestFinished } from "vitest";
import { ROOT } from "./models.ts";

const FOLDER = join(ROOT, "build", "programs");
let made = 0;

/**
 * A program that plain Node runs in a process of its own, made of a TypeScript text whose imports are relative to the
 * checkout ("./main/system/…") or packages. Deleted when the test ends.
 * @returns the path of the bundle; it lies in the checkout, so that packages are found
 */
export function program(source: string): string {
  const outfile = join(FOLDER, `${process.pid}-${made++}.mjs`);
  const { outputFiles } = buildSync({
    stdin: { contents: source, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
  });
  mkdirSync(FOLDER, { recursive: true });
  for (const { contents } of outputFiles) writeFileSync(outfile, contents);
  onTestFinished(() => rmSync(outfile, { force: true }));
  return outfile;
}
