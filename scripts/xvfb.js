// @ts-check
// `node scripts/xvfb.js [--displays COUNT] COMMAND…`: runs a command where windows can open, on the display that is there
// or else on a virtual one, which ends with it. Of several virtual ones DISPLAYS lists all, parted by commas: windows on
// one do not take the focus from those on another.
import { spawn } from "node:child_process";
import { hasDisplay } from "./desktop.js";

const SCREEN = "1600x1000x24";
const START_MS = 20_000;

/**
 * Starts a virtual display on a number that is free.
 * @returns {Promise<{ display: string, end: () => void }>}
 * @throws {Error} with one sentence
 */
async function startXvfb() {
  // It chooses the number itself, and tells it on descriptor 3 when it is ready: no two runs can meet on one.
  const server = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", SCREEN, "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    // Its own group, so that Ctrl-C ends the command first and the display after it.
    detached: true,
  });
  let said = "";
  server.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  const number = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("Xvfb did not start within 20 seconds.")), START_MS);
    const fail = (/** @type {string} */ why) => {
      clearTimeout(late);
      reject(new Error(why));
    };
    server.once("error", (error) =>
      fail(
        "code" in error && error.code === "ENOENT"
          ? "There is no display, and Xvfb for a virtual one is not installed: install the package xvfb (Debian, Ubuntu) or your system's like."
          : `Xvfb could not be started: ${error.message}`,
      ),
    );
    server.once("exit", (code) => fail(`Xvfb ended with code ${code}: ${said.trim().split("\n").at(-1)}`));
    let told = "";
    server.stdio[3]?.on("data", (chunk) => {
      told += chunk;
      if (!told.includes("\n")) return;
      clearTimeout(late);
      resolve(told.trim());
    });
  }).catch((error) => {
    server.kill("SIGKILL");
    throw error;
  });
  return { display: `:${number}`, end: () => server.kill("SIGTERM") };
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<number>} its exit code
 */
async function run(command, args, environment) {
  // On Windows npm's commands are scripts of the shell.
  const child = spawn(command, args, { stdio: "inherit", env: environment, shell: process.platform === "win32" });
  // Ctrl-C reaches the command by itself; here it must not keep the display from being ended.
  process.on("SIGINT", () => {});
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"])) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

const given = process.argv.slice(2);
const count = given[0] === "--displays" ? Number(given[1]) : 1;
const [command, ...args] = given[0] === "--displays" ? given.slice(2) : given;
if (command === undefined || !Number.isInteger(count) || count < 1) {
  throw new Error("Expected a command to run: node scripts/xvfb.js [--displays COUNT] COMMAND [ARGUMENT…]");
}
if (hasDisplay(process.env, process.platform)) {
  process.exitCode = await run(command, args, process.env);
} else {
  /** @type {{ display: string, end: () => void }[]} */
  const servers = [];
  try {
    while (servers.length < count) servers.push(await startXvfb());
    const displays = servers.map(({ display }) => display);
    process.exitCode = await run(command, args, {
      ...process.env,
      DISPLAY: displays[0],
      DISPLAYS: displays.join(","),
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    for (const { end } of servers) end();
  }
}
