import { BrowserWindow, nativeTheme, screen } from "electron";
import { PAGE_ORIGIN, type Settings } from "../../preload/contract.ts";
import type { AppPaths } from "./paths.ts";
import type { WindowBounds } from "./settings-file.ts";

const DEFAULT_SIZE = { width: 1440, height: 900 };
const MIN_SIZE = { width: 900, height: 600 };
/** Ground of an empty window, as in tokens.css, so that it does not flash. */
const GROUND = { dark: "#161616", light: "#e6e6e6" };

/** Opens the window, hidden until its first frame is painted. */
export function openWindow(
  { preload, icon }: Pick<AppPaths, "preload" | "icon">,
  bounds: WindowBounds | undefined,
): BrowserWindow {
  const window = new BrowserWindow({
    ...DEFAULT_SIZE,
    ...(bounds === undefined ? {} : onScreen(bounds)),
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? GROUND.dark : GROUND.light,
    autoHideMenuBar: true,
    title: "Silvergrain",
    // Elsewhere the system takes the program's own.
    ...(process.platform === "linux" ? { icon } : {}),
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      enableWebSQL: false,
    },
  });
  if (bounds?.isMaximised === true) window.maximize();
  window.once("ready-to-show", () => window.show());
  void window.loadURL(`${PAGE_ORIGIN}/index.html`);
  return window;
}

/** Where a window is, to be opened there again. */
export function boundsOf(window: BrowserWindow): WindowBounds {
  return { ...window.getNormalBounds(), isMaximised: window.isMaximized() };
}

/** The system's frame and dialogs follow the app's theme. */
export function setTheme(theme: Settings["theme"]): void {
  nativeTheme.themeSource = theme;
}

/** A screen may be gone since: its place is forgotten then, its size is not. */
function onScreen({ x, y, width, height }: WindowBounds): Electron.BrowserWindowConstructorOptions {
  if (x === undefined || y === undefined) return { width, height };
  const isVisible = screen.getAllDisplays().some(({ workArea }) => {
    const across = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x);
    const down = Math.min(y + height, workArea.y + workArea.height) - Math.max(y, workArea.y);
    return across > 100 && down > 100;
  });
  return isVisible ? { x, y, width, height } : { width, height };
}
