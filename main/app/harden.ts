import { app, type Session, type WebContents } from "electron";
import { PAGE_SCHEME, PHOTO_SCHEME } from "../../preload/contract.ts";
import { isOwnPage } from "./addresses.ts";

/** What a page may load, and nothing else: https://www.w3.org/TR/CSP3/ */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  `img-src 'self' ${PHOTO_SCHEME}:`,
  `connect-src ${PHOTO_SCHEME}:`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** Switches that must be set before the app is ready: Chromium looks no name up and calls nobody by itself. */
export function hardenProcess(): void {
  // Chromium does not start for root with its sandbox; whoever says so on the command line is obeyed.
  if (!app.commandLine.hasSwitch("no-sandbox")) app.enableSandbox();
  app.commandLine.appendSwitch("host-resolver-rules", "MAP * ~NOTFOUND");
  app.commandLine.appendSwitch("disable-background-networking");
  app.commandLine.appendSwitch("disable-component-update");
  app.commandLine.appendSwitch("disable-domain-reliability");
}

/** Denies a session every permission, device, download and request but those of our own two schemes. */
export function hardenSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false);
  session.on("will-download", (event) => event.preventDefault());
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isOurs(details.url) }));
}

/** Keeps a page where it is: no navigation but to load it again, no window, no webview, no frame. */
export function hardenContents(contents: WebContents): void {
  contents.on("will-frame-navigate", (event) => {
    const isReload =
      event.isMainFrame && event.url === contents.getURL() && isOwnPage({ url: event.url, parent: null });
    if (!isReload) event.preventDefault();
  });
  contents.on("will-redirect", (event) => event.preventDefault());
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
}

/** Whether a request stays in the app. The developer tools are pages of Chromium's own. */
function isOurs(url: string): boolean {
  const { protocol } = new URL(url);
  return [PAGE_SCHEME, PHOTO_SCHEME, "devtools"].includes(protocol.slice(0, -1));
}
