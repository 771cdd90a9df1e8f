import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Locations, locate } from "../system/locations.ts";

/** Where the app's own files and what it keeps are. */
export interface AppPaths extends Locations {
  /** The built page. */
  readonly pageDir: string;
  readonly assetsDir: string;
  /** The window's icon. */
  readonly icon: string;
  readonly preload: string;
  readonly libraryFile: string;
  readonly queueFile: string;
  readonly settingsFile: string;
  readonly thumbnailsDir: string;
  readonly pyramidsDir: string;
  readonly dataDir: string;
  readonly logsDir: string;
  readonly reportsDir: string;
}

/** The program's folder, seen from the built dist/app.js. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** @param userData folder for what the app keeps; SILVERGRAIN_DATA_DIR moves it */
export function appPaths(userData: string, environment: NodeJS.ProcessEnv): AppPaths {
  const own = locate(ROOT, environment);
  const moved = environment.SILVERGRAIN_DATA_DIR;
  const data = moved === undefined || moved === "" ? userData : moved;
  return {
    ...own,
    pageDir: join(ROOT, "dist", "page"),
    assetsDir: join(ROOT, "assets"),
    icon: join(ROOT, "assets", "icons", "256x256.png"),
    preload: join(ROOT, "dist", "preload.cjs"),
    libraryFile: join(data, "library.db"),
    queueFile: join(data, "queue.db"),
    settingsFile: join(data, "settings.json"),
    thumbnailsDir: join(own.cacheDir, "thumbnails"),
    pyramidsDir: join(own.cacheDir, "pyramids"),
    dataDir: data,
    logsDir: join(data, "logs"),
    reportsDir: join(data, "reports"),
  };
}
