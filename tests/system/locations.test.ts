import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { locate } from "../../main/system/locations.ts";
import { tempDir } from "../helpers/temp.ts";

const environment = { SILVERGRAIN_CACHE_DIR: "/cache", SILVERGRAIN_DATA_DIR: "/data" };

function programIn(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ version: "1.2.3" }));
  return folder;
}

test("in a checkout everything lies in its folder, and there is no Node of its own", () => {
  const root = programIn(join(tempDir(), "silvergrain"));
  expect(locate(root, environment)).toEqual({
    modelsDir: join(root, "models"),
    engineEntry: join(root, "dist", "engine.js"),
    exportPageDir: join(root, "dist", "export-page"),
    cacheDir: "/cache",
    userModelsDir: join("/data", "models"),
    version: "1.2.3",
    shippedNode: undefined,
  });
});

test("packed, models and Node lie beside the archive, and what a Node runs outside of it: for the window and the command line", () => {
  const resources = tempDir();
  const unpacked = programIn(join(resources, "app.asar.unpacked"));
  const found = locate(unpacked, environment);
  expect(found).toMatchObject({
    modelsDir: join(resources, "models"),
    engineEntry: join(unpacked, "dist", "engine.js"),
    shippedNode: join(resources, "node", process.platform === "win32" ? "node.exe" : "node"),
  });
  // As a file: address gives it, with a slash at its end.
  expect(locate(`${join(resources, "app.asar")}/`, environment)).toEqual(found);
});
