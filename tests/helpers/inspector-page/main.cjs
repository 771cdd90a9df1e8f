const { readdirSync, readFileSync } = require("node:fs");
const { extname, join } = require("node:path");
const { app, BrowserWindow, protocol } = require("electron");

/* Shows the inspector's page in Electron. PHOTOS names a folder of small JPEGs, QUERY says how it is shown (see page.ts).
   CommonJS, as schemes must be registered before the app is ready and a module may come after. */
const photos = readdirSync(process.env.PHOTOS).map((name) => readFileSync(join(process.env.PHOTOS, name)));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2" };
const privileges = { standard: true, secure: true, supportFetchAPI: true };
protocol.registerSchemesAsPrivileged(["app", "photo"].map((scheme) => ({ scheme, privileges })));

app.whenReady().then(() => {
  protocol.handle("app", (request) => {
    const { pathname } = new URL(request.url);
    const type = TYPES[extname(pathname)] ?? "application/octet-stream";
    return new Response(readFileSync(join(__dirname, pathname)), { headers: { "content-type": type } });
  });
  protocol.handle("photo", async (request) => {
    const { host, pathname } = new URL(request.url);
    const id = Number(pathname.split("/")[1]);
    // A tile is gray: what is looked at here stands around the photo.
    if (host === "tile" || host === "patch") return new Response(new Uint8Array(520 * 520 * 3).fill(90));
    // Some cameras put no picture into the file.
    if (host === "embedded" && id % 4 === 0) return new Response("", { status: 404 });
    await new Promise((resolve) => setTimeout(resolve, host === "embedded" ? 5 : 30));
    return new Response(photos[id % photos.length], { headers: { "content-type": "image/jpeg" } });
  });
  const window = new BrowserWindow({
    width: Number(process.env.WIDTH ?? 1440),
    height: Number(process.env.HEIGHT ?? 900),
    useContentSize: true,
    backgroundColor: "#161616",
  });
  return window.loadURL(`app://silvergrain/index.html?${process.env.QUERY ?? ""}`);
});
