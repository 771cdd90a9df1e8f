import { onTestFinished } from "vitest";
import { type AppOptions, type OpenApp, openApp } from "./app.ts";

/** Starts the app; it is closed when the test is over. */
export async function startApp(options: AppOptions): Promise<OpenApp> {
  const open = await openApp({ size: [1440, 900], ...options });
  onTestFinished(() => open.close().catch(() => {}));
  return open;
}
