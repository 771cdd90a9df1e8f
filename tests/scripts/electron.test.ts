import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { locate } from "../../main/system/locations.ts";
import {
  cacheFolder,
  electronArgs,
  electronEnvironment,
  findElectron,
  NoElectronError,
  ROOT,
  WrongElectronPathError,
} from "../../scripts/electron.js";
import { tempDir } from "../helpers/temp.ts";

function write(file: string, text: string, mode = 0o644): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode });
  return file;
}

/** A machine on which no step succeeds, until a test gives it something. */
function bareMachine() {
  const folder = tempDir();
  const electronPackage = join(folder, "electron");
  const cacheDir = join(folder, "cache");
  write(join(electronPackage, "package.json"), JSON.stringify({ version: "41.7.1" }));
  const fetched: string[] = [];
  const said: string[] = [];
  const surroundings = {
    environment: {} as NodeJS.ProcessEnv,
    platform: "linux" as NodeJS.Platform,
    arch: "x64",
    electronPackage,
    cacheDir,
    say: (text: string) => void said.push(text),
    download: async () => {
      fetched.push("official");
      throw new Error("connect ECONNREFUSED");
    },
    assemble: async (_: { target: string }) => {
      fetched.push("registry");
      throw new Error("offline");
    },
  };
  return { surroundings, fetched, said, folder, electronPackage, cacheDir };
}

function putInstalled(electronPackage: string, version = "41.7.1"): string {
  write(join(electronPackage, "path.txt"), "electron");
  return putElectron(join(electronPackage, "dist"), version);
}

function putElectron(folder: string, version: string): string {
  write(join(folder, "version"), version);
  return write(join(folder, "electron"), "", 0o755);
}

describe("the order in which Electron is looked for", () => {
  test("ELECTRON_PATH comes before everything", async () => {
    const { surroundings, fetched, folder, electronPackage } = bareMachine();
    putInstalled(electronPackage);
    const own = write(join(folder, "own"), "", 0o755);
    surroundings.environment = { ELECTRON_PATH: own };
    expect(await findElectron(surroundings)).toEqual({ path: own, how: "named by ELECTRON_PATH" });
    // npm has changed the working directory: the path is meant from where the user is.
    surroundings.environment = { ELECTRON_PATH: "own", INIT_CWD: folder };
    expect((await findElectron(surroundings)).path).toBe(own);
    expect(fetched).toEqual([]);
  });

  test("then npm's, before the cache's", async () => {
    const { surroundings, fetched, electronPackage, cacheDir } = bareMachine();
    putElectron(join(cacheDir, "electron-41.7.1"), "41.7.1");
    expect((await findElectron(surroundings)).how).toBe("kept in the cache, version 41.7.1");
    const path = putInstalled(electronPackage);
    expect(await findElectron(surroundings)).toEqual({ path, how: "installed by npm, version 41.7.1" });
    expect(fetched).toEqual([]);
  });

  test("then the cache's, the package's version before the assembled one", async () => {
    const { surroundings, fetched, cacheDir } = bareMachine();
    const assembled = putElectron(join(cacheDir, "electron-33.2.1"), "33.2.1\n");
    expect((await findElectron(surroundings)).path).toBe(assembled);
    const official = putElectron(join(cacheDir, "electron-41.7.1"), "v41.7.1");
    expect((await findElectron(surroundings)).path).toBe(official);
    expect(fetched).toEqual([]);
  });

  test("then the official download, and the registry is left alone", async () => {
    const { surroundings, fetched, said, electronPackage } = bareMachine();
    const download = async () => void putInstalled(electronPackage);
    expect((await findElectron({ ...surroundings, download })).how).toBe("downloaded, version 41.7.1");
    expect(fetched).toEqual([]);
    expect(said).toEqual([expect.stringContaining("Fetching the official build of Electron 41.7.1")]);
  });

  test("then the registry", async () => {
    const { surroundings, fetched } = bareMachine();
    const assemble = async ({ target }: { target: string }) => void putElectron(target, "33.2.1");
    const { how, path } = await findElectron({ ...surroundings, assemble });
    expect(how).toBe("assembled from an npm package, version 33.2.1");
    expect(path).toBe(join(surroundings.cacheDir, "electron-33.2.1", "electron"));
    expect(fetched).toEqual(["official"]);
  });
});

