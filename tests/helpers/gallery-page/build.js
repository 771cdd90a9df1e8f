// Builds the gallery's page into a folder that Electron can open:
// node tests/helpers/gallery-page/build.js FOLDER && PHOTOS=… QUERY="photos=50000&cell=200" electron FOLDER
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = process.argv[2];
if (target === undefined) throw new Error("Expected the folder to build into");
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
writeFileSync(join(target, "package.json"), JSON.stringify({ name: "gallery", version: "0.0.0", main: "main.cjs" }));
