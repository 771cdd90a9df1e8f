import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CALLS } from "../../preload/contract.ts";
import { type OpenApp, openApp } from "../helpers/app.ts";
import { card } from "../helpers/photos.ts";

/*
 * Each test tries to get out from inside the page, as a stranger's script in it would. Playwright's own evaluation is
 * not bound by the page's policy, so what the policy forbids is tried through the page itself: elements and listeners.
 */

let open: OpenApp;
let page: Page;
let photos: string;
let folder: string;

beforeAll(async () => {
  const home = mkdtempSync(join(tmpdir(), "silvergrain-"));
  folder = home;
  photos = join(home, "photos");
  mkdirSync(photos);
  mkdirSync(join(home, "outside"));
  await card(60, 40).png().toFile(join(photos, "inside.png"));
  await card(60, 40)
    .png()
    .toFile(join(home, "outside", "secret.png"));
  symlinkSync(join(home, "outside", "secret.png"), join(photos, "way-out.png"));
  symlinkSync(join(home, "outside"), join(photos, "way-out"));
  writeFileSync(join(home, "outside", "plain.txt"), "secret");
  open = await openApp({ home, paths: [photos] });
  page = open.page;
  while ((await rows(page)).length === 0) await page.waitForTimeout(50);
});

afterAll(async () => {
  await open?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function rows(from: Page): Promise<readonly { readonly id: number; readonly name: string }[]> {
  return from.evaluate(async () => {
    const answer = await window.silvergrain.photos({ offset: 0, limit: 100 });
    return answer.ok ? answer.value.map(({ id, name }) => ({ id, name })) : [];
  });
}

/** How an element with this address ends. */
function load(tag: "img" | "script" | "iframe" | "link", address: string): Promise<string> {
  return page.evaluate(
    ([name, url]) =>
      new Promise<string>((resolve) => {
        const element = document.createElement(name as "img");
        const end = (how: string) => () => {
          element.remove();
          resolve(how);
        };
        element.addEventListener("load", end("loaded"));
        element.addEventListener("error", end("refused"));
        setTimeout(end("silent"), 3000);
        try {
          if (name === "link") {
            element.setAttribute("rel", "stylesheet");
            element.setAttribute("href", url);
          } else element.src = url;
          document.body.append(element);
        } catch {
          // Not even the address can be set: trusted types.
          end("refused")();
        }
      }),
    [tag, address] as const,
  );
}

describe("the page", () => {
  test("has no Node, no Electron and no way to name a channel", async () => {
    const found = await page.evaluate(() =>
      ["require", "process", "Buffer", "module", "global", "ipcRenderer", "electron", "__dirname"].filter(
        (name) => name in window,
      ),
    );
    expect(found).toEqual([]);
    const verbs = await page.evaluate(() => Object.keys(window.silvergrain).sort());
    expect(verbs).toEqual([...Object.keys(CALLS).filter((name) => name !== "addPaths"), "addFiles", "onEvent"].sort());
  });

  test("runs in a sandboxed process with a world of its own", async () => {
    const preferences = await open.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } = contents.getLastWebPreferences();
      return { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag };
    });
    expect(preferences).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
  });

  test("is served with a policy that allows nothing inline and no connection but to our own pixels", async () => {
    const policy = await page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          document.addEventListener("securitypolicyviolation", (event) => resolve(event.originalPolicy), {
            once: true,
          });
          const script = document.createElement("img");
          script.src = "https://example.com/x.png";
          document.body.append(script);
        }),
    );
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src photo:;");
    expect(policy).not.toMatch(/unsafe|\*/);
  });
});

