import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import electronUpdater from "electron-updater";
import type { InstallOptions } from "electron-updater/out/BaseUpdater.js";

/**
 * electron-updater takes the old AppImage away, and then moves the new one there from the cache, which may be another disk:
 * where the AppImage's own is full, nothing would be left. Here the new one lies beside the old one first.
 */
export class AppImageUpdater extends electronUpdater.AppImageUpdater {
  private beside: string | undefined;

  protected override get installerPath(): string | null {
    return this.beside ?? super.installerPath;
  }

  protected override doInstall(options: InstallOptions): boolean {
    const { installerPath } = this;
    const { APPIMAGE: file } = process.env;
    if (installerPath === null || file === undefined) return super.doInstall(options);
    const folder = mkdtempSync(join(dirname(file), ".silvergrain-"));
    try {
      // Under its own name, which the new AppImage gets where the old one's has a version in it.
      const beside = join(folder, basename(installerPath));
      copyFileSync(installerPath, beside);
      this.beside = beside;
      const isIn = super.doInstall(options);
      if (isIn) rmSync(installerPath, { force: true });
      return isIn;
    } finally {
      this.beside = undefined;
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
