import type { ElectronApplication, Page } from "playwright";
import { electronArgs, findElectron } from "../../scripts/electron.js";
import { environmentIn, launchElectron } from "./launch.ts";

/** The window of an app that runs, however it is driven. */
export interface OpenWindow {
  readonly page: Page;
  /** What the main process printed. */
  readonly output: () => string;
  /** Quits as a user does, and waits for the end. */
  close(): Promise<void>;
}

/** The app in a real Electron, with folders of its own. */
export interface OpenApp extends OpenWindow {
  readonly app: ElectronApplication;
}

export interface AppOptions {
  /** Folder for settings, library, queue and cache; the same one again is a second start. */
  readonly home: string;
  /** Paths to start it with. */
  readonly paths?: readonly string[];
  /** Width and height in CSS px. */
  readonly size?: readonly [number, number];
  readonly language?: "en" | "zh-CN";
  readonly theme?: "dark" | "light";
  /** Device px per CSS px. */
  readonly deviceScale?: number;
  /** Variables beside its own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A folder with another app that begins ours. */
  readonly starter?: string;
}

const TRIES = 3;
const NO_ANSWER = "the page gives no answer";

/**
 * Starts the app and waits until its window shows something. On a busy machine Chromium's process for the graphics card may
 * fail as it starts, and a page with a debugger stands still then: such a one is started again.
 */
export async function openApp(options: AppOptions): Promise<OpenApp> {
  for (let left = TRIES - 1; ; left--) {
    const open = await launchApp(options);
    const why = await emptyBecause(open.page);
    if (why === undefined) return open;
    open.app.process().kill("SIGKILL");
    if (why !== NO_ANSWER || left === 0) throw new Error(`The window stays empty. Main: ${open.output()} Page: ${why}`);
  }
}

/** Why there is nothing in the window; `undefined` when there is. */
async function emptyBecause(page: Page): Promise<string | undefined> {
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  try {
    await page.waitForSelector("header h1");
    return undefined;
  } catch {
    const seen = page
      .evaluate(async () => `${document.readyState} ${JSON.stringify(await window.silvergrain.open())}`)
      .then((state) => `${said.join(" ")} ${state}`, String);
    return await Promise.race([seen, new Promise<string>((resolve) => setTimeout(() => resolve(NO_ANSWER), 5000))]);
  }
}

async function launchApp({
  home,
  paths = [],
  size,
  language = "en",
  theme = "dark",
  deviceScale,
  environment = {},
  starter,
}: AppOptions): Promise<OpenApp> {
  const { path } = await findElectron();
  const app = await launchElectron({
    executablePath: path,
    args: electronArgs(
      [
        `--lang=${language}`,
        ...(deviceScale === undefined ? [] : [`--force-device-scale-factor=${deviceScale}`]),
        ...paths,
      ],
      starter === undefined ? {} : { app: starter },
    ),
    env: { ...environmentIn(home), ...environment },
    // What the system is said to prefer; a test driver says “light” of itself.
    colorScheme: theme,
  });
  let output = "";
  app.process().stderr?.on("data", (chunk: Buffer) => {
    output += chunk.toString("utf8");
  });
  const page = await app.firstWindow();
  if (size !== undefined) {
    await app.evaluate(({ BrowserWindow }, [width, height]) => {
      BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
    }, size);
  }
  return { app, page, output: () => output, close: () => app.close() };
}
