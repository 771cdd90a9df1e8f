// The app inside an assembled Electron: starts the app whose folder is the first plain argument, as the stock
// Electron's own default app does. It is an ES module that awaits the app, because Electron holds its "ready" event
// back until an entry module is done, and an app has things to say before that (a scheme's privileges, for one).
import { readFileSync } from "node:fs";
import Module from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { app } from "electron";

const named = process.argv.slice(1).find((argument) => !argument.startsWith("-"));
if (named === undefined) {
  console.error("Expected the folder of an app: electron [SWITCH…] FOLDER [ARGUMENT…]");
  process.exit(2);
}
const folder = resolve(named);
const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
app.setName(manifest.productName ?? manifest.name);
app.setVersion(manifest.version ?? "0.0.0");
app.setAppPath(folder);
app.setPath("userData", join(app.getPath("appData"), app.getName()));

const entry = join(folder, manifest.main ?? "index.js");
if (entry.endsWith(".mjs") || (manifest.type === "module" && !entry.endsWith(".cjs"))) {
  await import(pathToFileURL(entry).href);
} else {
  // As its main module, which `require` could not make it.
  Module._load(entry, null, true);
}
