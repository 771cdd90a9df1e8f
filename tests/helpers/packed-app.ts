import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium, errors, type Page } from "playwright";
import { packedApp } from "../../scripts/pack.js";
import type { OpenWindow } from "./app.ts";
import { environmentIn } from "./launch.ts";

export const PACKED = packedApp();

export interface OpenPacked extends OpenWindow {
  readonly process: ChildProcess;
}

/** Chromium does not start for root with its sandbox. */
const SWITCHES = ["--lang=en", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
const START_MS = 25_000;

const TRIES = 3;

/**
 * Starts the packed app, again where it stands still. Playwright's way to start an Electron is no good here: it needs Node's inspector, which a fuse has
 * taken away. Chromium's own port for developer tools is still there, and shows the page; nothing shows the main process.
 * @param given paths for the app, switches for Electron
 */
export async function openPacked(
  home: string,
  given: readonly string[],
  extra: Readonly<Record<string, string>> = {},
): Promise<OpenPacked> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await startPacked(home, given, extra);
    } catch (error) {
      if (left === 0 || !(error instanceof errors.TimeoutError)) throw error;
    }
  }
}

async function startPacked(
  home: string,
  given: readonly string[],
  extra: Readonly<Record<string, string>>,
): Promise<OpenPacked> {
  const child = spawn(PACKED.executable, [...SWITCHES, "--remote-debugging-port=0", ...given], {
    env: packedEnvironment(home, extra),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let output = "";
  const address = new Promise<string>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`The packed app ${why}: ${output}`));
    const late = setTimeout(() => fail("does not start"), START_MS);
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
      const found = /DevTools listening on (ws:\S+)/.exec(output)?.[1];
      if (found === undefined) return;
      clearTimeout(late);
      resolve(found);
    });
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`has ended with ${code}`));
  });
  const close = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill();
    await ended;
  };
  try {
    const page = await pageAt(await address);
    await page.waitForSelector("header h1");
    return { page, output: () => output, process: child, close };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

/** Starts it once more, where it runs already, as a desktop's "Open with" does. @returns the exit code */
export function openOnceMore(home: string, given: readonly string[]): number | null {
  return spawnSync(PACKED.executable, [...SWITCHES, ...given], { env: packedEnvironment(home), timeout: START_MS })
    .status;
}

/** Without any Node but its own to be found. */
export function packedEnvironment(home: string, extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const nowhere = { SILVERGRAIN_NODE: "/nowhere/node", npm_node_execpath: "/nowhere/node", PATH: "/usr/bin:/bin" };
  return { ...environmentIn(home), ...nowhere, ...extra };
}

/** Of connecting. One start in some ten stands still where a debugger comes in the middle of it; see ./launch.ts. */
const CONNECT_MS = 10_000;

async function pageAt(address: string): Promise<Page> {
  await pageIsUp(address);
  // Never closed: that would wait for something which only a browser answers. It ends with the app.
  const browser = await chromium.connectOverCDP(address, { timeout: CONNECT_MS });
  const context = browser.contexts()[0];
  if (context === undefined) throw new Error("Expected a page in the packed app, but there is none.");
  return context.pages()[0] ?? (await context.waitForEvent("page"));
}

/** Asks the app which pages it has until there is one with its title, which is set when the page is loaded. */
async function pageIsUp(address: string): Promise<void> {
  const list = `http://${new URL(address).host}/json/list`;
  for (const end = performance.now() + START_MS; performance.now() < end; await sleep(100)) {
    const pages = (await (await fetch(list)).json()) as readonly { readonly title: string }[];
    if (pages.some(({ title }) => title === "Silvergrain")) return;
  }
  throw new Error("The packed app shows no page.");
}
