// Bundles the command line, the engine process and the benches into dist/, and remembers what they were made from.
import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { STAMP, sourcesStamp } from "./stamp.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Builds everything. Throws with esbuild's message where a source does not compile. */
export async function buildAll() {
  const stamp = sourcesStamp(root);
  // Made aside and moved, so that there is no build for a moment only, and never half of one.
  const part = `dist.${process.pid}.part`;
  await build({
    absWorkingDir: root,
    entryPoints: {
      cli: "main/cli/main.ts",
      engine: "main/engine/entry.ts",
      bench: "bench/main.ts",
      "bare-loop": "bench/bare-loop.ts",
      "tests/crash": "tests/crash/main.ts",
      // For scripts/assemble-electron.js.
      "setup/download": "main/models/download.ts",
      "setup/npm-options": "main/models/npm-options.ts",
    },
    outdir: part,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20.19",
    sourcemap: true,
    logLevel: "error",
    banner: { js: "#!/usr/bin/env node" },
    define: { "process.env.NODE_ENV": '"production"' },
  });
  writeFileSync(join(root, part, STAMP), stamp);
  const old = join(root, `dist.${process.pid}.old`);
  if (existsSync(join(root, "dist"))) renameSync(join(root, "dist"), old);
  renameSync(join(root, part), join(root, "dist"));
  rmSync(old, { recursive: true, force: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll();
