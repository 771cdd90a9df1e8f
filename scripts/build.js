// Bundles the command line, the engine process and the benches into dist/, and remembers what they were made from.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { STAMP, sourcesStamp } from "./stamp.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Builds everything. Throws with esbuild's message where a source does not compile. */
export async function buildAll() {
  const stamp = sourcesStamp(root);
  rmSync(join(root, "dist"), { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: { cli: "main/cli/main.ts", engine: "main/engine/entry.ts", bench: "bench/main.ts" },
    outdir: "dist",
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20.19",
    sourcemap: true,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  writeFileSync(join(root, STAMP), stamp);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll();
