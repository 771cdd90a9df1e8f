import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { missingLibraries, noSandboxSentence } from "../../scripts/desktop.js";
import { NoElectronError, ROOT } from "../../scripts/electron.js";
import { start } from "../../scripts/start.js";
import { tempDir } from "../helpers/temp.ts";

/** Someone at a Linux machine where all is well. */
function atHome() {
  const done: string[] = [];
  const said: string[] = [];
  const ran: string[][] = [];
  const surroundings = {
    environment: { DISPLAY: ":0", INIT_CWD: "/photos" } as NodeJS.ProcessEnv,
    platform: "linux" as NodeJS.Platform,
    isRoot: false,
    say: (text: string) => void said.push(text),
    build: async () => void done.push("build"),
    find: async () => {
      done.push("find");
      return { path: "/electron" };
    },
    missing: (_: string): string | undefined => undefined,
    sandbox: (_: string): string | undefined => undefined,
    run: async (executable: string, args: readonly string[]) => {
      ran.push([executable, ...args]);
      return 7;
    },
  };
  return { surroundings, done, said, ran };
}

test("builds, finds, and runs the app with what was given, meant from where the user is", async () => {
  const { surroundings, done, said, ran } = atHome();
  expect(await start(["a.jpg", "/b", "--lang=de"], surroundings)).toBe(7);
  expect(done).toEqual(["build", "find"]);
  expect(ran).toEqual([["/electron", ROOT, "/photos/a.jpg", "/b", "--lang=de"]]);
  expect(said).toEqual([]);
});

test("without a display nothing is built or fetched", async () => {
  const { surroundings, done, said } = atHome();
  expect(await start([], { ...surroundings, environment: {} })).toBe(1);
  expect(done).toEqual([]);
  expect(said).toEqual([expect.stringContaining("npm run enhance -- PHOTO --out FOLDER")]);
});

test("the real script says that in one line, and ends with 1", () => {
  const { DISPLAY: _x, WAYLAND_DISPLAY: _w, ...environment } = process.env;
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(ROOT, "scripts", "start.js")], {
    encoding: "utf8",
    env: environment,
  });
  if (process.platform !== "linux") return;
  expect(stderr.trimEnd().split("\n")).toEqual([expect.stringContaining("no display")]);
  expect(stdout).toBe("");
  expect(status).toBe(1);
});

test("root starts without the sandbox, and is told so in one line", async () => {
  const { surroundings, said, ran } = atHome();
  await start([], { ...surroundings, isRoot: true, sandbox: () => "never asked" });
  expect(ran).toEqual([["/electron", "--no-sandbox", ROOT]]);
  expect(said).toEqual([expect.stringContaining("without Chromium's sandbox")]);
});

test("what stands in the way is said, and nothing is run", async () => {
  const { surroundings, said, ran } = atHome();
  const noElectron = async () => {
    throw new NoElectronError([{ reason: "None here", remedy: "Get one" }]);
  };
  expect(await start([], { ...surroundings, find: noElectron })).toBe(1);
  expect(await start([], { ...surroundings, missing: () => "libraries" })).toBe(1);
  expect(await start([], { ...surroundings, sandbox: () => "sandbox" })).toBe(1);
  expect(said).toEqual([expect.stringContaining("  - None here. Get one"), "libraries", "sandbox"]);
  expect(ran).toEqual([]);
  // Who has decided against the sandbox is not asked again.
  expect(await start(["--no-sandbox"], { ...surroundings, sandbox: () => "sandbox" })).toBe(7);
});

test("missing libraries are read out of what ldd prints", () => {
  const ldd =
    "\tlinux-vdso.so.1 (0x7ffd)\n\tlibgtk-3.so.0 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x7f)\n\tlibgbm.so.1 => not found\n";
  expect(missingLibraries(ldd)).toEqual(["libgtk-3.so.0", "libgbm.so.1"]);
});

test("where users may make no namespaces, the setting that forbids it is named", () => {
  const probe = {
    canMakeNamespace: () => false,
    hasSetuidHelper: () => false,
    setting: (): string | undefined => undefined,
  };
  const setting = (key: string) => (key === "kernel.apparmor_restrict_unprivileged_userns" ? "1" : undefined);
  expect(noSandboxSentence("/e/electron", { ...probe, setting })).toContain(
    "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
  );
  expect(noSandboxSentence("/e/electron", probe)).toContain("chmod 4755 '/e/chrome-sandbox'");
  expect(noSandboxSentence("/e/electron", { ...probe, canMakeNamespace: () => true })).toBeUndefined();
  expect(noSandboxSentence("/e/electron", { ...probe, hasSetuidHelper: () => true })).toBeUndefined();
});

test.runIf(process.platform !== "win32")("exit code and signals pass through", async () => {
  const stand = join(tempDir(), "electron");
  writeFileSync(stand, "#!/bin/sh\ntrap 'exit 5' TERM\necho up $SILVERGRAIN_NODE\nwhile :; do sleep 0.1; done\n");
  chmodSync(stand, 0o755);
  const main = `
    import { run } from ${JSON.stringify(new URL("../../scripts/start.js", import.meta.url))};
    process.exitCode = await run(${JSON.stringify(stand)}, [], process.env);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", main], { stdio: ["ignore", "pipe", "inherit"] });
  const [up] = await once(child.stdout, "data");
  expect(String(up)).toBe(`up ${process.env.npm_node_execpath ?? process.execPath}\n`);
  child.kill("SIGTERM");
  const [code] = await once(child, "exit");
  expect(code).toBe(5);
});

test.runIf(process.platform === "linux")("without a display and without Xvfb, one sentence names the package", () => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, "scripts", "xvfb.js"), process.execPath, "-v"], {
    encoding: "utf8",
    env: { PATH: tempDir() },
  });
  expect(stderr.trimEnd().split("\n")).toEqual([expect.stringContaining("install the package xvfb")]);
  expect(status).toBe(1);
});
