// Builds the app's page with an inspector of made-up photos into a folder that Electron can open:
// node tests/helpers/inspector-page/build.js FOLDER && PHOTOS=… QUERY="state=done&theme=light" electron FOLDER
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

/**
 * Builds the page.
 * @param {string} target the folder to build into
 */
export async function buildPage(target) {
  await build({
    absWorkingDir: here,
    entryPoints: ["page.ts"],
    outdir: target,
    bundle: true,
    format: "esm",
    target: "chrome130",
    jsx: "automatic",
    loader: { ".woff2": "file" },
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  });
  for (const file of ["index.html", "main.cjs"]) copyFileSync(join(here, file), join(target, file));
  writeFileSync(
    join(target, "package.json"),
    JSON.stringify({ name: "inspector", version: "0.0.0", main: "main.cjs" }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = process.argv[2];
  if (target === undefined) throw new Error("Expected the folder to build into");
  await buildPage(target);
}
