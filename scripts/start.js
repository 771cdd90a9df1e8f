// @ts-check
// `npm start`: builds where the sources have changed, finds an Electron, and opens the app's window in it.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { hasDisplay, missingLibrariesSentence, noDisplaySentence, noSandboxSentence } from "./desktop.js";
import {
  electronArgs,
  electronEnvironment,
  findElectron,
  NoElectronError,
  ROOT,
  WrongElectronPathError,
} from "./electron.js";
import { isFresh } from "./stamp.js";

/**
 * What starting needs of the world; tests put their own in place.
 * @typedef {object} Surroundings
 * @property {NodeJS.ProcessEnv} environment
 * @property {NodeJS.Platform} platform
 * @property {boolean} isRoot
 * @property {(text: string) => void} say
 * @property {() => Promise<void>} build
 * @property {() => Promise<{ path: string }>} find
 * @property {(executable: string) => string | undefined} missing says which libraries are missing
 * @property {(executable: string) => string | undefined} sandbox says why there can be none
 * @property {typeof run} run
 */

/**
 * Opens the window, and waits until the app has ended.
 * @param {readonly string[]} given paths for the app to open, and switches for Electron
 * @param {Partial<Surroundings>} [surroundings]
 * @returns {Promise<number>} the exit code
 */
export async function start(given, surroundings = {}) {
  const { environment, platform, isRoot, say, build, find, missing, sandbox, run } = { ...here(), ...surroundings };
  // First, so that nobody waits for a download that cannot help.
  if (!hasDisplay(environment, platform)) return refuse(noDisplaySentence());
  await build();
  let executable;
  try {
    executable = (await find()).path;
  } catch (error) {
    if (error instanceof NoElectronError || error instanceof WrongElectronPathError) return refuse(error.message);
    throw error;
  }
  if (platform === "linux") {
    const lack = missing(executable);
    if (lack !== undefined) return refuse(lack);
    if (isRoot) say("Starting without Chromium's sandbox, which does not work for root.");
    else if (!given.includes("--no-sandbox")) {
      const hindrance = sandbox(executable);
      if (hindrance !== undefined) return refuse(hindrance);
    }
  }
  return run(executable, electronArgs(absolute(given, environment), { environment, platform, isRoot }), environment);

  /** @param {string} sentence */
  function refuse(sentence) {
    say(sentence);
    return 1;
  }
}

/**
 * Paths as the user meant them: npm runs scripts in the project's folder, wherever it was called.
 * @param {readonly string[]} given
 * @param {NodeJS.ProcessEnv} environment
 */
function absolute(given, { INIT_CWD = "" }) {
  return given.map((argument) => (argument.startsWith("-") ? argument : resolve(INIT_CWD, argument)));
}

/** @returns {Surroundings} */
function here() {
  return {
    environment: process.env,
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    say: (text) => console.error(text),
    build: buildIfStale,
    find: findElectron,
    missing: missingLibrariesSentence,
    sandbox: noSandboxSentence,
    run,
  };
}

async function buildIfStale() {
  if (isFresh(ROOT)) return;
  const { buildAll } = await import("./build.js");
  await buildAll();
}

/** Signals that come so soon after one of their kind are the same wish: npm passes on what the terminal has sent already. */
const SAME_WISH_MS = 500;

/**
 * Runs Electron, forwards signals to it, and gives its exit code.
 * @param {string} executable
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<number>}
 */
export async function run(executable, args, environment) {
  let lastAt = Number.NEGATIVE_INFINITY;
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    const at = performance.now();
    if (at - lastAt >= SAME_WISH_MS) child.kill(signal);
    lastAt = at;
  };
  /** @type {readonly NodeJS.Signals[]} */
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  // Before Electron is there, so that no signal ends this process alone.
  for (const signal of signals) process.on(signal, forward);
  const child = spawn(executable, args, {
    stdio: "inherit",
    env: electronEnvironment(environment),
    // A terminal sends Ctrl-C to its whole process group. Electron ends well at the first and at once at the second,
    // so it stands in a group of its own and gets only what is forwarded.
    detached: process.platform !== "win32",
  });
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    });
  } finally {
    for (const signal of signals) process.off(signal, forward);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await start(process.argv.slice(2));
