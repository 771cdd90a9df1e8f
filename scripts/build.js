// Bundles the command line, the engine process, the app and the benches into dist/, and remembers what they were made from.
import { copyFileSync, existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { STAMP, sourcesStamp } from "./stamp.js";

const PRODUCTION = { "process.env.NODE_ENV": '"production"' };

const root = fileURLToPath(new URL("..", import.meta.url));

/** In dist/: the folders of the packages that are inside the bundles. */
export const BUNDLED = ".bundled.json";

/** Builds everything. Throws with esbuild's message where a source does not compile. */
export async function buildAll() {
  const stamp = sourcesStamp(root);
  // Made aside and moved, so that there is no build for a moment only, and never half of one.
  const part = `dist.${process.pid}.part`;
  const shared = {
    absWorkingDir: root,
    bundle: true,
    sourcemap: true,
    logLevel: "error",
    define: PRODUCTION,
    metafile: true,
  };
  const bundles = await Promise.all([
    build({
      ...shared,
      entryPoints: {
        cli: "main/cli/main.ts",
        engine: "main/engine/entry.ts",
        bench: "bench/main.ts",
        "bare-loop": "bench/bare-loop.ts",
        "bench-gallery": "bench/gallery.ts",
        "bench-inspector": "bench/inspector.ts",
        "tests/crash": "tests/crash/main.ts",
        // For scripts/assemble-electron.js.
        "setup/download": "main/models/download.ts",
        "setup/npm-options": "main/models/npm-options.ts",
      },
      outdir: part,
      packages: "external",
      // It knows where it lies.
      external: ["../scripts/electron.js"],
      platform: "node",
      format: "esm",
      target: "node20.19",
      banner: { js: "#!/usr/bin/env node" },
    }),
    build({
      ...shared,
      entryPoints: { app: "main/app/main.ts" },
      outdir: part,
      // With all that it needs, so that a packed app's main process runs from the archive alone, whose integrity is checked.
      external: ["electron", "libsql"],
      // For packages that are CommonJS.
      banner: {
        js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
      },
      platform: "node",
      format: "esm",
      // Electron 33 is the oldest that we run on.
      target: "node20.18",
    }),
    build({
      ...shared,
      entryPoints: { preload: "preload/preload.ts" },
      outdir: part,
      // A sandboxed preload is one script, and may require nothing but Electron.
      outExtension: { ".js": ".cjs" },
      external: ["electron"],
      platform: "node",
      format: "cjs",
      target: "chrome130",
      minify: true,
    }),
    build({
      ...shared,
      entryPoints: { page: "renderer/main.tsx" },
      outdir: join(part, "page"),
      assetNames: "fonts/[name]-[hash]",
      platform: "browser",
      format: "esm",
      target: "chrome130",
      jsx: "automatic",
      minify: true,
      loader: { ".woff2": "file" },
    }),
    // Goes into every exported page, whole.
    build({
      ...shared,
      sourcemap: false,
      entryPoints: { page: "renderer/export-page/page.ts", style: "renderer/export-page/page.css" },
      entryNames: "page",
      outdir: join(part, "export-page"),
      platform: "browser",
      format: "iife",
      target: "chrome110",
      minify: true,
      charset: "utf8",
    }),
  ]);
  writeFileSync(join(root, part, BUNDLED), JSON.stringify(packagesIn(bundles.map(({ metafile }) => metafile))));
  copyFileSync(join(root, "renderer", "index.html"), join(root, part, "page", "index.html"));
  writeFileSync(join(root, part, STAMP), stamp);
  const old = join(root, `dist.${process.pid}.old`);
  if (existsSync(join(root, "dist"))) renameSync(join(root, "dist"), old);
  renameSync(join(root, part), join(root, "dist"));
  rmSync(old, { recursive: true, force: true });
}

/** The folders of packages that bundles are made of. */
function packagesIn(metafiles) {
  const inputs = metafiles.flatMap(({ outputs }) => Object.values(outputs).flatMap((each) => Object.keys(each.inputs)));
  const folders = inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []);
  return [...new Set(folders)].sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll();
