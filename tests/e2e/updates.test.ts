import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { findElectron } from "../../scripts/electron.js";
import type { OpenApp } from "../helpers/app.ts";
import { answerDialogs, cellOf } from "../helpers/app-steps.ts";
import { ROOT } from "../helpers/models.ts";
import { card } from "../helpers/photos.ts";
import { startApp } from "../helpers/start-app.ts";
import { tempDir } from "../helpers/temp.ts";
import { newKeys, releaseOf, updateServer } from "../helpers/update-server.ts";

const CHANNEL = "/releases/latest-linux.yml";
const FILE = "/releases/Silvergrain-9.0.0.AppImage";
/** Says that it was started, and nothing else. */
const NEWER = Buffer.from('#!/bin/sh\n: > "$SILVERGRAIN_DATA_DIR/started"\n');

/** A folder with an app that is ours but for the minute after the start, which comes at once. */
function hastyApp(folder: string): string {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "silvergrain", type: "module", main: "main.js" }));
  writeFileSync(
    join(folder, "haste.js"),
    `const wait = globalThis.setTimeout;
    const quick = (act, ms, ...rest) => wait(act, ms === 60_000 ? 0 : ms, ...rest);
    globalThis.setTimeout = Object.assign(quick, wait);`,
  );
  const own = pathToFileURL(join(ROOT, "dist", "app.js")).href;
  writeFileSync(join(folder, "main.js"), `import "./haste.js";\nimport ${JSON.stringify(own)};\n`);
  return folder;
}

interface Asked {
  readonly message: string;
  readonly detail: string;
  readonly buttons: readonly string[];
}

/** Asks the main process, once more where the inspector loses the answer: it does so now and then on a busy machine. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!String(error).includes("garbage collected")) throw error;
    return ask();
  }
}

/** Has the system's dialogs answered by what is on their buttons; the last button where none of that is there. */
async function answerQuestions({ app }: OpenApp, answers: readonly string[]): Promise<void> {
  const answer = ({ dialog }: typeof Electron.CrossProcessExports, wanted: readonly string[]) => {
    const all = globalThis as unknown as { asked?: unknown[] };
    all.asked ??= [];
    dialog.showMessageBox = (async (...given: readonly unknown[]) => {
      const options = given.at(-1) as Electron.MessageBoxOptions;
      all.asked?.push(options);
      const buttons = options.buttons ?? [];
      const found = buttons.findIndex((button) => wanted.includes(button));
      return { response: found < 0 ? buttons.length - 1 : found, checkboxChecked: false };
    }) as typeof dialog.showMessageBox;
  };
  await patiently(() => app.evaluate(answer, answers));
}

function asked({ app }: OpenApp): Promise<readonly Asked[]> {
  return patiently(() => app.evaluate(() => (globalThis as unknown as { asked: readonly Asked[] }).asked));
}

/** Chooses the last item of the last menu. */
function choose({ app }: OpenApp): Promise<void> {
  return app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.at(-1)?.submenu?.items.at(-1)?.click());
}

/** Looks by the menu, and waits for the sentence that it comes to. */
async function look(open: OpenApp, sentence: string): Promise<void> {
  const before = (await asked(open)).length;
  await choose(open);
  const later = async () => (await asked(open)).slice(before).map(({ message, detail }) => `${message} ${detail}`);
  await expect.poll(later).toContainEqual(expect.stringContaining(sentence));
}

