// Builds the gallery's page into a folder. node tests/helpers/gallery-page/build.js FOLDER
import { copyFileSync } from "node:fs";
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
copyFileSync(join(here, "index.html"), join(target, "index.html"));
