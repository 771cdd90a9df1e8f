import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { build, Platform } from "electron-builder";
import sharp from "sharp";
import { expect, onTestFinished, test } from "vitest";
import { FUSES, fusesOf } from "../../scripts/pack.js";
import { photosIn, waitForThumbnail } from "../helpers/app-steps.ts";
import { enhancesThreePhotos, folderOfPhotos } from "../helpers/enhance-run.ts";
import { ROOT } from "../helpers/models.ts";
import { openOnceMore, openPacked, PACKED, packedEnvironment } from "../helpers/packed-app.ts";
import { childrenOf } from "../helpers/processes.ts";
import { tempDir } from "../helpers/temp.ts";

const UNPACKED = join(PACKED.resources, "app.asar.unpacked");

async function start(home: string, given: readonly string[], extra?: Readonly<Record<string, string>>) {
  const open = await openPacked(home, given, extra);
  onTestFinished(() => open.close());
  return open;
}

/** Runs the command line from another folder than its own, by a link on the PATH and with no Node there. */
function silvergrain(args: readonly string[], home: string, cwd = home): string {
  const bin = join(home, "bin");
  if (!existsSync(bin)) {
    mkdirSync(bin);
    symlinkSync(relative(bin, join(PACKED.resources, "bin", "silvergrain")), join(bin, "silvergrain"));
  }
  const env = packedEnvironment(home, { PATH: `${bin}:/usr/bin:/bin` });
  return execFileSync("sh", ["-c", 'silvergrain "$@"', "sh", ...args], { cwd, env, encoding: "utf8" });
}

test("it does what the app in development does, on its own Node, engine and models", async () => {
  await enhancesThreePhotos({
    begin: async ({ home, folder, target }) => {
      // Nothing can answer a dialog of the system here; a folder that was chosen earlier is kept in this file.
      mkdirSync(join(home, "data"));
      writeFileSync(join(home, "data", "settings.json"), JSON.stringify({ version: 1, settings: {}, target }));
      const open = await start(home, [folder]);
      const programs = () => childrenOf(open.process.pid as number).map((pid) => readlinkSync(`/proc/${pid}/exe`));
      await expect.poll(programs).toContain(join(PACKED.resources, "node", "node"));
      return open;
    },
    commandLine: silvergrain,
  });
});

test("`silvergrain` on the PATH enhances a photo that is named from any folder, and exports it", async () => {
  const home = tempDir();
  const folder = await folderOfPhotos(home, ["casa-mila.jpg"], 60);
  expect(silvergrain(["--version"], home, "/").trim()).toBe(
    (JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string }).version,
  );
  silvergrain(["enhance", "casa-mila.jpg", "--out", "../made here"], home, folder);
  expect((await sharp(join(home, "made here", "casa-mila.jpg")).metadata()).width).toBe(240);
  // Captions need the app's typefaces, and a page its script.
  silvergrain(["export", "made here", "--to", "exported", "--side-by-side"], home);
  expect((await sharp(join(home, "exported", "casa-mila.jpg")).metadata()).width).toBeGreaterThan(480);
  silvergrain(["export", "made here", "--to", "exported", "--html"], home);
  expect(existsSync(join(home, "exported", "comparison.html"))).toBe(true);
});

test("a photo that is opened with it comes into the window that is there", async () => {
  const home = tempDir();
  const folder = await folderOfPhotos(home, ["casa-mila.jpg", "tea-gardens.jpg"], 60);
  const { page } = await start(home, []);
  expect(await photosIn(page)).toBe(0);
  expect(openOnceMore(home, [pathToFileURL(join(folder, "tea-gardens.jpg")).href])).toBe(0);
  await waitForThumbnail(page, "tea-gardens.jpg");
  expect(await photosIn(page)).toBe(1);
});

test("the fuses are as they should be, and no variable or switch makes it another program", async () => {
  expect(await fusesOf(PACKED.executable)).toEqual(FUSES);
  const extra = { ELECTRON_RUN_AS_NODE: "1", NODE_OPTIONS: "--require=/nowhere/spy.cjs" };
  const open = await start(tempDir(), ["--inspect=0"], extra);
  expect(await open.page.title()).toBe("Silvergrain");
  await open.close();
  expect(open.output()).not.toContain("Debugger listening");
  // Electron says what it makes of the variable, where it reads it at all.
  expect(open.output()).not.toContain("NODE_OPTION");
});

test("no variable tells it another address for newer versions", async () => {
  const { page } = await start(tempDir(), [], { SILVERGRAIN_UPDATES_URL: "http://127.0.0.1:9/" });
  const opening = await page.evaluate(() => window.silvergrain.open());
  expect(opening.ok).toBe(true);
  if (opening.ok) expect(opening.value.updates.host).not.toBe("127.0.0.1:9");
});

