import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { openApp } from "../helpers/app.ts";
import { answerDialogs, cellOf, drop, photosIn } from "../helpers/app-steps.ts";
import { card } from "../helpers/photos.ts";
import { tempDir } from "../helpers/temp.ts";

test("what could not be added at the start is said, with the reason; the page can be loaded again", async () => {
  const home = tempDir();
  mkdirSync(join(home, "photos"));
  await card(60, 40)
    .png()
    .toFile(join(home, "photos", "a.png"));
  const open = await openApp({ home, paths: [join(home, "photos"), join(home, "gone.jpg")] });
  onTestFinished(() => open.close().catch(() => {}));
  const { page } = open;
  await expect
    .poll(() => page.locator(".notice").allTextContents())
    .toEqual(["gone.jpg could not be added. The file is not there any more."]);

  // As the button does that is shown where a view has stopped.
  await page.evaluate(() => {
    document.body.dataset.old = "yes";
    location.reload();
  });
  await cellOf(page, "a.png").waitFor();
  expect(await page.evaluate(() => document.body.dataset.old)).toBeUndefined();
});

test("more files than a call takes are dropped at once, and all come in", async () => {
  const home = tempDir();
  const files = Array.from({ length: 10_001 }, (_, i) => join(home, "many", `${i}.jpg`));
  mkdirSync(join(home, "many"));
  for (const file of files) writeFileSync(file, "");
  const open = await openApp({ home });
  onTestFinished(() => open.close().catch(() => {}));
  await drop(open, files);
  await expect.poll(() => photosIn(open.page), { timeout: 60_000 }).toBe(10_001);
});

test("results do not go to where photos of the library lie", async () => {
  const home = tempDir();
  const sub = join(home, "photos", "sub");
  mkdirSync(sub, { recursive: true });
  await card(60, 40).png().toFile(join(sub, "a.png"));
  const open = await openApp({ home, paths: [join(home, "photos")] });
  onTestFinished(() => open.close().catch(() => {}));
  await cellOf(open.page, "a.png").waitFor();
  const choose = async (folder: string) => {
    mkdirSync(folder, { recursive: true });
    await answerDialogs(open, folder);
    const answer = await open.page.evaluate(() => window.silvergrain.chooseTarget());
    return answer.ok ? answer.value : answer.failure.code;
  };
  expect(await choose(join(home, "photos"))).toBe("TARGET_HOLDS_PHOTOS");
  expect(await choose(sub)).toBe("TARGET_HOLDS_PHOTOS");
  expect(await choose(join(home, "photos", "out"))).toBe(join(home, "photos", "out"));
});

test("a page that has died is loaded again by itself, and not for ever", async () => {
  const home = tempDir();
  mkdirSync(join(home, "photos"));
  await card(60, 40)
    .png()
    .toFile(join(home, "photos", "a.png"));
  const { app, close, output } = await openApp({ home, paths: [join(home, "photos")] });
  onTestFinished(() => close().catch(() => {}));
  await app.evaluate(({ dialog }) => {
    dialog.showMessageBox = (async () => {
      process.stderr.write("somebody is asked\n");
      return { response: 0, checkboxChecked: false };
    }) as typeof dialog.showMessageBox;
  });
  /** The test driver's page does not come back to life. */
  const cells = () =>
    app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      const count = `document.querySelectorAll("[role=gridcell]").length`;
      return contents?.isCrashed() === false && !contents.isLoading() ? contents.executeJavaScript(count) : undefined;
    });
  for (let death = 1; death <= 4; death++) {
    await expect.poll(cells, { timeout: 20_000 }).toBe(1);
    expect(output()).not.toContain("somebody is asked");
    // From outside: a page that is asked to crash writes a report of it first, which can take long. And once more where
    // it was another process by then.
    const gone = () => output().split("the page is gone").length - 1;
    const kill = async () => {
      const pid = await app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
      );
      if (pid !== undefined && pid > 0) process.kill(pid, "SIGKILL");
    };
    await expect
      .poll(
        async () => {
          if (gone() < death) await kill().catch(() => {});
          return gone();
        },
        { timeout: 30_000, interval: 2000 },
      )
      .toBe(death);
  }
  await expect.poll(output, { timeout: 20_000 }).toContain("somebody is asked");
  await expect.poll(cells, { timeout: 20_000 }).toBe(1);
  expect(output()).not.toMatch(/uncaught|unhandled/);
  // Each death left a report.
  expect(readdirSync(join(home, "data", "reports")).length).toBeGreaterThanOrEqual(4);
});

test("the middle button adds nothing, pasting does, and Caps Lock takes no key away", async () => {
  const home = tempDir();
  mkdirSync(join(home, "photos"));
  await card(60, 40)
    .png()
    .toFile(join(home, "photos", "a.png"));
  const open = await openApp({ home });
  onTestFinished(() => open.close().catch(() => {}));
  const { page, app } = open;
  await app.evaluate(
    ({ clipboard }, url) => {
      clipboard.writeText("text", "selection");
      clipboard.writeText(url);
    },
    pathToFileURL(join(home, "photos")).href,
  );
  const heard = () => page.evaluate(() => Number(document.body.dataset.pasted ?? 0));
  await page.evaluate(() => {
    document.addEventListener("paste", () => {
      document.body.dataset.pasted = String(Number(document.body.dataset.pasted ?? 0) + 1);
    });
  });
  await page.mouse.click(700, 500, { button: "middle" });
  await page.keyboard.press("Control+V");
  await cellOf(page, "a.png").waitFor();
  expect(await heard()).toBe(1);

  const panel = page.locator("aside.side-panel");
  expect(await panel.count()).toBe(1);
  await page.evaluate(() => {
    const event = new KeyboardEvent("keydown", { key: "E", ctrlKey: true, bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
  });
  await expect.poll(() => panel.count()).toBe(0);
});
