import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { electronArgs, electronEnvironment, findElectron } from "../../scripts/electron.js";
import { launchElectron } from "../helpers/launch.ts";
import { tempDir } from "../helpers/temp.ts";

/** An ES module that needs what only the time before "ready" allows. */
const APP = `
import { app, BrowserWindow, protocol } from "electron";
globalThis.facts = { wasReady: app.isReady(), name: app.getName(), version: app.getVersion(), argv: process.argv };
protocol.registerSchemesAsPrivileged([{ scheme: "photo", privileges: { standard: true, secure: true } }]);
// Not awaited: "ready" waits for this module, and each would wait for the other.
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 400, height: 300 });
  window.loadURL("data:text/html,<title>Runtime</title><h1>It runs</h1>");
});
`;

function trivialApp(): string {
  const folder = join(tempDir(), "app");
  mkdirSync(folder);
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "trivial", version: "1.2.3", type: "module", main: "app.js" }),
  );
  writeFileSync(join(folder, "app.js"), APP);
  return folder;
}

test("an Electron that Playwright drives opens a window of an ES module app", async () => {
  const { path } = await findElectron();
  const folder = trivialApp();
  const home = tempDir();
  const app = await launchElectron({
    executablePath: path,
    args: electronArgs(["a path.jpg"], { app: folder }),
    env: { ...electronEnvironment(), XDG_CONFIG_HOME: home },
  });
  onTestFinished(() => app.close());
  const page = await app.firstWindow();
  await page.waitForLoadState();
  expect(await page.title()).toBe("Runtime");
  expect(await page.locator("h1").innerText()).toBe("It runs");

  const seen = await app.evaluate(() => ({
    electron: process.versions.electron ?? "",
    node: process.env.SILVERGRAIN_NODE,
    facts: (globalThis as unknown as { facts: Record<string, unknown> }).facts,
  }));
  expect(Number(seen.electron.split(".")[0])).toBeGreaterThanOrEqual(33);
  expect(seen.node).toBe(process.env.npm_node_execpath ?? process.execPath);
  expect(seen.facts).toMatchObject({ wasReady: false, name: "trivial", version: "1.2.3" });
  expect(seen.facts.argv).toContain("a path.jpg");
});
