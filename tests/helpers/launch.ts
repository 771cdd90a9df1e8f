import { _electron, type ElectronApplication, errors } from "playwright";

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
