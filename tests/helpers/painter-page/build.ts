import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Builds the painter's page into a folder that Electron can open. */
export async function buildPainterPage(target: string): Promise<void> {
  await build({
    absWorkingDir: here,
    entryPoints: ["page.ts"],
    outdir: target,
    bundle: true,
    format: "esm",
    target: "chrome130",
    logLevel: "warning",
  });
  for (const file of ["index.html", "main.cjs"]) copyFileSync(join(here, file), join(target, file));
  writeFileSync(join(target, "package.json"), JSON.stringify({ name: "painter", version: "0.0.0", main: "main.cjs" }));
}
