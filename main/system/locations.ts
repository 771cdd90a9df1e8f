import { readFileSync } from "node:fs";
import { join } from "node:path";
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
}

/**
 * @param root the program's folder: the one with package.json, models and dist
 * @param environment SILVERGRAIN_CACHE_DIR moves the cache, SILVERGRAIN_DATA_DIR what the user keeps
 */
export function locate(root: string, environment: NodeJS.ProcessEnv): Locations {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  const paths = envPaths("silvergrain", { suffix: "" });
  return {
    modelsDir: join(root, "models"),
    engineEntry: join(root, "dist", "engine.js"),
    exportPageDir: join(root, "dist", "export-page"),
    cacheDir: orElse(environment.SILVERGRAIN_CACHE_DIR, paths.cache),
    userModelsDir: join(orElse(environment.SILVERGRAIN_DATA_DIR, paths.data), "models"),
    version,
  };
}

/** An empty variable counts as none: it would mean the working directory. */
function orElse(value: string | undefined, otherwise: string): string {
  return value === undefined || value === "" ? otherwise : value;
}
