import { join } from "node:path";
import { app, dialog } from "electron";
import { asSilvergrainError } from "../core/errors.ts";
import { hardenContents, hardenProcess } from "./harden.ts";
import { log } from "./log.ts";
import { registerSchemes } from "./page-protocol.ts";
import { appPaths } from "./paths.ts";
import { Records } from "./records.ts";
import { Running } from "./running.ts";
import { pathsAmong, pathsFrom, toFirst } from "./start-paths.ts";
import { failureIn, languageFor } from "./translate.ts";
import { watchDeaths } from "./watch-deaths.ts";

hardenProcess();
registerSchemes();
// Who keeps his data elsewhere has an app of his own: the lock of a single instance lies there too.
const { SILVERGRAIN_DATA_DIR = "" } = process.env;
if (SILVERGRAIN_DATA_DIR !== "") app.setPath("userData", join(SILVERGRAIN_DATA_DIR, "electron"));
const given = pathsAmong(process.argv, app.isPackaged, process.cwd());
if (app.requestSingleInstanceLock(toFirst(given))) begin();
// The first one has the paths.
else app.quit();

function begin(): void {
  const paths = appPaths(app.getPath("userData"), process.env);
  const records = new Records(paths);
  let running: Running | undefined;
  const early: string[] = [...given];
  const take = (paths: readonly string[]) => {
    if (running === undefined) early.push(...paths);
    else running.add(paths);
  };
  app.on("web-contents-created", (_event, contents) => hardenContents(contents));
  app.on("open-file", (event, path) => {
    event.preventDefault();
    take([path]);
  });
  app.on("second-instance", (_event, _argv, _folder, data) => {
    take(pathsFrom(data));
    running?.show();
  });
  app.on("window-all-closed", () => app.quit());
  let closing: "no" | "yes" | "done" = "no";
  app.on("before-quit", (event) => {
    if (closing === "done" || running === undefined) return;
    // Quitting once more, or closing the window meanwhile, is the same wish.
    event.preventDefault();
    if (closing === "yes") return;
    closing = "yes";
    running
      .close()
      .catch((error: unknown) => log(asSilvergrainError(error).message))
      .finally(() => {
        closing = "done";
        if (running?.putIn() !== true) app.quit();
      });
  });
  watchDeaths(records.reports, () => closing !== "no");
  app.on("quit", () => records.end());
  // An ES module must not wait for this at its top level: the app is ready only when the module is done.
  void app.whenReady().then(async () => {
    try {
      running = await Running.open(paths, records);
      running.add(early);
    } catch (error) {
      const failure = asSilvergrainError(error);
      log(failure.message);
      records.reports.write("The app could not be opened", String(failure.cause ?? failure.message));
      dialog.showErrorBox("Silvergrain", failureIn(languageFor(app.getLocale()), failure));
      app.exit(1);
    }
  });
}