describe("no way out over the network or to files", () => {
  test.each([
    "https://example.com/",
    "http://127.0.0.1:9/",
    "file:///etc/passwd",
    "app://silvergrain/page.js",
    "data:,x",
  ])("fetch of %s", async (url) => {
    const outcome = await page.evaluate(
      (address) =>
        fetch(address).then(
          () => "answered",
          () => "refused",
        ),
      url,
    );
    expect(outcome).toBe("refused");
  });

  test.each([
    ["img", "https://example.com/x.png"],
    ["img", "file:///usr/share/pixmaps/debian-logo.png"],
    ["script", "https://example.com/x.js"],
    ["script", "data:text/javascript,window.hacked=1"],
    ["link", "https://example.com/x.css"],
    ["iframe", "https://example.com/"],
    ["iframe", "app://silvergrain/index.html"],
  ] as const)("<%s> of %s", async (tag, url) => {
    const before = page.frames().length;
    expect(await load(tag, url)).not.toBe(tag === "iframe" ? "answered" : "loaded");
    expect(page.frames().length).toBe(before);
    expect(await page.evaluate(() => "hacked" in window)).toBe(false);
  });

  test("a request that the policy would let through is stopped by the session", async () => {
    const outcome = await open.app.evaluate(async ({ session }) => {
      const seen: string[] = [];
      for (const url of ["https://example.com/", "http://127.0.0.1:9/"]) {
        seen.push(
          await session.defaultSession.fetch(url).then(
            () => "answered",
            (error: Error) => error.message,
          ),
        );
      }
      return seen;
    });
    expect(outcome).toEqual(["net::ERR_BLOCKED_BY_CLIENT", "net::ERR_BLOCKED_BY_CLIENT"]);
  });

  test("WebSocket, beacon, EventSource and inline code", async () => {
    const outcome = await page.evaluate(async () => {
      const socket = await new Promise<string>((resolve) => {
        try {
          const made = new WebSocket("ws://127.0.0.1:9/");
          made.onopen = () => resolve("open");
          made.onerror = () => resolve("refused");
        } catch {
          resolve("refused");
        }
      });
      const inline = await new Promise<string>((resolve) => {
        document.addEventListener("securitypolicyviolation", () => resolve("refused"), { once: true });
        try {
          const script = document.createElement("script");
          script.textContent = "window.hacked = 1";
          document.body.append(script);
        } catch {
          resolve("refused");
        }
        setTimeout(() => resolve("ran"), 2000);
      });
      return { socket, inline, beacon: navigator.sendBeacon("https://example.com/", "x"), hacked: "hacked" in window };
    });
    expect(outcome.socket).toBe("refused");
    expect(outcome.inline).toBe("refused");
    expect(outcome.hacked).toBe(false);
  });
});

describe("the window stays where it is", () => {
  test.each(["https://example.com/", "file:///etc/passwd", "app://other/index.html", "photo://thumbnail/1/0"])(
    "navigating to %s",
    async (url) => {
      await page.evaluate((address) => {
        location.href = address;
      }, url);
      await page.waitForTimeout(300);
      expect(page.url()).toBe("app://silvergrain/index.html");
      expect(await page.locator("header h1").textContent()).toBe("Silvergrain");
    },
  );

  test("no new window, no webview", async () => {
    const opened = await page.evaluate(() => window.open("https://example.com/") === null);
    expect(opened).toBe(true);
    await page.evaluate(() => {
      const view = document.createElement("webview");
      view.setAttribute("src", "https://example.com/");
      document.body.append(view);
      const link = document.createElement("a");
      link.href = "https://example.com/";
      link.target = "_blank";
      document.body.append(link);
      link.click();
      view.remove();
      link.remove();
    });
    await page.waitForTimeout(300);
    expect(open.app.windows()).toHaveLength(1);
  });

  test("no permission is given", async () => {
    const outcome = await page.evaluate(async () => {
      const states: string[] = [];
      for (const name of ["geolocation", "notifications", "camera", "microphone", "clipboard-read"]) {
        states.push((await navigator.permissions.query({ name: name as PermissionName })).state);
      }
      const camera = await navigator.mediaDevices.getUserMedia({ video: true }).then(
        () => "given",
        () => "denied",
      );
      return { states, camera };
    });
    expect(outcome.states.every((state) => state === "denied")).toBe(true);
    expect(outcome.camera).toBe("denied");
  });
});

describe("pixels", () => {
  test("come by a photo's number", async () => {
    const [photo] = await rows(page);
    expect(photo?.name).toBe("inside.png");
    expect(await load("img", `photo://thumbnail/${photo?.id}/0`)).toBe("loaded");
  });

  test.each([
    "photo://thumbnail/../../../etc/passwd",
    "photo://thumbnail/..%2f..%2fetc%2fpasswd/0",
    "photo://thumbnail/1/../../x",
    "photo://thumbnail//etc/passwd/0",
    "photo://thumbnail/-1/0",
    "photo://thumbnail/999999/0",
    "photo://thumbnail/1e3/0",
    "photo://file/1/0",
    "photo://etc/passwd",
    "app://silvergrain/../../package.json",
    "app://silvergrain/..%2f..%2fassets%2fsample.png",
    "app://silvergrain/samples/..%2fsample.png",
    "app://silvergrain/samples/%2e%2e/sample.png",
    "app://silvergrain/%00.png",
  ])("not by %s", async (url) => {
    expect(await load("img", url)).toBe("refused");
  });

  test("what a link leads to outside of the folder is not in the library", async () => {
    const names = (await rows(page)).map(({ name }) => name);
    expect(names).toEqual(["inside.png"]);
  });
});

