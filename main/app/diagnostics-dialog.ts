import { readdirSync } from "node:fs";
import { clipboard, dialog, shell } from "electron";
import type { TFunction } from "i18next";
import { asSilvergrainError } from "../core/errors.ts";
import { engineFor } from "../engine/spawn.ts";
import { chooseModel, readCatalogue } from "../models/catalogue.ts";
import { threadPolicy } from "../system/threads.ts";
import { type DiagnosticFacts, diagnosticsText } from "./diagnostics.ts";
import { latestLines } from "./log.ts";
import type { AppPaths } from "./paths.ts";

/** Shows what this computer and the program are, to be copied by whoever asks for help. Nothing is sent. */
export async function showDiagnostics(
  paths: AppPaths,
  window: Electron.BrowserWindow | undefined,
  t: TFunction,
): Promise<void> {
  const text = diagnosticsText(await factsOf(paths));
  const buttons = [t("diagnosticsCopy"), t("diagnosticsLogs"), t("close")];
  const options = { type: "info" as const, message: t("diagnostics"), detail: text, buttons, cancelId: 2 };
  const asked = window === undefined ? dialog.showMessageBox(options) : dialog.showMessageBox(window, options);
  const { response } = await asked;
  if (response === 0) clipboard.writeText(text);
  if (response === 1) await shell.openPath(paths.logsDir);
}

async function factsOf(paths: AppPaths): Promise<DiagnosticFacts> {
  const { electron = "", chrome = "", node } = process.versions;
  return {
    versions: { Silvergrain: paths.version, Electron: electron, Chromium: chrome, "Node of the window": node },
    platform: `${process.platform} ${process.arch}`,
    ...(await devicesOf(paths)),
    folders: { Cache: paths.cacheDir, Logs: paths.logsDir, Models: paths.userModelsDir },
    reports: reportsIn(paths.reportsDir),
    lines: latestLines(),
  };
}

/** By an engine of its own, so that no batch waits for it. */
async function devicesOf(paths: AppPaths): Promise<Pick<DiagnosticFacts, "device" | "refusals">> {
  const engine = engineFor(paths);
  try {
    const catalogue = readCatalogue(paths.modelsDir, paths.userModelsDir);
    const facts = chooseModel(catalogue, catalogue.realism.from, undefined);
    const { threads, allowSpinning } = threadPolicy("desktop");
    const { device, refusals } = await engine.describeDevice(facts, "auto", threads, allowSpinning);
    return { device, refusals };
  } catch (error) {
    return { device: asSilvergrainError(error).message, refusals: [] };
  } finally {
    engine.close();
  }
}

function reportsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".txt"));
  } catch {
    return [];
  }
}
