const { app, BrowserWindow } = require("electron");

/* Shows a file as a browser does, and notes every request that is made. */
globalThis.requests = [];

app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1100, height: 900, useContentSize: true });
  window.webContents.session.webRequest.onBeforeRequest(({ url }, answer) => {
    globalThis.requests.push(url);
    answer({});
  });
  return window.loadURL(process.env.SHOWN_URL);
});
