import type { ElectronApplication, Page } from "playwright";
import { electronArgs, findElectron } from "../../scripts/electron.js";
import { environmentIn, launchElectron } from "./launch.ts";

/** The app in a real Electron, with folders of its own. */
export interface OpenApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** What the main process printed. */
  readonly output: () => string;
  /** Quits as a user does, and waits for the end. */
  close(): Promise<void>;
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
}

/** Starts the app and waits until its window shows something. */
export async function openApp({
  home,
  paths = [],
  size,
  language = "en",
  theme = "dark",
  deviceScale,
}: AppOptions): Promise<OpenApp> {
  const { path } = await findElectron();
  const app = await launchElectron({
    executablePath: path,
    args: electronArgs([
      `--lang=${language}`,
      ...(deviceScale === undefined ? [] : [`--force-device-scale-factor=${deviceScale}`]),
      ...paths,
    ]),
    env: environmentIn(home),
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
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  try {
    await page.waitForSelector("header h1");
  } catch (error) {
    const seen = await Promise.race([
      page.evaluate(async () => `${document.readyState} ${JSON.stringify(await window.silvergrain.open())}`),
      new Promise((resolve) => setTimeout(() => resolve("the page gives no answer"), 5000)),
    ]).catch(String);
    await app.close();
    throw new Error(`The window stays empty. Main: ${output} Page: ${said.join(" ")} ${seen}`, { cause: error });
  }
  return { app, page, output: () => output, close: () => app.close() };
}
