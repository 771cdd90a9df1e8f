// @ts-check
// electron-builder calls this when everything is in its place, before the fuses are set.
import { rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Takes away what an Electron for development brings along: its own default app, and the loader of an assembled one.
 * @param {{ appOutDir: string, packager: { getResourcesDir(folder: string): string } }} context
 */
export default async function afterPack({ appOutDir, packager }) {
  const resources = packager.getResourcesDir(appOutDir);
  for (const own of ["app", "default_app.asar"]) rmSync(join(resources, own), { recursive: true, force: true });
  rmSync(join(appOutDir, "version"), { force: true });
}