test("nothing is asked for until somebody says so; a version is found, downloaded and put in when no batch is at work", async () => {
  const home = tempDir();
  const folder = join(home, "photos");
  mkdirSync(folder);
  mkdirSync(join(home, "out"));
  await card(1600, 1200).jpeg().toFile(join(folder, "large.jpg"));
  const keys = newKeys();
  writeFileSync(join(home, "key.pub"), keys.publicKey.export({ type: "spki", format: "pem" }));
  const appImage = join(home, "Silvergrain.AppImage");
  writeFileSync(appImage, "the one that runs");
  chmodSync(appImage, 0o755);
  const server = await updateServer(releaseOf("9.0.0", keys, NEWER));
  const open = await startApp({
    home,
    paths: [folder],
    starter: hastyApp(join(home, "starter")),
    environment: {
      SILVERGRAIN_UPDATES_URL: server.url.href,
      SILVERGRAIN_UPDATES_KEY: join(home, "key.pub"),
      APPIMAGE: appImage,
      APPDIR: dirname((await findElectron()).path),
    },
  });
  const { app, page } = open;
  await cellOf(page, "large.jpg").waitFor();

  await page.getByRole("button", { name: "Settings", exact: true }).click();
  const box = page.getByRole("dialog").getByLabel("Look for newer versions once a day");
  expect(await box.isChecked()).toBe(false);
  await page.getByText(`Asks ${server.url.host}.`).waitFor();
  await answerQuestions(open, []);
  await box.click();
  await expect.poll(async () => (await asked(open)).length).toBe(1);
  await expect.poll(() => box.isChecked()).toBe(false);
  await page.getByRole("button", { name: "Look now…" }).click();
  await expect.poll(async () => (await asked(open)).at(-1)?.message).toBe("Look for a newer version now?");
  // Nor does the page have another way to it.
  const past = await page.evaluate(() => window.silvergrain.saveSettings({ looksForUpdates: true } as object));
  expect(past.ok).toBe(false);
  expect(server.requests).toEqual([]);

  await answerQuestions(open, ["Look once a day"]);
  await box.click();
  await expect.poll(() => server.paths()).toEqual([CHANNEL, `${CHANNEL}.sig`]);
  expect(await box.isChecked()).toBe(true);
  await page.getByText("Version 9.0.0 is there: see Settings.").first().waitFor();
  await page.getByRole("button", { name: "Get 9.0.0…" }).waitFor();
  await page.keyboard.press("Escape");
  expect(existsSync(join(home, "cache", "updates"))).toBe(false);

  // The user asks, and a batch goes on meanwhile.
  await answerDialogs(open, join(home, "out"));
  await cellOf(page, "large.jpg").click();
  await page.getByLabel("Model", { exact: true }).selectOption("srgan-x4");
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect.poll(() => cellOf(page, "large.jpg").getAttribute("data-state"), { timeout: 60_000 }).toBe("running");
  await answerQuestions(open, ["Download", "Install and restart"]);
  await look(open, "Photos are being worked on.");
  expect(server.paths().at(-1)).toBe(FILE);
  expect(readFileSync(appImage, "utf8")).toBe("the one that runs");

  await page.evaluate(() => window.silvergrain.pause({ paused: true }));
  await expect.poll(() => cellOf(page, "large.jpg").getAttribute("data-state"), { timeout: 60_000 }).toBe("queued");
  const main = app.process();
  const ended = new Promise((resolve) => main.once("exit", resolve));
  await choose(open).catch(() => {});
  await ended;
  expect(readFileSync(appImage)).toEqual(NEWER);
  await expect.poll(() => existsSync(join(home, "data", "started"))).toBe(true);
  // Once: what was downloaded is not asked for again.
  expect(server.paths().filter((path) => path === FILE)).toHaveLength(1);
});

test("where it cannot be put in after all, it is said, and this version starts again", async () => {
  const home = tempDir();
  const keys = newKeys();
  writeFileSync(join(home, "key.pub"), keys.publicKey.export({ type: "spki", format: "pem" }));
  const appImage = join(home, "Silvergrain.AppImage");
  writeFileSync(appImage, "the one that runs");
  const server = await updateServer(releaseOf("9.0.0", keys, NEWER));
  const open = await startApp({
    home,
    environment: {
      SILVERGRAIN_UPDATES_URL: server.url.href,
      SILVERGRAIN_UPDATES_KEY: join(home, "key.pub"),
      APPIMAGE: appImage,
      APPDIR: dirname((await findElectron()).path),
    },
  });
  await answerQuestions(open, ["Download"]);
  await look(open, "Version 9.0.0 was downloaded.");
  rmSync(appImage);
  await answerQuestions(open, ["Install and restart"]);
  await open.app.evaluate(({ app, dialog }, folder) => {
    const note = (name: string, text: string) =>
      process.getBuiltinModule("node:fs").writeFileSync(`${folder}/${name}`, text);
    dialog.showErrorBox = (title, content) => {
      note("said", `${title} ${content}`);
      note("lock", String(app.hasSingleInstanceLock()));
    };
    app.relaunch = (options) => note("again", options?.execPath ?? "");
  }, home);
  const main = open.app.process();
  const ended = new Promise((resolve) => main.once("exit", resolve));
  await choose(open).catch(() => {});
  await ended;
  expect(readFileSync(join(home, "said"), "utf8")).toContain("could not be installed. This version starts again");
  expect(readFileSync(join(home, "again"), "utf8")).toBe(appImage);
  // Or the newer one, which begins before this one has ended, would take it for the one that is there.
  expect(readFileSync(join(home, "lock"), "utf8")).toBe("false");
  // It was closed as it should be: nothing is left that the next start would report.
  expect(existsSync(join(home, "data", "reports", "open.json"))).toBe(false);
});

test("what nobody has signed is refused in the user's language, and a program without an address says so", async () => {
  const home = tempDir();
  const keys = newKeys();
  writeFileSync(join(home, "key.pub"), keys.publicKey.export({ type: "spki", format: "pem" }));
  const server = await updateServer(releaseOf("9.0.0", newKeys(), NEWER));
  const environment = { SILVERGRAIN_UPDATES_URL: server.url.href, SILVERGRAIN_UPDATES_KEY: join(home, "key.pub") };
  const first = await startApp({ home, language: "zh-CN", environment });
  await answerQuestions(first, []);
  await look(first, `${server.url.host} 提供的版本信息没有此 Silvergrain 发布者的签名`);
  await first.close();

  const second = await startApp({ home });
  await answerQuestions(second, []);
  await look(second, "made without an address");
  await second.page.getByRole("button", { name: "Settings", exact: true }).click();
  const box = second.page.getByRole("dialog").getByLabel("Look for newer versions once a day");
  expect(await box.isDisabled()).toBe(true);
  await second.page.getByText("made without an address for newer versions").waitFor();
  const forced = await second.page.evaluate(() => window.silvergrain.letLookForUpdates(true));
  expect(forced.ok).toBe(false);
});