test("no folder stands in for its archive", () => {
  const home = tempDir();
  const [archive, hidden] = [join(PACKED.resources, "app.asar"), join(PACKED.resources, "hidden.asar")];
  const [stray, seen] = [join(PACKED.resources, "app"), join(home, "seen")];
  onTestFinished(() => {
    rmSync(stray, { recursive: true, force: true });
    renameSync(hidden, archive);
  });
  renameSync(archive, hidden);
  mkdirSync(stray);
  writeFileSync(join(stray, "package.json"), JSON.stringify({ name: "stray", main: "main.js" }));
  const main = `require("node:fs").writeFileSync(${JSON.stringify(seen)}, ""); require("electron").app.exit(5);`;
  writeFileSync(join(stray, "main.js"), main);
  expect(openOnceMore(home, [])).not.toBe(5);
  expect(existsSync(seen)).toBe(false);
});

interface Entry {
  readonly files?: Readonly<Record<string, Entry>>;
  readonly unpacked?: boolean;
  readonly integrity?: unknown;
}

test("what the main process and the page run lies in the archive, with its hashes", () => {
  // A pickle of the header's length, and the header as JSON: https://github.com/electron/asar#format
  const archive = readFileSync(join(PACKED.resources, "app.asar"));
  const header = JSON.parse(archive.toString("utf8", 16, 16 + archive.readUInt32LE(12))) as Entry;
  const { dist, "package.json": manifest, node_modules: modules } = header.files ?? {};
  const { page, "export-page": exportPage, ...programs } = dist?.files ?? {};
  const outside = Object.keys(programs).filter((name) => programs[name]?.unpacked === true);
  expect(Object.keys(programs).sort()).toEqual(["app.js", "cli.js", "engine.js", "preload.cjs"]);
  expect(outside).toEqual(["cli.js", "engine.js"]);
  expect(exportPage?.files?.["page.js"]?.unpacked).toBe(true);
  for (const entry of [manifest, programs["app.js"], programs["preload.cjs"], page?.files?.["page.js"]]) {
    expect(entry?.unpacked).toBeUndefined();
    expect(entry?.integrity).toMatchObject({ algorithm: "SHA256" });
  }
  // The only package that the main process does not have inside is the one with a binary.
  const program = readFileSync(join(ROOT, "dist", "app.js"), "utf8");
  const imported = [...program.matchAll(/^import .*? from "((?!node:)[^"]+)";$/gm)].map(([, name]) => name);
  expect([...new Set(imported)].filter((name) => modules?.files?.[name ?? ""] !== undefined)).toEqual(["libsql"]);
});

test("it has what its platform needs outside of the archive, and nothing of others", () => {
  const files = readdirSync(PACKED.folder, { recursive: true, encoding: "utf8" });
  const native = files.filter(
    (file) => /\.(node|so(\.[\d.]+)?|dll|dylib)$/.test(file) && file.includes("node_modules"),
  );
  expect(native.map((file) => file.split("node_modules/")[1]).sort()).toEqual([
    expect.stringMatching(/^@img\/sharp-libvips-linux-x64\/lib\/libvips-cpp\.so/),
    expect.stringMatching(/^@img\/sharp-linux-x64\/lib\/sharp-linux-x64.*\.node$/),
    "@libsql/linux-x64-gnu/index.node",
    expect.stringMatching(/^onnxruntime-node\/bin\/napi-v\d+\/linux\/x64\/libonnxruntime\.so\.1$/),
    expect.stringMatching(/^onnxruntime-node\/bin\/napi-v\d+\/linux\/x64\/onnxruntime_binding\.node$/),
  ]);
  expect(native.every((file) => join(PACKED.folder, file).startsWith(UNPACKED))).toBe(true);
  expect(files.filter((file) => /cuda|tensorrt|musl|\.map$|\.tsx?$/i.test(file))).toEqual([]);
  expect(files).not.toContain("resources/default_app.asar");
  expect(existsSync(join(PACKED.resources, "app"))).toBe(false);

  const notices = readFileSync(join(PACKED.resources, "notices", "THIRD-PARTY.txt"), "utf8");
  for (const name of ["react", "sharp", "@img/sharp-libvips-linux-x64", "onnxruntime-node", "libsql", "zod"])
    expect(notices).toMatch(new RegExp(`^${name} \\d`, "m"));
  for (const text of ["LICENSE.electron.txt", "LICENSES.chromium.html", "resources/node/LICENSE"])
    expect(files).toContain(text);
});

test("installers for Linux would register it for the photos that it reads, under its own icon", async () => {
  const entries: string[] = [];
  await build({
    projectDir: ROOT,
    prepackaged: PACKED.folder,
    publish: "never",
    targets: Platform.LINUX.createTarget("AppImage"),
    config: { extends: "electron-builder.yml", electronVersion: "33.2.1" },
    // Ends before anything is fetched or written.
    effectiveOptionComputed: async ({ desktop }: { readonly desktop: string }) => {
      entries.push(desktop);
      return true;
    },
  } as Parameters<typeof build>[0]);
  const [entry = ""] = entries;
  expect(entry).toMatch(/^\[Desktop Entry\]\n/);
  expect(entry).toContain("\nStartupWMClass=silvergrain\n");
  expect(entry).toContain("\nIcon=silvergrain\n");
  expect(entry).toContain("\nCategories=Graphics;Photography;\n");
  expect(entry).toContain("\nExec=AppRun %U\n");
  expect(entry).toMatch(/\nMimeType=image\/jpeg;image\/png;image\/webp;image\/tiff;image\/avif;image\/gif;/);
});
