import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "./helpers/models.ts";

/** Which parts of the program a part may import from, beside itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  preload: [],
  "main/core": ["preload"],
  "main/system": ["main/core"],
  "main/engine": ["main/core", "main/system"],
  "main/models": ["main/core", "main/system"],
  "main/library": ["main/core", "main/system"],
  "main/queue": ["main/core", "main/system"],
  "main/export": ["main/core", "main/system"],
  "main/app": [
    "main/core",
    "main/system",
    "main/engine",
    "main/models",
    "main/library",
    "main/queue",
    "main/export",
    "preload",
  ],
  "main/cli": ["main/core", "main/system", "main/engine", "main/models", "main/library", "main/queue", "main/export"],
  renderer: ["preload"],
};

/** The only files that may import these packages. */
const OWNERS: Readonly<Record<string, RegExp>> = {
  electron: /^(main\/app\/|preload\/preload\.ts$)/,
  sharp: /^main\/engine\/codec\.ts$/,
  "onnxruntime-node": /^main\/engine\/session\.ts$/,
  libsql: /^main\/system\/(books|sql)\.ts$/,
  pacote: /^main\/models\/download\.ts$/,
  fontkit: /^main\/engine\/(typeface|captions)\.ts$/,
  "woff2-encoder/decompress": /^main\/engine\/typeface\.ts$/,
  tar: /^main\/models\/packs\.ts$/,
  "electron-updater": /^main\/app\/(app-image-updater|app-updater|update-provider)\.ts$/,
  // The only requests of the app's own.
  "node:http": /^main\/app\/update-fetch\.ts$/,
  "node:https": /^main\/app\/update-fetch\.ts$/,
  "electron-log/node": /^main\/app\/log-file\.ts$/,
  "@npmcli/config": /^main\/models\/npm-options\.ts$/,
  "protobufjs/light.js": /^main\/core\/onnx\//,
};

/** What a host may know of the engine: its client, its starter and its language; never what loads native code. */
const HOST_SIDE = /^main\/engine\/(client|spawn|protocol)\.ts$/;

interface Import {
  readonly from: string;
  readonly to: string;
}

function importsOf(folder: string): readonly Import[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.tsx?$/.test(file),
  );
  return files.flatMap((file) => {
    const from = `${folder}/${file.replaceAll("\\", "/")}`;
    const text = readFileSync(join(ROOT, from), "utf8");
    return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, specifier]) => {
      const name = specifier as string;
      const to = name.startsWith(".") ? relative(ROOT, resolve(ROOT, dirname(from), name)).replaceAll("\\", "/") : name;
      return { from, to };
    });
  });
}

/** The rules that an import breaks. */
function breaches({ from, to }: Import): readonly string[] {
  const part = partOf(from);
  const found: string[] = [];
  const target = partOf(to);
  if (target !== undefined && part !== undefined && target !== part && !MAY_IMPORT[part]?.includes(target))
    found.push(`${part} → ${target}`);
  const owner = OWNERS[to];
  if (owner !== undefined && !owner.test(from)) found.push(`${to} in ${from}`);
  if (part === "main/core" && (to.startsWith("node:") || to === "electron"))
    found.push(`core is pure, but ${from} imports ${to}`);
  if ((part === "main/app" || part === "main/cli") && target === "main/engine" && !HOST_SIDE.test(to))
    found.push(`${from} loads the engine's ${to}`);
  return found;
}

function partOf(path: string): string | undefined {
  return Object.keys(MAY_IMPORT).find((part) => path.startsWith(`${part}/`));
}

describe("who may import whom", () => {
  test("no file breaks a rule", () => {
    const all = ["main", "preload", "renderer"].flatMap(importsOf);
    expect(all.length).toBeGreaterThan(100);
    expect(all.flatMap((each) => breaches(each).map((rule) => `${each.from}: ${rule}`))).toEqual([]);
  });

  test.each([
    [{ from: "main/queue/scheduler.ts", to: "main/engine/codec.ts" }],
    [{ from: "main/core/tiles.ts", to: "node:fs" }],
    [{ from: "main/core/tiles.ts", to: "main/engine/canvas.ts" }],
    [{ from: "main/engine/enhancer.ts", to: "sharp" }],
    [{ from: "main/cli/main.ts", to: "main/engine/session.ts" }],
    [{ from: "main/cli/main.ts", to: "electron" }],
    [{ from: "main/app/running.ts", to: "node:https" }],
    [{ from: "main/cli/models-add.ts", to: "pacote" }],
    [{ from: "main/queue/store.ts", to: "libsql" }],
    [{ from: "main/engine/session.ts", to: "main/models/catalogue.ts" }],
    [{ from: "renderer/api.ts", to: "main/core/tiles.ts" }],
  ])("%j would be noticed", (each) => {
    expect(breaches(each)).not.toEqual([]);
  });
});
