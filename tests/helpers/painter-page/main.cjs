const { readFileSync } = require("node:fs");
const { extname, join } = require("node:path");
const { app, BrowserWindow, protocol } = require("electron");

/* Shows the painter's page in Electron. CommonJS, as schemes must be registered before the app is ready and a module may
   come after. */
const TYPES = { ".html": "text/html", ".js": "text/javascript" };
const privileges = { standard: true, secure: true, supportFetchAPI: true };
protocol.registerSchemesAsPrivileged([{ scheme: "app", privileges }]);

app.whenReady().then(() => {
  protocol.handle("app", (request) => {
    const { pathname } = new URL(request.url);
    const type = TYPES[extname(pathname)] ?? "application/octet-stream";
    return new Response(readFileSync(join(__dirname, pathname)), { headers: { "content-type": type } });
  });
  const window = new BrowserWindow({ width: 1440, height: 900, useContentSize: true });
  return window.loadURL("app://silvergrain/index.html");
});
