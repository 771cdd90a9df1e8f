import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import envPaths from "env-paths";
import { z } from "zod";

/** Where the program's own files are. */
export interface Locations {
  readonly modelsDir: string;
  readonly engineEntry: string;
  /** The built script and style of exported pages. */
  readonly exportPageDir: string;
  readonly cacheDir: string;
  /** Where models are that the user added. */
  readonly userModelsDir: string;
  readonly version: string;
  /** The Node that comes with a packed program; `undefined` where the program runs from its sources. */
  readonly shippedNode: string | undefined;
}

/** What electron-builder calls an app's archive, and the folder beside it for files that must be real ones. */
const ARCHIVE = "app.asar";
const UNPACKED = `${ARCHIVE}.unpacked`;

/**
 * A packed program's models and Node lie beside its archive, in the resources' folder. Only Electron reads archives, so
 * that whatever a Node runs lies outside of it.
 * @param root the program's folder: the one with package.json, models and dist, or a packed program's archive
 * @param environment SILVERGRAIN_CACHE_DIR moves the cache, SILVERGRAIN_DATA_DIR what the user keeps
 */
export function locate(root: string, environment: NodeJS.ProcessEnv): Locations {
  const files = basename(root) === ARCHIVE ? join(dirname(root), UNPACKED) : root;
  const resources = basename(files) === UNPACKED ? dirname(files) : undefined;
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(files, "package.json"), "utf8")));
  const paths = envPaths("silvergrain", { suffix: "" });
  return {
    modelsDir: join(resources ?? files, "models"),
    engineEntry: join(files, "dist", "engine.js"),
    // Read by the command line too, which runs outside of the archive.
    exportPageDir: join(files, "dist", "export-page"),
    cacheDir: orElse(environment.SILVERGRAIN_CACHE_DIR, paths.cache),
    userModelsDir: join(orElse(environment.SILVERGRAIN_DATA_DIR, paths.data), "models"),
    version,
    shippedNode: resources && join(resources, "node", process.platform === "win32" ? "node.exe" : "node"),
  };
}

/** An empty variable counts as none: it would mean the working directory. */
function orElse(value: string | undefined, otherwise: string): string {
  return value === undefined || value === "" ? otherwise : value;
}