describe("what is not taken", () => {
  test.each<[string, (folder: string) => string]>([
    ["does not exist", (folder) => join(folder, "none")],
    ["is not a file", (folder) => folder],
    ["may not be executed", (folder) => write(join(folder, "text"), "", 0o644)],
  ])("an ELECTRON_PATH that %s; nothing else is tried", async (why, path) => {
    const { surroundings, fetched, folder, electronPackage } = bareMachine();
    putInstalled(electronPackage);
    surroundings.environment = { ELECTRON_PATH: path(folder) };
    const error = await findElectron(surroundings).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WrongElectronPathError);
    expect((error as Error).message).toContain(why);
    expect(fetched).toEqual([]);
  });

  test("a folder in the cache that lacks its version or its executable", async () => {
    const { surroundings, fetched, cacheDir } = bareMachine();
    write(join(cacheDir, "electron-33.2.1", "electron"), "", 0o755);
    write(join(cacheDir, "electron-41.7.1", "version"), "41.7.1");
    await expect(findElectron(surroundings)).rejects.toThrow(NoElectronError);
    expect(fetched).toEqual(["official", "registry"]);
  });

  test("a binary of npm's that was unpacked in part, or belongs to an older package", async () => {
    const { surroundings, electronPackage } = bareMachine();
    putElectron(join(electronPackage, "dist"), "41.7.1");
    await expect(findElectron(surroundings)).rejects.toThrow("has come without its binary");
    putInstalled(electronPackage, "40.0.0");
    await expect(findElectron(surroundings)).rejects.toThrow("has come without its binary");
  });

  test("a download that ELECTRON_SKIP_BINARY_DOWNLOAD forbids", async () => {
    const { surroundings, fetched } = bareMachine();
    surroundings.environment = { ELECTRON_SKIP_BINARY_DOWNLOAD: "1" };
    await expect(findElectron(surroundings)).rejects.toThrow("ELECTRON_SKIP_BINARY_DOWNLOAD is set");
    expect(fetched).toEqual(["registry"]);
  });

  test("the registry's package on another system", async () => {
    const { surroundings, fetched } = bareMachine();
    await expect(findElectron({ ...surroundings, arch: "arm64" })).rejects.toThrow("for linux arm64");
    expect(fetched).toEqual(["official"]);
  });
});

test("where no step succeeds, each one's reason is said, and what to do", async () => {
  const { surroundings } = bareMachine();
  const error = await findElectron(surroundings).catch((thrown: unknown) => thrown);
  if (!(error instanceof NoElectronError)) throw error;
  const lines = error.message.split("\n");
  expect(lines).toHaveLength(6);
  expect(error.refusals).toHaveLength(5);
  for (const { reason, remedy } of error.refusals) expect(lines).toContain(`  - ${reason}. ${remedy}`);
  for (const part of ["ELECTRON_PATH", "npm ci", "electron-41.7.1", "ECONNREFUSED", "offline"])
    expect(error.message).toContain(part);
});

test("the cache is the app's own", () => {
  for (const environment of [{}, { SILVERGRAIN_CACHE_DIR: "" }, { SILVERGRAIN_CACHE_DIR: "/somewhere" }])
    expect(cacheFolder(environment)).toBe(locate(ROOT, environment).cacheDir);
});

describe("how Electron is started", () => {
  const user = { platform: "linux" as const, environment: { DISPLAY: ":0" }, isRoot: false, app: "/app" };

  test("without the sandbox for root on Linux only", () => {
    expect(electronArgs(["a.jpg"], user)).toEqual(["/app", "a.jpg"]);
    expect(electronArgs(["a.jpg"], { ...user, isRoot: true })).toEqual(["--no-sandbox", "/app", "a.jpg"]);
    expect(electronArgs([], { ...user, isRoot: true, platform: "darwin" })).toEqual(["/app"]);
  });

  test("on Wayland where there is no X11", () => {
    const environment = { WAYLAND_DISPLAY: "wayland-0" };
    expect(electronArgs([], { ...user, environment })).toEqual(["--ozone-platform=wayland", "/app"]);
  });

  test("with a real Node for the engine, and as Electron", () => {
    const environment = { npm_node_execpath: "/node", ELECTRON_RUN_AS_NODE: "1", A: "b" };
    expect(electronEnvironment(environment)).toEqual({ npm_node_execpath: "/node", SILVERGRAIN_NODE: "/node", A: "b" });
    expect(electronEnvironment({})).toEqual({ SILVERGRAIN_NODE: process.execPath });
  });
});