describe("calls", () => {
  test("a path that the page makes up is not taken", async () => {
    const answer = await page.evaluate(async () => {
      const made = new File(["x"], "/etc/passwd");
      const api = window.silvergrain as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
      return [
        await api.addFiles?.([made, { path: "/etc" }, "/etc", null]).catch((error: Error) => error.message),
        "addPaths" in window.silvergrain,
      ];
    });
    expect(JSON.stringify(answer[0])).not.toContain("/etc");
    expect(answer[1]).toBe(false);
    expect(await rows(page)).toHaveLength(1);
  });

  test("a message from another sender is refused", async () => {
    const answer = await open.app.evaluate(async ({ ipcMain, BrowserWindow }) => {
      const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, (...args: unknown[]) => unknown> })
        ._invokeHandlers;
      const call = handlers.get("photos");
      const frames = [
        null,
        { url: "https://example.com/", parent: null },
        { url: "app://silvergrain.example/index.html", parent: null },
        { url: "app://silvergrain/index.html", parent: BrowserWindow.getAllWindows()[0]?.webContents.mainFrame },
        { url: "nonsense", parent: null },
      ];
      const answers: unknown[] = [];
      for (const senderFrame of frames) answers.push(await call?.({ senderFrame }, [{ offset: 0, limit: 10 }]));
      return answers as { ok: boolean }[];
    });
    expect(answer.map(({ ok }) => ok)).toEqual([false, false, false, false, false]);
  });

  test("10,000 messages of nonsense: every one is answered with a sentence, and nothing falls over", async () => {
    const harmless = Object.keys(CALLS).filter(
      (name) =>
        // These open dialogs, or other programs, when they are asked for rightly.
        !["addPaths", "addByDialog", "chooseTarget", "open", "marks", "addFromClipboard"].includes(name),
    );
    const outcome = await page.evaluate(
      async ([names, times]) => {
        const api = window.silvergrain as unknown as Record<string, (...args: unknown[]) => Promise<{ ok: boolean }>>;
        let seed = 7;
        const random = (below: number) => {
          seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
          return seed % below;
        };
        const nonsense = (depth: number): unknown => {
          const kinds: (() => unknown)[] = [
            () => undefined,
            () => null,
            () => -random(1000),
            () => Number.NaN,
            () => 1e308,
            () => `${"../".repeat(random(5))}etc/passwd`,
            () => "\u0000",
            () => "x".repeat(random(5000)),
            () => true,
            () => new Date(0),
            () => new Uint8Array(random(100)),
            () => new Map([[{}, {}]]),
          ];
          if (depth > 0) {
            kinds.push(
              () => Array.from({ length: random(4) }, () => nonsense(depth - 1)),
              () => ({
                [["jobs", "batch", "photos", "recipe", "__proto__", "limit"][random(6)] ?? "x"]: nonsense(depth - 1),
              }),
            );
          }
          return (kinds[random(kinds.length)] as () => unknown)();
        };
        const counts = { refused: 0, taken: 0, thrown: 0 };
        for (let i = 0; i < times; i++) {
          const name = names[random(names.length)] as string;
          const args = Array.from({ length: 1 + random(3) }, () => nonsense(3));
          try {
            const answer = await api[name]?.(...args);
            if (answer?.ok === true) counts.taken++;
            else counts.refused++;
          } catch {
            // What cannot even be cloned is refused by Electron.
            counts.thrown++;
          }
        }
        return counts;
      },
      [harmless, 10_000] as const,
    );
    expect(outcome.refused + outcome.taken + outcome.thrown).toBe(10_000);
    expect(outcome.taken).toBeLessThan(500);
    expect(await rows(page)).toHaveLength(1);
    expect(await page.locator("header h1").textContent()).toBe("Silvergrain");
    expect(open.output()).not.toMatch(/uncaught|unhandled/);
  });
});
