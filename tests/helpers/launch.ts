import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { _electron, type ElectronApplication, errors } from "playwright";
import { electronEnvironment } from "../../scripts/electron.js";

/** The environment of an app that keeps everything below a folder, which is made ready for it. */
export function environmentIn(home: string): Record<string, string> {
  const folders = {
    XDG_CONFIG_HOME: join(home, "config"),
    SILVERGRAIN_DATA_DIR: join(home, "data"),
    SILVERGRAIN_CACHE_DIR: join(home, "cache"),
  };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  // Chromium reads the names of dropped files by the locale; this one is on every machine.
  return { ...(electronEnvironment() as Record<string, string>), ...folders, LC_ALL: "C.UTF-8" };
}

const LAUNCH_MS = 25_000;
const TRIES = 3;

/**
 * Starts Electron, once more where it does not come up. On a busy machine one start in some twenty stands still when a
 * debugger is attached to it meanwhile, as Playwright does; without one, sixty of sixty came up under the same load.
 */
export async function launchElectron(options: Parameters<typeof _electron.launch>[0]): Promise<ElectronApplication> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await _electron.launch({ ...options, timeout: LAUNCH_MS });
    } catch (error) {
      if (left === 0 || !(error instanceof errors.TimeoutError)) throw error;
    }
  }
}
